package io.github.corio.loop.internal;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a thread that holds a loop waits for, and which task of that loop has it: a lock of the JDK or a monitor that a body kept across an
 * {@code await}. Neither of the two goes on then. The JDK says who has a lock only of platform threads.
 */
final class LockWait {
    private static final int MOST = 5;

    private LockWait() {}

    /** To be put behind the name of the holder. Empty if the thread waits for nothing that has a name. */
    static String of(Thread thread, LoopHandle holder, List<SuspendableHandle> live) {
        Object blocker = LockSupport.getBlocker(thread);
        ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId());
        boolean blocked = thread.getState() == Thread.State.BLOCKED;
        if (info != null && info.getLockOwnerId() >= 0) {
            SuspendableHandle owner = bodyOn(info.getLockOwnerId(), live);
            return ". It waits for " + info.getLockInfo().getClassName() + ", which "
                    + (owner == null
                            ? "thread " + info.getLockOwnerName() + " has"
                            : owner + " has: neither can go on. Use an AsyncLock where an await is in between");
        }
        if (blocker == null && !blocked) {
            return "";
        }
        String others = live.stream()
                .filter(handle -> handle != holder && handle.stack != null)
                .limit(MOST)
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        return ". It waits for "
                + (blocker == null ? "a monitor" : blocker.getClass().getName())
                + (others.isEmpty()
                        ? ""
                        : ". If one of those that wait on this loop has it, neither can go on: " + others
                                + ". Use an AsyncLock where an await is in between");
    }

    private static @Nullable SuspendableHandle bodyOn(long thread, List<SuspendableHandle> live) {
        for (SuspendableHandle handle : live) {
            Thread own = handle.thread();
            if (own != null && own.getId() == thread) {
                return handle;
            }
        }
        return null;
    }
}
