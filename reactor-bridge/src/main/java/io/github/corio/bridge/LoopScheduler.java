package io.github.corio.bridge;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.Handle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * An {@link EventLoop} as a Reactor {@link Scheduler}: after {@code publishOn(scheduler)} all signals are callbacks of
 * the loop. All its workers are serial, and serial to each other. Thread-safe.
 *
 * <p>Its clock is the loop's. A task of it runs in the Context that was current where it was scheduled, as any
 * callback. To dispose of the scheduler drops the tasks that it has scheduled. It leaves the loop open, which belongs
 * to its maker. Once the loop is closed, everything is rejected.
 *
 * <ul>
 *   <li><b>Suspends:</b> never. A task of a Scheduler is a callback, and cannot await.
 *   <li><b>Cancellation:</b> the Disposable of a task takes it out of the queue of the loop.
 *   <li><b>Order:</b> that of the loop, over all workers.
 *   <li><b>Signals on:</b> the loop.
 *   <li><b>Errors:</b> those of a task go to the exception handler of the loop.
 *   <li><b>asyncio:</b> {@code loop.call_soon_threadsafe} and {@code loop.call_later}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class LoopScheduler implements Scheduler, Scannable {
    private final EventLoop loop;
    private final Disposable.Composite scheduled = Disposables.composite();

    private LoopScheduler(EventLoop loop) {
        this.loop = Objects.requireNonNull(loop, "loop");
    }

    /**
     * Makes a Scheduler that runs its tasks on a loop.
     *
     * @param loop the loop
     * @return a new Scheduler
     */
    public static LoopScheduler of(EventLoop loop) {
        return new LoopScheduler(loop);
    }

    /**
     * Gives the loop that this scheduler stands for.
     *
     * @return the loop
     */
    public EventLoop loop() {
        return loop;
    }

    @Override
    public Disposable schedule(Runnable task) {
        return new Scheduled(scheduled, task).soon();
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return new Scheduled(scheduled, task).later(unit.toNanos(delay));
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return new Scheduled(scheduled, task).every(unit.toNanos(initialDelay), unit.toNanos(period));
    }

    @Override
    public Worker createWorker() {
        Disposable.Composite own = Disposables.composite();
        if (!scheduled.add(own)) {
            own.dispose(); // it rejects everything then
        }
        return new LoopWorker(own);
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(loop.time());
    }

    @Override
    public void dispose() {
        scheduled.dispose();
    }

    @Override
    public boolean isDisposed() {
        return scheduled.isDisposed() || loop.isClosed();
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
            return isDisposed();
        }
        return key == Attr.NAME ? toString() : null;
    }

    @Override
    public String toString() {
        return "LoopScheduler[" + loop + "]";
    }

    private final class LoopWorker implements Worker, Scannable {
        private final Disposable.Composite own;

        LoopWorker(Disposable.Composite own) {
            this.own = own;
        }

        @Override
        public Disposable schedule(Runnable task) {
            return new Scheduled(own, task).soon();
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return new Scheduled(own, task).later(unit.toNanos(delay));
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
            return new Scheduled(own, task).every(unit.toNanos(initialDelay), unit.toNanos(period));
        }

        @Override
        public void dispose() {
            own.dispose();
            boolean unused = scheduled.remove(own);
        }

        @Override
        public boolean isDisposed() {
            return own.isDisposed() || loop.isClosed();
        }

        @Override
        @SuppressWarnings("rawtypes") // as Scannable declares it
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
                return isDisposed();
            }
            if (key == Attr.PARENT) {
                return LoopScheduler.this;
            }
            return key == Attr.NAME ? LoopScheduler.this + ".worker" : null;
        }
    }

    /**
     * A task among those that are dropped together; it leaves them when it has run or is dropped itself.
     *
     * <p>The loop may run it, and a periodic one arm itself anew, before the call that has armed it returns: on another thread,
     * or on this one in virtual time. So handles are numbered, and only a newer one takes the place of another.
     */
    private final class Scheduled implements Disposable, Runnable {
        private final Disposable.Composite among;
        private final Runnable task;
        /** Negative: it runs once. */
        private long periodNanos = -1;

        private Duration next = Duration.ZERO;
        private int armed;
        // guarded by this
        private int kept;
        private @Nullable Handle handle;
        private volatile boolean over;

        Scheduled(Disposable.Composite among, Runnable task) {
            this.among = among;
            this.task = Schedulers.onSchedule(Objects.requireNonNull(task, "task"));
        }

        Disposable soon() {
            admit();
            return arm(() -> loop.callSoon(this));
        }

        Disposable later(long delayNanos) {
            return delayNanos <= 0 ? soon() : at(delayNanos);
        }

        Disposable every(long initialDelayNanos, long nanos) {
            periodNanos = Math.max(0, nanos);
            return at(Math.max(0, initialDelayNanos));
        }

        private Disposable at(long delayNanos) {
            admit();
            next = loop.time().plusNanos(delayNanos);
            return arm(() -> loop.callAt(next, this));
        }

        private void admit() {
            if (!among.add(this)) {
                throw rejected();
            }
        }

        private Disposable arm(Arm arm) {
            int number = ++armed;
            try {
                keep(number, arm.arm());
                return this;
            } catch (Throwable e) { // whoever gets an exception has scheduled nothing
                dispose();
                if (!(e instanceof IllegalStateException)) {
                    throw e;
                }
                RejectedExecutionException rejection = rejected();
                rejection.addSuppressed(e);
                throw rejection;
            }
        }

        private void keep(int number, Handle made) {
            synchronized (this) {
                if (!over) {
                    if (number > kept) {
                        kept = number;
                        handle = made;
                    }
                    return;
                }
            }
            made.dispose();
        }

        private RejectedExecutionException rejected() {
            return Exceptions.failWithRejected(new RejectedExecutionException(
                    LoopScheduler.this + " takes no more work: it, its worker or its loop was disposed of"));
        }

        @Override
        public void run() {
            if (over) {
                return;
            }
            if (periodNanos < 0) {
                dispose();
                task.run();
                return;
            }
            try {
                task.run();
            } catch (Throwable e) {
                dispose(); // as a periodic task of the JDK ends with its first error
                throw e;
            }
            if (!over && !loop.isClosed()) {
                next = next.plusNanos(periodNanos);
                Disposable unused = arm(() -> loop.callAt(next, this));
            }
        }

        @Override
        public void dispose() {
            Handle last;
            synchronized (this) {
                over = true;
                last = handle;
                handle = null;
            }
            if (last != null) {
                last.dispose();
            }
            boolean unused = among.remove(this);
        }

        @Override
        public boolean isDisposed() {
            return over;
        }
    }

    private interface Arm {
        Handle arm();
    }
}
