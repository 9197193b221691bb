package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.StackGuard;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** The Mono behind {@code toThread}: a blocking call on {@link Schedulers#boundedElastic()}. */
final class ToThread<T> extends FutureMono<T> {
    private final Callable<? extends T> blocking;

    private ToThread(Callable<? extends T> blocking) {
        this.blocking = Objects.requireNonNull(blocking, "blocking");
    }

    static <T> Mono<T> of(Callable<? extends T> blocking) {
        return onAssembly(new ToThread<T>(blocking));
    }

    @Override
    AsyncFuture<T> start(EventLoop loop, Context context) {
        StackGuard.toSuspend(); // an overflow inside of a Scheduler would leave it locked
        Call<T> call = new Call<>(loop, blocking, context);
        call.thread = Schedulers.boundedElastic().schedule(call);
        return call;
    }

    private static final class Call<T> extends AsyncFuture<T> implements Runnable {
        private final Callable<? extends T> blocking;
        private final Context context;

        @Nullable
        Disposable thread;

        Call(EventLoop loop, Callable<? extends T> blocking, Context context) {
            super(loop);
            this.blocking = blocking;
            this.context = context;
        }

        @Override
        void abandoned(Context leaver) {
            discardLater(leaver);
        }

        @Override
        public void run() {
            Outcome<T> outcome;
            try {
                outcome = new Outcome.Success<>(AsyncContext.of(context).run(blocking::call));
            } catch (Throwable e) {
                outcome = new Outcome.Failure<>(e);
            }
            if (complete(outcome)) {
                return;
            }
            if (outcome instanceof Outcome.Success<?> success) {
                Foreign.discard(success.value(), context, loop());
            } else if (outcome instanceof Outcome.Failure<?> failure
                    && !(failure.error() instanceof InterruptedException)) {
                Foreign.dropError(failure.error(), context, loop());
            }
        }

        @Override
        public boolean cancel(@Nullable String message) {
            boolean news = super.cancel(message);
            Disposable running = thread;
            if (news && running != null) {
                running.dispose(); // interrupts it
            }
            return news;
        }

        @Override
        String label() {
            return "toThread";
        }

        @Override
        public String toString() {
            return "toThread(" + Foreign.text(blocking) + ")";
        }
    }
}
