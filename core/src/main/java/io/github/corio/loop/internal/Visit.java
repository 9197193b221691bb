package io.github.corio.loop.internal;

/**
 * The baton in the queue of a Scheduler: what the Scheduler is asked to run. It may come late, twice, or not at all. The baton is taken out
 * of the queue only once, by whom {@link Lifecycle#arrive} lets.
 *
 * <p>A Scheduler may run it inline, on the stack that asks, as a direct executor does, and a VirtualTimeScheduler. That is as good as any thread
 * if the asker is a foreign one. But where the asker runs a loop, a body may lie on that stack, and nothing may run on top of a body. The
 * visit then returns without a change, and the asker finds that it was {@link #answered inline}.
 */
final class Visit implements Runnable {
    private final Loop loop;
    private final Thread asker = Thread.currentThread();
    /** Both are only read and written by the asker's thread. */
    private boolean asking = true;

    private boolean inline;

    Visit(Loop loop) {
        this.loop = loop;
    }

    Loop loop() {
        return loop;
    }

    @Override
    public void run() {
        if (asking && asker == Thread.currentThread() && Loop.current() != null) {
            inline = true;
        } else if (loop.life().arrive()) {
            loop.drain();
        }
    }

    /** The asker has been answered. True if the Scheduler has run this where it could not be run. */
    boolean answered() {
        asking = false;
        return inline;
    }
}
