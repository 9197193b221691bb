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
 * @param peers what a user would write instead; the ratio is to the first
 * @param targets what should not be exceeded, by which kinds of fiber; the row is measured with these kinds
 */
record Row(String work, Unit unit, String corio, List<Peer> peers, List<Target> targets) {
    /** What a user would write instead. */
    record Peer(String name, String benchmark) {}

    /** Not more than so much; with a peer, not more than so many times that peer. */
    record Target(Set<Flavour> kinds, double most, String peer) {
        Target(Set<Flavour> kinds, double most) {
            this(kinds, most, "");
        }
    }

    /** The target of a kind, if the row is about that kind. */
    List<Target> targets(Flavour kind) {
        return targets.stream().filter(target -> target.kinds.contains(kind)).toList();
    }

    /** What the numbers are. */
    enum Unit {
        NANOS(1000, "ns µs ms s"),
        BYTES(1024, "B KB MB");

        private final int step;
        private final String names;

        Unit(int step, String names) {
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
