package io.github.corio.testing;

import io.github.corio.loop.Handle;
import io.github.corio.loop.Strand;
import io.github.corio.loop.TieBreaker;
import io.github.corio.loop.TimerHandle;
import java.util.ArrayList;
import java.util.Collection;
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
    private long resumesAt = Agenda.UNNUMBERED;
    /** A thread outside of the test has woken the loop. Written by the driver, read on the loop it hands over to. */
    private volatile boolean arrived;

    /** The loop was chosen to run at this moment, and has not run anything yet. As {@link #arrived}. */
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

    /** Says that what is scheduled now was scheduled by a thread outside of the test. */
    Object arrival() {
        arrived = true;
        return new TestScheduler.Arrival(this);
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
    public long rank(long registration, long deadline) {
        TreeMap<Long, Long> known = places;
        if (known == null) {
            known = new TreeMap<>();
            places = known;
        }
        if (known.size() > LARGE) {
            known.headMap(scheduler.agenda().now()).clear();
        }
        long place = scheduler.agenda().reserve();
        known.putIfAbsent(deadline, place);
        return place;
    }

    @Override
    public int next(Collection<Handle> ready, long rank) {
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
        int chosen = 0;
        if (ready.size() > 1) {
            chosen = choose(choices, ready);
        } else {
            arrived = false;
        }
        if (choices.traces()) {
            choices.step(nth(ready, chosen));
        }
        return chosen;
    }

    private static Handle nth(Collection<Handle> ready, int index) {
        int at = 0;
        for (Handle handle : ready) {
            if (at++ == index) {
                return handle;
            }
        }
        throw new IndexOutOfBoundsException(index);
    }

    private int choose(Choices choices, Collection<Handle> ready) {
        Handle first = ready.iterator().next();
        if (first.cancelled() || !(first instanceof Strand || first instanceof TimerHandle)) {
            return 0;
        }
        return choices.varies(Choices.Kind.TASK) ? chooseAny(choices, ready) : chooseOpen(choices, ready, first);
    }

    /** Against asyncio's order: any task, any timer. */
    private static int chooseAny(Choices choices, Collection<Handle> ready) {
        Candidates candidates = new Candidates();
        int sleep = -1;
        boolean otherTimers = false;
        int at = 0;
        for (Handle handle : ready) {
            if (!handle.cancelled() && (handle instanceof Strand || handle instanceof TimerHandle)) {
                if (isSleep(handle)) {
                    sleep = sleep < 0 ? at : sleep;
                } else {
                    otherTimers |= handle instanceof TimerHandle;
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

    /** What asyncio leaves open: timers of one deadline, and tasks that threads outside have woken. */
    private int chooseOpen(Choices choices, Collection<Handle> ready, Handle first) {
        boolean timers = first instanceof TimerHandle;
        if (!timers && !arrived) {
            return 0;
        }
        Candidates candidates = new Candidates();
        int at = 0;
        for (Handle handle : ready) {
            boolean same = timers ? handle instanceof TimerHandle && sameTime(first, handle) : handle instanceof Strand;
            if (same && !handle.cancelled()) {
                candidates.add(at, handle);
            }
            at++;
        }
        if (!timers && candidates.handles.size() == 1) {
            arrived = false;
        }
        return candidates.choose(choices, timers ? Choices.Kind.TIMER : Choices.Kind.ARRIVAL);
    }

    /** Handles among which one is chosen, each once, and where they are in the queue. */
    private static final class Candidates {
        private final List<Integer> indices = new ArrayList<>();
        private final List<Handle> handles = new ArrayList<>();

        void add(int index, Handle handle) {
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

    private static boolean sameTime(Handle first, Handle other) {
        return ((TimerHandle) first).when().equals(((TimerHandle) other).when());
    }

    /** The end of a sleep only wakes a task: if tasks come in any order anyway, nothing is to be chosen here. */
    private static boolean isSleep(Handle handle) {
        return handle instanceof TimerHandle && Names.text(handle).startsWith("TimerHandle[sleep until");
    }

    // ---- scheduling ----

    @Override
    public Disposable schedule(Runnable task) {
        long place = resumesAt;
        resumesAt = Agenda.UNNUMBERED;
        return add(task, scheduler.dueIn(0), place);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        long time = scheduler.dueIn(unit.toNanos(delay));
        TreeMap<Long, Long> known = places;
        Long place = known == null ? null : known.get(time);
        return add(task, time, place == null ? Agenda.UNNUMBERED : place);
    }

    private Disposable add(Runnable task, long time, long place) {
        if (over || owner.isDisposed()) {
            throw Exceptions.failWithRejected();
        }
        return scheduler.add(task, time, number, place, places == null && !isOfLoop(task) ? task : this, this);
    }

    private static boolean isOfLoop(Runnable task) {
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
