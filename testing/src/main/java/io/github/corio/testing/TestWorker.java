package io.github.corio.testing;

import io.github.corio.loop.internal.LoopAccess;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.LoopTimer;
import io.github.corio.loop.internal.SuspendableHandle;
import io.github.corio.loop.internal.TieBreaker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.scheduler.Scheduler;

/**
 * A worker of a {@link TestScheduler}: its tasks of one time keep their order. If it is the worker of a loop, it decides the order of
 * the loop as well: without choices that of registration, timers of the loop and of Reactor taken together.
 */
final class TestWorker implements Scheduler.Worker, TieBreaker, Scannable {
    private static final int LARGE = 1000;

    private final TestScheduler scheduler;
    private final Disposable owner;
    private final long number;
    /** Of a loop: the place in the order of registration of the first timer of each deadline. Belongs to the loop. */
    private @Nullable TreeMap<Long, Long> places;
    /** The place in the order of registration of the timer before which the loop has let others go. Belongs to the loop. */
    private long resumesAt = VirtualTimeQueue.UNNUMBERED;
    /**
     * Of a loop: what other threads have submitted, with its place in the order of registration: timers that the loop has not seen yet, and
     * answers of threads outside of the test that have not run yet. Under the monitor of this worker.
     */
    private @Nullable IdentityHashMap<LoopHandle, Long> arrivals;

    /** The loop was chosen to run at this moment, and has not run anything yet. Written by the driver, read on the loop it hands over to. */
    private volatile boolean begun;

    private volatile boolean over;

    /**
     * A worker in the time of a test.
     *
     * @param owner when that is disposed, the worker takes nothing any more
     */
    TestWorker(TestScheduler scheduler, Disposable owner) {
        this.scheduler = scheduler;
        this.owner = owner;
        this.number = scheduler.newWorker();
    }

    TestScheduler scheduler() {
        return scheduler;
    }

    /** The loop runs from now on, since it is its turn. */
    void begins() {
        begun = true;
    }

    // ---- of a loop ----

    @Override
    public long rank(long registration) {
        return registration;
    }

    @Override
    public long rank(LoopTimer timer, long registration) {
        TreeMap<Long, Long> known = places;
        if (known == null) {
            known = new TreeMap<>();
            places = known;
        }
        if (known.size() > LARGE) {
            known.headMap(scheduler.agenda().now()).clear();
        }
        Long arrived = forget(timer);
        long place = arrived == null ? scheduler.agenda().reserve() : arrived;
        known.merge(timer.when().toNanos(), place, Math::min);
        return place;
    }

    @Override
    public int next(Collection<LoopHandle> ready, long rank) {
        Choices choices = scheduler.choices();
        if (!choices.varies(Choices.Kind.TURN)) {
            if (rank == Long.MIN_VALUE || !scheduler.agenda().othersDue(number, rank)) {
                return 0;
            }
            resumesAt = rank;
            return OTHERS_FIRST;
        }
        boolean itsTurn = begun;
        begun = false;
        if (!itsTurn
                && scheduler.agenda().othersDue(number, Long.MAX_VALUE)
                && choices.choose(Choices.Kind.TURN, 2, index -> index == 0 ? "the loop goes on" : "others first")
                        == 1) {
            scheduler.letOthersGo(number);
            return OTHERS_FIRST;
        }
        int chosen = ready.size() > 1 ? choose(choices, ready) : 0;
        LoopHandle next = nth(ready, chosen);
        Long unused = forget(next);
        if (choices.traces()) {
            choices.step(next);
        }
        return chosen;
    }

    @Override
    public void arrives(LoopHandle handle) {
        if (handle instanceof LoopTimer || isFree(handle)) {
            long place = scheduler.agenda().reserve();
            synchronized (this) {
                IdentityHashMap<LoopHandle, Long> present = arrivals;
                if (present == null) {
                    present = new IdentityHashMap<>();
                    arrivals = present;
                }
                present.put(handle, place);
            }
        }
    }

    /** True for an answer of a thread outside, if its order may be chosen. */
    private boolean isFree(LoopHandle handle) {
        return isAnswer(handle)
                && Residence.current() != scheduler
                && scheduler.choices().varies(Choices.Kind.ARRIVAL);
    }

    /** A task that is woken, or a stage of the JDK that is done. A callback keeps its place: asyncio promises the order of those. */
    private static boolean isAnswer(LoopHandle handle) {
        return handle instanceof SuspendableHandle
                || handle.getClass().getName().equals("io.github.corio.WrappedStage$Arrival");
    }

    private synchronized boolean hasArrived(LoopHandle handle) {
        return arrivals != null && arrivals.containsKey(handle);
    }

    private synchronized @Nullable Long forget(LoopHandle handle) {
        return arrivals == null ? null : arrivals.remove(handle);
    }

    private static LoopHandle nth(Collection<LoopHandle> ready, int index) {
        int at = 0;
        for (LoopHandle handle : ready) {
            if (at++ == index) {
                return handle;
            }
        }
        throw new IndexOutOfBoundsException(index);
    }

