package io.github.corio.bridge;

import io.github.corio.bridge.Events.Request;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import reactor.core.publisher.Operators;

/**
 * What a source may be asked for: never more than the subscriber has requested, and never more than a window beyond what has come. The
 * counts only grow, so threads that see an old one ask for too little, and the thread after them for the rest. Thread-safe. One thread at a
 * time calls the source. A source that answers inside of the call is asked again when the call has returned.
 */
final class Demand {
    private final int window;
    private final Request source;
    private final BooleanSupplier over;
    private final Consumer<Throwable> failure;
    private final AtomicLong requested = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicInteger rounds = new AtomicInteger();
    /** Written by the thread that calls the source, before the call. */
    private volatile long asked;

    Demand(int window, Request source, BooleanSupplier over, Consumer<Throwable> failure) {
        this.window = window;
        this.source = source;
        this.over = over;
        this.failure = failure;
    }

    /** The subscriber has requested more. */
    void add(long n) {
        long unused = requested.accumulateAndGet(n, Operators::addCap);
        ask();
    }

    /** A value has come. False if the source was not asked for it. */
    boolean take() {
        return received.incrementAndGet() <= asked;
    }

    void ask() {
        if (rounds.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            askOnce();
            missed = rounds.addAndGet(-missed);
        } while (missed != 0);
    }

    private void askOnce() {
        long before = asked;
        long due = before - received.get();
        long more = Math.min(requested.get() - before, window - due);
        if (more <= 0 || due > window >> 2 || over.getAsBoolean()) { // in few calls, as Reactor's limitRate does
            return;
        }
        asked = before + more;
        try {
            source.request((int) more);
        } catch (Throwable e) {
            failure.accept(e);
        }
    }
}
