package io.github.corio.testing;

import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;

/**
 * What is to be run at which virtual time, and the virtual clock. Thread-safe; entries are added from any thread and taken
 * by the one that drives. Nothing foreign runs under its lock.
 */
final class Agenda {
    /** A time that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int PURGE_ABOVE = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
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
        lock.lock();
        try {
            if (closed) {
                throw Exceptions.failWithRejected();
            }
            entry.sequence = sequence++;
            queue.add(entry);
            announce();
        } finally {
            lock.unlock();
        }
        return entry;
    }

    /** The next entry whose time has come. */
    @Nullable
    Entry pollDue() {
        lock.lock();
        try {
            Entry first = peek();
            return first != null && first.time <= now ? queue.poll() : null;
        } finally {
            lock.unlock();
        }
    }

    /** When the next entry is due, {@link #NEVER} if there is none. */
    long nextTime() {
        lock.lock();
        try {
            Entry first = peek();
            return first == null ? NEVER : first.time;
        } finally {
            lock.unlock();
        }
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

    void close() {
        lock.lock();
        try {
            closed = true;
            queue.clear();
            announce();
        } finally {
            lock.unlock();
        }
    }

    // ---- news ----

    /** A number that grows whenever something is added or told. */
    long news() {
        lock.lock();
        try {
            return news;
        } finally {
            lock.unlock();
        }
    }

    /** Makes whoever waits for news look up. */
    void tell() {
        lock.lock();
        try {
            announce();
        } finally {
            lock.unlock();
        }
    }

    private void announce() {
        news++;
        changed.signalAll();
    }

    /**
     * Waits in real time for news.
     *
     * @param seen the number when the caller last looked
     * @return false if the time ran out first
     */
    boolean awaitNews(long seen, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (news == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
            return news != seen;
        } finally {
            lock.unlock();
        }
    }

    /** Something to be run at a time. At the same time the lower rank comes first, then the one that was added first. */
    static final class Entry implements Comparable<Entry>, Disposable {
        private final Agenda agenda;
        private final long time;
        private final long rank;
        private final Runnable task;
        private final Disposable owner;
        private long sequence;
        private volatile boolean over;

        /** An entry that counts as disposed when its owner is. */
        Entry(Agenda agenda, long time, long rank, Runnable task, Disposable owner) {
            this.agenda = agenda;
            this.time = time;
            this.rank = rank;
            this.task = task;
            this.owner = owner;
        }

        void run() {
            if (!isDisposed()) {
                over = true;
                task.run();
            }
        }

        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(time, other.time);
            int byRank = byTime != 0 ? byTime : Long.compare(rank, other.rank);
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
            agenda.lock.lock();
            try {
                if (!over) {
                    over = true;
                    agenda.disposedEntries++;
                }
            } finally {
                agenda.lock.unlock();
            }
        }

        @Override
        public boolean isDisposed() {
            return over || owner.isDisposed();
        }
    }
}
