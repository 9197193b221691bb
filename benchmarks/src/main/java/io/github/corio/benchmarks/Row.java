package io.github.corio.benchmarks;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A row of the table: what is measured, beside what, and what was aimed at.
 *
 * @param work what is done
 * @param unit what the numbers are
 * @param corio the benchmark
 * @param kinds the kinds of fiber that it is measured with
 * @param peers what a user would write instead; the ratio is to the first that is there
 * @param targets what should not be exceeded, by which kinds of fiber
 */
record Row(String work, Unit unit, String corio, Set<Flavour> kinds, List<Peer> peers, List<Target> targets) {
    /** What a user would write instead, and whether this JDK has it. */
    record Peer(String name, String benchmark, boolean isThere) {
        Peer(String name, String benchmark) {
            this(name, benchmark, true);
        }
    }

    /** Not more than so much; with a peer, not more than so many times that peer. */
    record Target(Set<Flavour> kinds, double most, String peer) {
        Target(Set<Flavour> kinds, double most) {
            this(kinds, most, "");
        }
    }

    /** What the numbers are. */
    enum Unit {
        NANOS("time of one operation", 10, 1000, "ns µs ms s"),
        NANOS_IN_ALL("time of all together", 10, 1000, "ns µs ms s"),
        BYTES("heap for each", 2, 1024, "B KB MB");

        /** What a chart calls it. */
        final String title;
        /** The step between two marks of a logarithmic axis. */
        final int base;

        private final int step;
        private final String names;

        Unit(String title, int base, int step, String names) {
            this.title = title;
            this.base = base;
            this.step = step;
            this.names = names;
        }

        String text(double value) {
            double scaled = value;
            Iterator<String> name = List.of(names.split(" ", -1)).iterator();
            String unit = name.next();
            while (scaled >= step && name.hasNext()) {
                scaled /= step;
                unit = name.next();
            }
            int digits = scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
            return String.format(Locale.ROOT, "%." + digits + "f %s", scaled, unit);
        }
    }
}
