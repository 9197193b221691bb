package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * How something awaitable is run for a subscriber: as a task, on the loop it is pinned to, else on the loop that the
 * subscriber's Context names, else on a fresh one that ends with it.
 */
final class SubscribeSupport {
    private SubscribeSupport() {}

    static <T> void subscribe(
            Awaitable<T> awaitable,
            @Nullable EventLoop pinned,
            @Nullable String name,
            CoreSubscriber<? super T> actual) {
        Context context = actual.currentContext();
        EventLoop loop =
                pinned != null ? pinned : context.<@Nullable EventLoop>getOrDefault(EventLoop.CONTEXT_KEY, null);
        boolean fresh = loop == null;
        if (loop == null) {
            try {
                loop = EventLoop.createFor(context);
            } catch (Throwable refused) { // the Scheduler has no Worker for it, or is none
                Operators.error(actual, Foreign.operatorError(refused, context));
                return;
            }
        }
        Task<T> task = new Task<>(loop, awaitable, name, AsyncContext.of(context));
        FutureSubscription<T> subscription = task.subscription(actual);
        if (fresh) {
            endWith(task, subscription, subscription::deliver);
        }
        try {
            actual.onSubscribe(subscription);
        } catch (Throwable refused) { // nothing has been started
            if (fresh) {
                loop.dispose();
            }
            throw refused;
        }
        if (subscription.isCancelled()) { // before it had begun
            if (fresh) {
                loop.dispose();
            }
            return;
        }
        try {
            task.start();
        } catch (Throwable refused) { // the loop is closed, or its Scheduler has no thread for it
            if (fresh) {
                loop.dispose();
            }
            boolean unused = task.complete(new Outcome.Failure<>(Foreign.operatorError(refused, context)));
            if (!fresh) { // else the end of its loop delivers
                subscription.deliver();
            }
            return;
        }
        if (!fresh) {
            subscription.connect();
        }
    }

    /** Starts a task on a fresh loop that ends with it. */
    static <T> Task<T> startFresh(Mono<? extends T> awaitable, @Nullable String name, AsyncContext context) {
        Task<T> task = new Task<>(EventLoop.createFor(context.get()), awaitable, name, context);
        endWith(task, () -> {});
        try {
            return task.start();
        } catch (Throwable refused) {
            task.loop().dispose();
            throw refused;
        }
    }

    /** When the task is done and what it has left behind has ended, calls {@code then} and ends the loop. */
    static void endWith(Task<?> task, Runnable then) {
        endWith(task, null, then);
    }

    /** {@link #endWith(Task, Runnable)} on behalf of a subscriber, which can be scanned. */
    static void endWith(Task<?> task, @Nullable Object subscriber, Runnable then) {
        task.whenDone(new End(task.loop(), subscriber, then));
    }

    private static final class End extends LoopHandle implements Follows {
        private final EventLoop loop;
        private final @Nullable Object subscriber;
        private final Runnable then;

        End(EventLoop loop, @Nullable Object subscriber, Runnable then) {
            super(Context.empty());
            this.loop = loop;
            this.subscriber = subscriber;
            this.then = then;
        }

        @Override
        public @Nullable Object follower() {
            return subscriber;
        }

        @Override
        protected void run() {
            RemainingTasks.cancelAll(loop, () -> {
                try {
                    then.run();
                } finally {
                    loop.dispose();
                }
            });
        }

        @Override
        protected void dropped() { // the body itself has ended the loop
            then.run();
        }
    }
}
