package io.github.corio.testing;

import io.github.corio.loop.LostCarrier;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;
import java.lang.reflect.Method;

/**
 * The threads that carry virtual threads. A body that spins keeps one for ever; with as many of them as there are processors no other
 * body of this JVM would ever run again.
 */
final class Carriers {
    private static final String BEAN = "jdk.management.VirtualThreadSchedulerMXBean";

    private Carriers() {}

    /**
     * Adds one in place of the one that is lost.
     *
     * @param body the virtual thread that keeps it
     * @return what to say if that is not possible; else nothing
     */
    static String replaceThatOf(Thread body) {
        if (LostCarrier.replace(body)) {
            return "";
        }
        try { // by its name, since it came with Java 24
            Class<? extends PlatformManagedObject> type = Class.forName(BEAN).asSubclass(PlatformManagedObject.class);
            Object bean = ManagementFactory.getPlatformMXBean(type);
            int present = (int) type.getMethod("getParallelism").invoke(bean);
            Method change = type.getMethod("setParallelism", int.class);
            Object unused = change.invoke(bean, present + 1);
            return "";
        } catch (ReflectiveOperationException | RuntimeException e) {
            return "\nIt keeps a carrier of virtual threads for ever, which cannot be replaced before Java 24: further tests may hang."
                    + " Run tests with -Dcorio.fibers=platform until it is mended";
        }
    }
}
