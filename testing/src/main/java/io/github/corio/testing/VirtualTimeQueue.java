package io.github.corio.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;

/**
 * What is to be run at which virtual time, and the virtual clock. Thread-safe; entries are added from any thread and taken
 * by the one that drives. Nothing foreign runs under its lock, which is a monitor: a thread that waits for a monitor is BLOCKED, and so is not
 * taken for one that waits for something to happen in the test.
 */
final class VirtualTimeQueue {
    /** A time that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    /** No place in the order of registration yet. */
    static final long UNNUMBERED = -1;

    static final long NOBODY = -1;
    private static final int PURGE_ABOVE = 100;

    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    /** Taken out of the queue since their time has come, in order; only if there is a choice among them. */
    private final List<Entry> due = new ArrayList<>();

    private long sequence;
    private long news;
    private int disposedEntries;
    private boolean closed;
    private volatile long now;

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    /** Sets the clock forward. */
    void advanceTo(long time) {
        now = Math.max(now, time);
    }

    Entry add(Entry entry) {
        synchronized (this) {
            if (closed) {
                throw Exceptions.failWithRejected();
            }
            if (entry.sequence == UNNUMBERED) {
                entry.sequence = sequence++;
            }
            queue.add(entry);
            announce();
        }
        return entry;
    }

    /** The place in the order of registration of something that may be added later. */
    synchronized long reserve() {
        return sequence++;
    }

    /** The next entry whose time has come: the earliest, and of those of one time the one that is chosen. */
    @Nullable
    Entry pollDue(Choices choices, long yielded) {
        List<Entry> candidates;
        synchronized (this) {
            if (!choices.varies(Choices.Kind.WORKER)) {
                Entry first = peek();
                return first != null && first.time <= now ? queue.poll() : null;
            }
            collectDue();
            if (due.size() <= 1) {
                return due.isEmpty() ? null : due.remove(0);
            }
            candidates = candidates(choices.varies(Choices.Kind.CLOCK));
            if (candidates.size() > 1) {
                boolean unused = candidates.removeIf(entry -> entry.worker == yielded);
            }
        }
        if (candidates.isEmpty()) {
            return null;
        }
        int chosen = candidates.size() == 1
                ? 0
                : choices.choose(
                        Choices.Kind.WORKER,
                        candidates.size(),
                        index -> candidates.get(index).toString());
        Entry entry = candidates.get(chosen);
        synchronized (this) {
            due.remove(entry);
        }
        return entry;
    }

    private void collectDue() {
        due.removeIf(Entry::isDisposed);
        for (Entry first = peek(); first != null && first.time <= now; first = peek()) {
            due.add(queue.remove());
        }
    }

    /** Of each worker the first that is due; but what is to be last only if there is nothing else, and unless times are blurred only those of one time. */
    private List<Entry> candidates(boolean ofAnyTime) {
        List<Entry> candidates = new ArrayList<>();
        Set<Long> workers = new HashSet<>();
        for (Entry entry : due) {
            Entry first = candidates.isEmpty() ? entry : candidates.get(0);
            boolean later = !ofAnyTime && entry.time != first.time;
            if (entry.last != first.last || later) {
                break;
            }
            if (workers.add(entry.worker)) {
                candidates.add(entry);
            }
        }
        return candidates;
    }

    /** Says whether an entry of another worker is due that was added before a place in the order of registration. */
    synchronized boolean othersDue(long worker, long before) {
        for (Entry entry : due) {
            if (entry.isBefore(worker, before)) {
                return true;
            }
        }
        Entry first = peek();
        if (first == null || first.time > now) {
            return false;
        }
        if (first.worker != worker) {
            return first.isBefore(worker, before);
        }
        return queue.stream().anyMatch(entry -> entry.time <= now && entry.isBefore(worker, before));
    }

    /** When the next entry is due, {@link #NEVER} if there is none. */
    synchronized long nextTime() {
        due.removeIf(Entry::isDisposed);
        Entry first = due.isEmpty() ? peek() : due.get(0);
        return first == null ? NEVER : first.time;
    }

