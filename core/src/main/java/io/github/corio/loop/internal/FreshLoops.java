package io.github.corio.loop.internal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/** Where a loop is made that nobody has made by hand. */
public final class FreshLoops {
    /** Of the Scheduler in a subscriber's Context. */
    public static final Object KEY = "io.github.corio.loop.EventLoop.scheduler";

    private static volatile @Nullable Scheduler byDefault;

    private FreshLoops() {}

    public static void setDefault(@Nullable Scheduler scheduler) {
        byDefault = scheduler == null ? null : requireUsable(scheduler);
    }

    public static Scheduler defaultScheduler() {
        Scheduler set = byDefault;
        return set == null ? Schedulers.parallel() : set;
    }

    public static Scheduler scheduler(ContextView subscriber) {
        Object named = named(subscriber);
        return named == null ? defaultScheduler() : requireScheduler(named);
    }

    /** The event loop on whose thread this is, if it may carry the loop of that subscriber. */
    public static @Nullable EventLoopCarrier here(ContextView subscriber) {
        if (!EventLoopCarriers.ARE_THERE || byDefault != null || named(subscriber) != null) {
            return null;
        }
        return GenuineParallel.is(Schedulers.parallel()) ? EventLoopCarriers.current() : null;
    }

    private static @Nullable Object named(ContextView subscriber) {
        return subscriber.<@Nullable Object>getOrDefault(KEY, null);
    }

    private static Scheduler requireScheduler(Object named) {
        if (named instanceof Scheduler scheduler) {
            return requireUsable(scheduler);
        }
        throw new IllegalArgumentException("The Context of the subscriber has a "
                + named.getClass().getName() + " under EventLoop.SCHEDULER_KEY, seen on " + Thread.currentThread()
                + ". Put a Scheduler there");
    }

    public static Scheduler requireUsable(Scheduler scheduler) {
        if (Objects.requireNonNull(scheduler, "scheduler") == Schedulers.immediate()) {
            throw new IllegalArgumentException(
                    "An event loop needs a Scheduler with time and threads; Schedulers.immediate()"
                            + " has neither. Use Schedulers.parallel(), Schedulers.single() or a Scheduler of your own.");
        }
        return scheduler;
    }
}
