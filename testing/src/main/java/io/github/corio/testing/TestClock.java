package io.github.corio.testing;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/** The time of day in virtual time, to the nanosecond. Thread-safe. */
final class TestClock extends Clock {
    private final VirtualTimeQueue agenda;
    private final Instant start;
    private final ZoneId zone;

    TestClock(VirtualTimeQueue agenda, Instant start, ZoneId zone) {
        this.agenda = agenda;
        this.start = start;
        this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new TestClock(agenda, start, other);
    }

    @Override
    public Instant instant() {
        return start.plusNanos(agenda.now());
    }

    @Override
    public String toString() {
        return "TestClock[" + instant() + ", " + zone + "]";
    }
}
