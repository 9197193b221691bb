package io.github.corio.examples;

import java.util.List;

/** Runs the examples: all of them, or those that are named. */
public final class Tour {
    private static final List<Stop> TOUR = List.of(
            new Stop("PrintMessage", "a coroutine that prints, sleeps and prints again", PrintMessage::main),
            new Stop("TenCoroutines", "ten, gathered, and a main that closes its own loop", TenCoroutines::main),
            new Stop("ConcurrentFetch", "real HTTP, as long as the slowest; and one that fails", ConcurrentFetch::main),
            new Stop("Deadlines", "nested timeouts, a group that cleans up, a hedged request", Deadlines::main),
            new Stop("Crawler", "a bounded queue, its workers, a limited rate, a progress line", Crawler::main));

    private Tour() {}

    /**
     * Runs what the arguments say.
     *
     * @param args nothing for the whole tour, {@code --list} for the names, or names
     * @throws Exception what a program throws
     */
    public static void main(String... args) throws Exception {
        if (args.length == 0) {
            for (Stop stop : TOUR) {
                stop.visit();
            }
            return;
        }
        if (args[0].equals("--list")) {
            for (Stop stop : TOUR) {
                System.out.printf("%-16s %s%n", stop.name, stop.about);
            }
            return;
        }
        for (String name : args) {
            Stop.named(name).visit();
        }
    }

    /** A program of the tour. */
    private record Stop(String name, String about, Program program) {
        void visit() throws Exception {
            System.out.println("--- " + name + ": " + about);
            program.run();
        }

        static Stop named(String name) {
            return TOUR.stream()
                    .filter(stop -> stop.name.equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("There is no example " + name
                            + ". These are there: "
                            + TOUR.stream().map(Stop::name).toList()));
        }
    }

    private interface Program {
        void run(String... args) throws Exception;
    }
}
