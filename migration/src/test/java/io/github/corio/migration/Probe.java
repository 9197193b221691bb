package io.github.corio.migration;

import io.github.corio.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The world of a random chain: it notes what the chain does, and when. */
public final class Probe {
    private final TestLoop loop;
    private final Duration start;
    private final List<String> notes = new ArrayList<>();

    Probe(TestLoop loop) {
        this.loop = loop;
        this.start = loop.currentTime();
    }

    /** A checked one. */
    public static final class Checked extends Exception {
        private static final long serialVersionUID = 1L;

        /** Another error stands in its message. */
        public Checked(Object message) {
            super(message.toString());
        }
    }

    /** An unchecked one. */
    public static final class Unchecked extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Another error stands in its message. */
        public Unchecked(Object message) {
            super(message.toString());
        }
    }

    synchronized List<String> notes() {
        return List.copyOf(notes);
    }

    public synchronized void note(Object what) {
        notes.add(loop.currentTime().minus(start).toMillis() + " " + what);
    }

    public Mono<Integer> value(int id, int delay, int value) {
        return source(id, delay, Mono.just(value));
    }

    public Mono<Integer> empty(int id, int delay) {
        return source(id, delay, Mono.empty());
    }

    public Mono<Integer> fail(int id, int delay) {
        return source(id, delay, Mono.error(id % 2 == 0 ? new Checked(id) : new Unchecked(id)));
    }

    private Mono<Integer> source(int id, int delay, Mono<Integer> end) {
        return Mono.defer(() -> {
            note("subscribed " + id);
            AtomicBoolean given = new AtomicBoolean();
            Mono<Integer> late =
                    delay == 0 ? end : Mono.delay(Duration.ofMillis(delay)).then(end);
            return late.doOnTerminate(() -> given.set(true)).doOnCancel(() -> {
                if (!given.get()) { // operators cancel one that has ended, where a function after it throws
                    note("cancelled " + id);
                }
            });
        });
    }

    public Mono<Integer> twice(Integer value) {
        return value(value, 5, value * 2);
    }

    public Mono<Integer> next() {
        note("next");
        return value(1, 3, 4);
    }

    public Integer number() {
        note("number");
        return 6;
    }

    public boolean even(Integer value) {
        note("even " + value);
        return value % 2 == 0;
    }

    public Mono<Integer> recovered(Throwable error) {
        note("recovered of " + error.getClass().getSimpleName());
        return value(2, 3, 5);
    }

    public CompletableFuture<Integer> future(int id, int delay, Integer value) {
        note("called " + id);
        return delay == 0
                ? CompletableFuture.completedFuture(value)
                : Mono.delay(Duration.ofMillis(delay)).thenReturn(value).toFuture();
    }

    public CompletableFuture<Integer> failing(int id, int delay, Integer value) {
        note("called " + id + " of " + value);
        return delay == 0
                ? CompletableFuture.failedFuture(new Unchecked(id))
                : Mono.delay(Duration.ofMillis(delay))
                        .then(Mono.<Integer>error(new Unchecked(id)))
                        .toFuture();
    }

    public CompletableFuture<Integer> later(Integer value) {
        return future(value, 5, value * 2);
    }

    public int f(int id, int value) {
        note("f " + id + " of " + value);
        return value + id;
    }

    public Integer g(Integer value) {
        note("g of " + value);
        return value + 1;
    }

    public @Nullable Integer nothing(int value) {
        note("nothing of " + value);
        return null;
    }

    public int boom(int id) {
        note("boom " + id);
        throw new Unchecked("boom " + id);
    }

    public boolean test(int id, int value) {
        note("test " + id + " of " + value);
        return (id + value) % 3 != 0;
    }
}
