package io.github.corio.testing;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** Measures whether the JVM is at work: while it is, threads that one waits for may only be slow. Of one thread. */
final class Busy {
    private static final @Nullable OperatingSystemMXBean PROCESS =
            ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean ? bean : null;

    private long cpu = cpuNanos();
    private long wall = System.nanoTime();

    private static long cpuNanos() {
        return PROCESS == null ? 0 : PROCESS.getProcessCpuTime();
    }

    /** True if the JVM has used a fifth of a processor or more since the last call. */
    boolean sinceLastCall() {
        long cpuNow = cpuNanos();
        long wallNow = System.nanoTime();
        boolean busy = (cpuNow - cpu) * 5 > wallNow - wall;
        cpu = cpuNow;
        wall = wallNow;
        return busy;
    }
}
