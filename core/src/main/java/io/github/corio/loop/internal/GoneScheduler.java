package io.github.corio.loop.internal;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Says whether a Scheduler will never run anything again: it was disposed of, or the executor beneath it was shut down. Of the latter a
 * Scheduler of Reactor tells nothing, and its {@link Scheduler#isDisposed()} stays false. So this looks for the ExecutorService in the
 * Worker's own fields. Where the JVM does not let it look, only a disposed Scheduler counts as gone.
 */
final class GoneScheduler {
    private static final ClassValue<@Nullable Field> EXECUTOR = new ClassValue<>() {
        @Override
        protected @Nullable Field computeValue(Class<?> type) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && ExecutorService.class.isAssignableFrom(field.getType())) {
                    return field.trySetAccessible() ? field : null;
                }
            }
            return null;
        }
    };

    private GoneScheduler() {}

    static boolean isGone(Scheduler scheduler, Scheduler.Worker worker) {
        try {
            return scheduler.isDisposed() || isShutDown(worker);
        } catch (Throwable e) { // the Scheduler cannot even say so: what it refuses is tried again
            return false;
        }
    }

    private static boolean isShutDown(Scheduler.Worker worker) {
        ExecutorService executor = executor(worker);
        return executor != null && executor.isShutdown();
    }

    /** True if the Worker hands its tasks to an executor of this class or a subclass, as far as the JVM lets this look. */
    static boolean runsOn(Scheduler.Worker worker, String type) {
        ExecutorService executor = executor(worker);
        if (executor == null) {
            return false;
        }
        for (Class<?> each = executor.getClass(); each != null; each = each.getSuperclass()) {
            if (each.getName().equals(type)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable ExecutorService executor(Scheduler.Worker worker) {
        Field field = EXECUTOR.get(worker.getClass());
        try {
            return field == null ? null : (ExecutorService) field.get(worker);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // it was made accessible
        }
    }
}
