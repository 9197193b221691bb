package io.github.corio.testing;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The blocking calls of one test: what it schedules on {@code Schedulers.boundedElastic()}, {@code toThread} above all.
 *
 * <p>They run on real threads, since they may block, and virtual time stands still meanwhile. So that a test has one order
 * only, they run one after another, in the order in which they were scheduled or that of the seed; only when one has been parked
 * for {@value #PARKED_MILLIS} ms, perhaps because it waits for another, or works for {@value #WORKS_FOR_LONG_MILLIS} ms already,
 * does the next begin beside it. A thread that is ready to run but gets no processor is not parked.
 *
 * <p>Thread-safe. Its lock is never held while foreign code runs.
 */
final class BlockingCalls {
    static final long WORKS_FOR_LONG_MILLIS = 1000;

    static final long PARKED_MILLIS = 25;

    private static final Scheduler THREADS = threads();
    private static final ThreadLocal<@Nullable Call> CURRENT = new ThreadLocal<>();

    private final Choices choices;
    private final Function<Runnable, Runnable> onThread;
    private final Runnable news;
    private final Deque<Call> waiting = new ArrayDeque<>();
    private final List<Call> running = new ArrayList<>();
    private long lastStart;

    /**
     * No calls.
     *
     * @param choices what chooses the next one
     * @param onThread what is put around a call
     * @param news told, from any thread, when a call has come or ended
     */
    BlockingCalls(Choices choices, Function<Runnable, Runnable> onThread, Runnable news) {
        this.choices = choices;
        this.onThread = onThread;
        this.news = news;
    }

    private static Scheduler threads() {
        AtomicInteger count = new AtomicInteger();
        return new Schedulers.Factory() {}.newBoundedElastic(
                Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE,
                Schedulers.DEFAULT_BOUNDED_ELASTIC_QUEUESIZE,
                task -> {
                    Thread thread = new Thread(task, "corio-test-elastic-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                60);
    }

    /** A thread of its own for those who need their calls to be one after another. */
    static Scheduler.Worker worker() {
        THREADS.init();
        return THREADS.createWorker();
    }

    /** Says that the call on this thread, if there is one, has asked for virtual time, and so may wait for it. */
    static void askedForTime() {
        Call call = CURRENT.get();
        if (call != null) {
            call.askedForTime = true;
        }
    }

    /**
     * Runs something as soon as nothing else can.
     *
     * @param on the worker it has to run on; null: on any thread
     */
    Disposable add(Runnable task, Scheduler.@Nullable Worker on) {
        Call call = new Call(task, onThread.apply(task), on);
        synchronized (this) {
            waiting.add(call);
        }
        news.run();
        return call;
    }

    /** Starts the next call, if there is one and its time has come. */
    boolean startNext() {
        Call next;
        synchronized (this) {
            List<Call> startable = startable();
            if (startable.isEmpty() || !mayBegin()) {
                return false;
            }
            next = startable.get(choose(startable));
            waiting.remove(next);
            running.add(next);
            lastStart = System.nanoTime();
        }
        next.start();
        return true;
    }

    private int choose(List<Call> startable) {
        return startable.size() == 1 || !choices.varies(Choices.Kind.CALL)
                ? 0
                : choices.choose(Choices.Kind.CALL, startable.size(), index -> Names.of(startable.get(index).what));
    }

    /** True if nothing runs that is likely to end soon. */
    private boolean mayBegin() {
        long now = System.nanoTime();
        boolean parked = true;
        for (Call call : running) {
            parked &= call.parkedFor(now) > MILLISECONDS.toNanos(PARKED_MILLIS); // ask all: they note when it began
        }
        return parked || now - lastStart > MILLISECONDS.toNanos(WORKS_FOR_LONG_MILLIS);
    }

    /** Those that wait, but of one worker only the first, and none if it is at work. */
    private List<Call> startable() {
        if (waiting.isEmpty()) {
            return List.of();
        }
        waiting.removeIf(Disposable::isDisposed);
        List<Call> first = new ArrayList<>();
        for (Call call : waiting) {
            if (call.on == null || (!uses(running, call.on) && !uses(first, call.on))) {
                first.add(call);
            }
        }
        return first;
    }

    private static boolean uses(List<Call> calls, Scheduler.Worker worker) {
        return calls.stream().anyMatch(call -> call.on == worker);
    }

    /**
     * Says whether virtual time has to stand still for a call: for one that waits to begin; for one that runs, unless it is
     * parked and has asked for virtual time itself, or has been parked without a limit for as long as the patience lasts. Without patience
     * that is {@value #PARKED_MILLIS} ms as well: each thread is parked for a moment at times, and goes on by itself.
     *
     * @param quietNanos for how long there has been nothing new
     * @param patienceNanos the patience
     */
    synchronized boolean holdTime(long quietNanos, long patienceNanos) {
        if (!startable().isEmpty()) {
            return true;
        }
        for (Call call : running) {
            if (!call.waitsForTime(quietNanos, patienceNanos)) {
                return true;
            }
        }
        return false;
    }

    /** True if none is waiting or running. */
    synchronized boolean isEmpty() {
        return waiting.isEmpty() && running.isEmpty();
    }

    /** The threads that calls run on at this moment. */
    synchronized List<Thread> threadsInUse() {
        List<Thread> threads = new ArrayList<>();
        for (Call call : running) {
            Thread thread = call.thread;
            if (thread != null) {
                threads.add(thread);
            }
        }
        return threads;
    }

    /** Interrupts every call. */
    void dispose() {
        List<Call> all;
        synchronized (this) {
            all = new ArrayList<>(waiting);
            all.addAll(running);
            waiting.clear();
        }
        all.forEach(Call::dispose);
    }

    private void ended(Call call) {
        synchronized (this) {
            running.remove(call);
        }
        news.run();
    }

    private final class Call implements Runnable, Disposable {
        final Runnable what;
        private final Runnable task;
        final Scheduler.@Nullable Worker on;
        volatile @Nullable Thread thread;
        volatile boolean askedForTime;
        private @Nullable Disposable scheduled;
        private boolean disposed;
        private boolean begun;
        /** This and the next: under the lock of all calls. */
        private boolean parked;

        private long parkedSince;

        Call(Runnable what, Runnable task, Scheduler.@Nullable Worker on) {
            this.what = what;
            this.task = task;
            this.on = on;
        }

        void start() {
            try {
                THREADS.init();
                Disposable started = on == null ? THREADS.schedule(this) : on.schedule(this);
                boolean late;
                synchronized (this) {
                    scheduled = started;
                    late = disposed;
                }
                if (late) {
                    dispose();
                }
            } catch (RuntimeException rejected) { // its worker was disposed
                ended(this);
            }
        }

        @Override
        public void run() {
            synchronized (this) {
                if (disposed) { // dispose() has counted it out
                    return;
                }
                begun = true;
            }
            thread = Thread.currentThread();
            CURRENT.set(this);
            try {
                task.run();
            } finally {
                CURRENT.remove();
                thread = null;
                ended(this);
            }
        }

        boolean waitsForTime(long quietNanos, long patienceNanos) {
            Thread now = thread;
            if (now == null) {
                return false;
            }
            boolean parkedForLong = parkedFor(System.nanoTime()) > MILLISECONDS.toNanos(PARKED_MILLIS);
            if (askedForTime && (parkedForLong || WaitingTool.isWaitedInBy(now))) {
                return true;
            }
            return parkedForLong && quietNanos > patienceNanos && now.getState() == Thread.State.WAITING;
        }

        /** For how long its thread has been parked whenever it was looked at. Under the lock of all calls. */
        long parkedFor(long now) {
            Thread at = thread;
            Thread.State state = at == null ? Thread.State.NEW : at.getState();
            if (state != Thread.State.WAITING && state != Thread.State.TIMED_WAITING && state != Thread.State.BLOCKED) {
                parked = false;
                return 0;
            }
            if (!parked) {
                parked = true;
                parkedSince = now;
            }
            return now - parkedSince;
        }

        @Override
        public void dispose() {
            Disposable started;
            boolean never;
            synchronized (this) {
                disposed = true;
                never = !begun;
                started = scheduled;
            }
            if (started != null) {
                started.dispose(); // interrupts it
            }
            if (never) {
                ended(this);
            }
        }

        @Override
        public synchronized boolean isDisposed() {
            return disposed;
        }
    }
}