    private int choose(Choices choices, Collection<LoopHandle> ready) {
        LoopHandle first = ready.iterator().next();
        if (first.isCancelled()) {
            return 0;
        }
        if (choices.varies(Choices.Kind.TASK)) {
            return first instanceof SuspendableHandle || first instanceof LoopTimer ? chooseAny(choices, ready) : 0;
        }
        return first instanceof LoopTimer timer
                ? chooseTimer(choices, ready, timer)
                : hasArrived(first) ? chooseAnswer(choices, ready) : 0;
    }

    /** Against asyncio's order: any task, any timer. */
    private static int chooseAny(Choices choices, Collection<LoopHandle> ready) {
        Candidates candidates = new Candidates();
        int sleep = -1;
        boolean otherTimers = false;
        int at = 0;
        for (LoopHandle handle : ready) {
            if (!handle.isCancelled() && (handle instanceof SuspendableHandle || handle instanceof LoopTimer)) {
                if (isSleep(handle)) {
                    sleep = sleep < 0 ? at : sleep;
                } else {
                    otherTimers |= handle instanceof LoopTimer;
                }
                candidates.add(at, handle);
            }
            at++;
        }
        if (sleep >= 0 && !otherTimers) { // it only wakes a task, which is a candidate then
            return sleep;
        }
        return candidates.choose(choices, Choices.Kind.TASK);
    }

    /** asyncio leaves open which of several timers with one deadline fires first. */
    private static int chooseTimer(Choices choices, Collection<LoopHandle> ready, LoopTimer first) {
        Candidates candidates = new Candidates();
        int at = 0;
        for (LoopHandle handle : ready) {
            if (!handle.isCancelled()
                    && handle instanceof LoopTimer timer
                    && timer.when().equals(first.when())) {
                candidates.add(at, handle);
            }
            at++;
        }
        return candidates.choose(choices, Choices.Kind.TIMER);
    }

    /** Which of several threads outside was faster is open too, as long as nothing of the loop's own is between their answers. */
    private int chooseAnswer(Choices choices, Collection<LoopHandle> ready) {
        Candidates candidates = new Candidates();
        int at = 0;
        for (LoopHandle handle : ready) {
            if (!handle.isCancelled()) {
                if (!hasArrived(handle)) {
                    break;
                }
                candidates.add(at, handle);
            }
            at++;
        }
        return candidates.choose(choices, Choices.Kind.ARRIVAL);
    }

    /** Handles among which one is chosen, each once, and where they are in the queue. */
    private static final class Candidates {
        private final List<Integer> indices = new ArrayList<>();
        private final List<LoopHandle> handles = new ArrayList<>();

        void add(int index, LoopHandle handle) {
            if (!handles.contains(handle)) {
                indices.add(index);
                handles.add(handle);
            }
        }

        int choose(Choices choices, Choices.Kind kind) {
            return handles.size() == 1
                    ? indices.get(0)
                    : indices.get(choices.choose(kind, handles.size(), index -> Names.of(handles.get(index))));
        }
    }

    /** The end of a sleep only wakes a task: if tasks come in any order anyway, nothing is to be chosen here. */
    private static boolean isSleep(LoopHandle handle) {
        return handle instanceof LoopTimer && LoopAccess.onlyWakes(handle);
    }

    // ---- scheduling ----

    @Override
    public Disposable schedule(Runnable task) {
        long place = resumesAt;
        resumesAt = VirtualTimeQueue.UNNUMBERED;
        return add(task, scheduler.dueIn(0), place);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        long time = scheduler.dueIn(unit.toNanos(delay));
        TreeMap<Long, Long> known = places;
        Long place = known == null ? null : known.get(time);
        return add(task, time, place == null ? VirtualTimeQueue.UNNUMBERED : place);
    }

    private Disposable add(Runnable task, long time, long place) {
        if (over || owner.isDisposed()) {
            throw Exceptions.failWithRejected();
        }
        return scheduler.add(task, time, number, place, places == null && !isOfLoop(task) ? task : this, this);
    }

    /** True for what a loop schedules to be run. */
    static boolean isOfLoop(Runnable task) {
        return task.getClass().getName().startsWith("io.github.corio.loop.");
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        Periodic periodic = new Periodic(this, task, unit.toNanos(initialDelay), unit.toNanos(period));
        periodic.arm();
        return periodic;
    }

    @Override
    public void dispose() {
        over = true;
    }

    @Override
    public boolean isDisposed() {
        return over || owner.isDisposed() || scheduler.isDisposed();
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.TERMINATED || key == Attr.CANCELLED ? isDisposed() : key == Attr.PARENT ? scheduler : null;
    }

    @Override
    public String toString() {
        return "the loop";
    }

    /** A task that is run again and again, at multiples of its period. */
    private static final class Periodic implements Runnable, Disposable {
        private final TestWorker worker;
        private final Runnable task;
        private final long period;
        private long next;
        private volatile boolean over;

        Periodic(TestWorker worker, Runnable task, long initialDelay, long period) {
            this.worker = worker;
            this.task = task;
            this.period = Math.max(0, period);
            this.next = worker.scheduler.agenda().now() + Math.max(0, initialDelay);
        }

        void arm() {
            Disposable unused =
                    worker.schedule(this, next - worker.scheduler.agenda().now(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void run() {
            if (over) {
                return;
            }
            task.run();
            next += period;
            if (!isDisposed()) {
                arm();
            }
        }

        @Override
        public void dispose() {
            over = true;
        }

        @Override
        public boolean isDisposed() {
            return over || worker.isDisposed();
        }
    }
}
