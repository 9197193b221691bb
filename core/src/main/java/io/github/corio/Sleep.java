package io.github.corio;

import io.github.corio.internal.Wait;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.TimerHandle;
import io.github.corio.loop.internal.Inner;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.SuspendableHandle;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** The Mono behind {@code sleep}: a timer, or for no time at all exactly one turn. */
final class Sleep<T> extends FutureMono<T> {
    private static final Sleep<Void> ONE_TURN = new Sleep<>(Duration.ZERO, null);

    private final Duration duration;
    private final @Nullable T result;

    private Sleep(Duration duration, @Nullable T result) {
        this.duration = Objects.requireNonNull(duration, "duration");
        this.result = result;
    }

    static Mono<Void> of(Duration duration) {
        return onAssembly(
                isOneTurn(Objects.requireNonNull(duration, "duration")) ? ONE_TURN : new Sleep<>(duration, null));
    }

    static <T> Mono<T> of(Duration duration, T result) {
        return onAssembly(new Sleep<>(duration, result));
    }

    private static boolean isOneTurn(Duration duration) {
        return duration.isZero() || duration.isNegative();
    }

    @Override
    public @Nullable T awaitDirect() {
        if (!isOneTurn(duration)) {
            return super.awaitDirect();
        }
        TaskHandle task = TaskHandle.current();
        task.checkpoint();
        task.yieldTurn();
        return result;
    }

    @Override
    Wait<T> begin(TaskHandle task, Context context) {
        return isOneTurn(duration) ? new OneTurn<>(result) : super.begin(task, context);
    }

    @Override
    AsyncFuture<T> start(EventLoop loop, Context context) {
        return new Timed<>(loop, duration, result);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.NAME ? toString() : super.scanUnsafe(key);
    }

    @Override
    public String toString() {
        return "sleep(" + duration + ")";
    }

    private static final class Timed<T> extends AsyncFuture<T> implements Inner {
        private final @Nullable T result;
        private final TimerHandle timer;

        Timed(EventLoop loop, Duration duration, @Nullable T result) {
            super(loop);
            this.result = result;
            this.timer = loop.callLater(duration, this);
        }

        /** Its time has come. */
        @Override
        public void run() {
            boolean unused = complete(new Outcome.Success<>(result));
        }

        @Override
        public boolean cancel(@Nullable String message) {
            timer.cancel();
            return super.cancel(message);
        }

        @Override
        String label() {
            return "sleep";
        }

        @Override
        public String toString() {
            return "sleep until " + timer.when() + " of loop time";
        }
    }

    /** What a task without a stack waits for when it gives up one turn: nothing that a cancel could reach. */
    private static final class OneTurn<T> extends Wait<T> {
        private final @Nullable T result;
        private boolean queued;

        OneTurn(@Nullable T result) {
            this.result = result;
        }

        @Override
        public boolean ready() {
            return queued;
        }

        @Override
        public void wake(SuspendableHandle task) {
            queued = true;
            Loops.access(EventLoop.current()).resume(task);
        }

        @Override
        public boolean cancel(@Nullable String message) {
            return false;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        @Nullable
        public T take() {
            return result;
        }

        @Override
        public void abandon() {}

        @Override
        public Object source() {
            return "its next turn";
        }
    }
}
