package io.github.corio;

import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

/** A loop in virtual time for the tests of the core, which cannot use corio-testing: that is built on it. */
public final class Virtual implements AutoCloseable {
    private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
    private final EventLoop loop = EventLoop.on(scheduler);
    private final List<ExceptionContext> reported = Collections.synchronizedList(new ArrayList<>());

    public Virtual() {
        loop.setExceptionHandler((on, context) -> reported.add(context));
    }

    /** Runs a body on a fresh loop, time jumping to whatever is next; fails if it can never end. */
    public static <T> @Nullable T runVirtually(CoroutineBody<T> body) {
        try (Virtual virtual = new Virtual()) {
            return virtual.run(Coroutine.of(body));
        }
    }

    public static void runVirtually(CoroutineAction body) {
        try (Virtual virtual = new Virtual()) {
            virtual.run(Coroutine.ofAction(body));
        }
    }

    /** Gives up one turn of the running loop. */
    public static void turn() {
        await(sleep(Duration.ZERO));
    }

    public EventLoop loop() {
        return loop;
    }

    /** For a subscriber: what it subscribes to runs on this loop. */
    public Context context() {
        return Context.of(EventLoop.CONTEXT_KEY, loop);
    }

    /** What the loop's exception handler was told. */
    public List<ExceptionContext> reported() {
        return reported;
    }

    public <T> @Nullable T run(Mono<T> main) {
        Task<T> task = new Task<>(loop, main, "main", AsyncContext.copy());
        task.start();
        advance(Duration.ofDays(10_000));
        if (!task.isDone()) {
            throw new AssertionError("deadlock: nothing is ready, no timer is armed, and " + task
                    + " has not ended; pending: " + Asyncio.allTasks(loop));
        }
        return task.result();
    }

    public void advance(Duration time) {
        scheduler.advanceTimeBy(time);
    }

    @Override
    public void close() {
        loop.dispose();
        scheduler.dispose();
    }
}
