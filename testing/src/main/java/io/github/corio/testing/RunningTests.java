package io.github.corio.testing;

import java.util.concurrent.atomic.AtomicInteger;

/** How many tests of any kind run in this JVM at this moment, as far as JUnit tells. Thread-safe. */
final class RunningTests {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private RunningTests() {}

    static void started() {
        COUNT.incrementAndGet();
    }

    static void finished() {
        COUNT.decrementAndGet();
    }

    /** True if more than one test runs, so that a thread outside may belong to any of them. */
    static boolean several() {
        return COUNT.get() > 1;
    }
}
