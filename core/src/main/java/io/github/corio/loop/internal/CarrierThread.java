package io.github.corio.loop.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A daemon thread that serves an {@link Post}, until a spare takes its place because a fiber holds it up.
 *
 * <p>What belongs to the carrier is touched by one thread at a time, by the rule of Dekker: who wants to touch it says so in its own
 * {@code word}, then looks whether it still owns the carrier. A spare makes itself the owner, then waits until the word of the one before
 * says that it touches nothing.
 *
 * <p>Not {@link reactor.core.scheduler.NonBlocking}: no foreign code runs on this stack, and the JDK parks it now and then,
 * for the lock of its own timers. The fibers are what counts as non-blocking.
 */
final class CarrierThread extends Thread {
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(CarrierThread.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What is served: a carrier of our own. */
    interface Post {
        /** The owner. */
        Thread thread();

        /** A new thread becomes the owner. False if another one did. */
        boolean pass(@Nullable CarrierThread from, CarrierThread to);

        /** On the owner's stack, until another thread is the owner. */
        void serve(CarrierThread here);
    }

    private final Post post;
    private final @Nullable CarrierThread before;
    /** Twice the number of mounts and sleeps; odd while this thread may touch what is the carrier's. Written by this thread alone. */
    private volatile long word;

    @SuppressWarnings("ThreadPriorityCheck") // only not to have its maker's, whichever that is
    CarrierThread(Post post, String name, @Nullable CarrierThread before) {
        super(null, null, name, 0, false);
        this.post = post;
        this.before = before;
        setDaemon(true);
        setPriority(NORM_PRIORITY);
        setContextClassLoader(CarrierThread.class.getClassLoader());
        if (before != null) {
            setUncaughtExceptionHandler(before.getUncaughtExceptionHandler());
        }
    }

    /** The thread of the carrier that this code runs on, on its own stack or on a fiber; null for any other thread. */
    static @Nullable CarrierThread current(Post post) {
        return VirtualThreads.currentCarrier() instanceof CarrierThread here && here.serves(post) ? here : null;
    }

    boolean serves(Post other) {
        return post == other;
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // not relied on: the thread before may need this processor
    public void run() {
        if (!post.pass(before, this)) {
            return;
        }
        while (before != null && before.touches()) {
            Thread.yield();
        }
        touch();
        post.serve(this);
        leave();
    }

    /** Whether this thread touches what is the carrier's. For any thread. */
    boolean touches() {
        return (word & 1) != 0;
    }

    /** A number that stays the same while one fiber holds this thread up, and is odd while none does. For any thread. */
    long mark() {
        return word;
    }

    /** True if what is the carrier's may be touched from now on, until {@link #leave}. */
    boolean touch() {
        WORD.setVolatile(this, word | 1); // before the look at the owner
        if (post.thread() == this) {
            return true;
        }
        leave();
        return false;
    }

    /** The end of {@link #touch}. */
    void leave() {
        WORD.setRelease(this, word & ~1);
    }

    /** A fiber is mounted, or this thread sleeps. */
    void stepAside() {
        WORD.setRelease(this, (word | 1) + 1);
    }
}