    /** Says whether what is planned next follows from an answer of a thread outside. */
    synchronized boolean nextFollowsAnswer() {
        Entry first = due.isEmpty() ? peek() : due.get(0);
        return first != null && first.answer;
    }

    /** What is planned, in order, up to a number. */
    synchronized List<String> plans(int most) {
        return Stream.concat(due.stream(), queue.stream().sorted())
                .filter(entry -> !entry.isDisposed())
                .limit(most)
                .map(entry -> entry + " at " + Duration.ofNanos(entry.time))
                .toList();
    }

    private @Nullable Entry peek() {
        if (disposedEntries > PURGE_ABOVE && disposedEntries * 2 > queue.size()) {
            queue.removeIf(Entry::isDisposed);
            disposedEntries = 0;
        }
        Entry first = queue.peek();
        while (first != null && first.isDisposed()) {
            queue.poll();
            first = queue.peek();
        }
        return first;
    }

    synchronized void close() {
        closed = true;
        queue.clear();
        due.clear();
        announce();
    }

    // ---- news ----

    /** A number that grows whenever something is added or told. */
    synchronized long news() {
        return news;
    }

    /** Makes whoever waits for news look up. */
    synchronized void tell() {
        announce();
    }

    private void announce() {
        news++;
        notifyAll();
    }

    /**
     * Waits in real time for news.
     *
     * @param seen the number when the caller last looked
     * @return false if the time ran out first
     */
    synchronized boolean awaitNews(long seen, long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; news == seen && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return news != seen;
    }

    /** Something to be run at a time. At the same time the one that was added first comes first, but after all others what is to be last. */
    static final class Entry implements Comparable<Entry>, Disposable {
        private final VirtualTimeQueue agenda;
        private final long time;
        private final long worker;
        private final boolean last;
        private final Runnable task;
        private final Object what;
        private final Disposable owner;
        private long sequence;
        private volatile boolean over;
        /** A thread outside has planned this on behalf of the test: its answer has come, and has made the test wait for time. */
        private boolean answer;

        /**
         * An entry that counts as disposed when its owner is.
         *
         * @param worker keeps the order of what is its own
         * @param sequence its place in the order of registration, or {@link #UNNUMBERED}
         * @param what is shown for it
         */
        Entry(
                VirtualTimeQueue agenda,
                long time,
                long worker,
                long sequence,
                Runnable task,
                Object what,
                Disposable owner) {
            this(agenda, time, worker, sequence, false, task, what, owner);
        }

        private Entry(
                VirtualTimeQueue agenda,
                long time,
                long worker,
                long sequence,
                boolean last,
                Runnable task,
                Object what,
                Disposable owner) {
            this.agenda = agenda;
            this.time = time;
            this.worker = worker;
            this.sequence = sequence;
            this.last = last;
            this.task = task;
            this.what = what;
            this.owner = owner;
        }

        /** An entry that comes when nothing else is due. */
        static Entry last(VirtualTimeQueue agenda, long time, Runnable task, Disposable owner) {
            return new Entry(agenda, time, NOBODY, UNNUMBERED, true, task, task, owner);
        }

        void run() {
            if (!isDisposed()) {
                over = true;
                task.run();
            }
        }

        void isAnswer() {
            answer = true;
        }

        Object what() {
            return what;
        }

        private boolean isBefore(long otherWorker, long place) {
            return worker != otherWorker && !last && sequence < place && !isDisposed();
        }

        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(time, other.time);
            int byRank = byTime != 0 ? byTime : Boolean.compare(last, other.last);
            return byRank != 0 ? byRank : Long.compare(sequence, other.sequence);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        @Override
        public void dispose() {
            synchronized (agenda) {
                if (!over) {
                    over = true;
                    agenda.disposedEntries++;
                }
            }
        }

        @Override
        public boolean isDisposed() {
            return over || owner.isDisposed();
        }

        @Override
        public String toString() {
            return Names.of(what);
        }
    }
}
