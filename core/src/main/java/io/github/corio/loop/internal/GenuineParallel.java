package io.github.corio.loop.internal;

import java.lang.reflect.Field;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Recognises the Scheduler that {@code Schedulers.parallel()} gives in an application that has replaced nothing: only there may a carrier stand
 * in. Under virtual time, with a replaced factory, a decorated executor or a schedule hook, everything goes through the Scheduler.
 *
 * <p>Reactor wraps its shared Schedulers, so this looks into the wrapper. Where the JVM does not let it look, no Scheduler counts as genuine.
 */
final class GenuineParallel {
    /**
     * The hooks by their keys: the composed one stays behind as an identity when the last is reset. Null if there is no such field here, or
     * it may not be read: then nothing counts as genuine.
     */
    private static final @Nullable Field HOOKS = hooksField();

    private static final String TYPE = "reactor.core.scheduler.ParallelScheduler";

    /** The one looked at last, and what was found. */
    private static volatile Found last = new Found(null, false);

    private record Found(@Nullable Scheduler scheduler, boolean genuine) {}

    private GenuineParallel() {}

    static boolean is(Scheduler scheduler) {
        Found found = last;
        if (found.scheduler != scheduler) {
            found = new Found(scheduler, look(scheduler));
            last = found;
        }
        return found.genuine && !isHooked() && !scheduler.isDisposed();
    }

    private static @Nullable Field hooksField() {
        try {
            Field hooks = Schedulers.class.getDeclaredField("onScheduleHooks");
            return hooks.trySetAccessible() ? hooks : null;
        } catch (NoSuchFieldException e) { // another version of Reactor
            return null;
        }
    }

    private static boolean isHooked() {
        try {
            return HOOKS == null || !(HOOKS.get(null) instanceof Map<?, ?> hooks) || !hooks.isEmpty();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // it was made accessible
        }
    }

    private static boolean look(Scheduler scheduler) {
        if (scheduler != Schedulers.parallel()) {
            return false;
        }
        try {
            Field cached = scheduler.getClass().getDeclaredField("cached");
            return cached.trySetAccessible()
                    && cached.get(scheduler) instanceof Scheduler inner
                    && inner.getClass().getName().equals(TYPE)
                    && !isDecorated(inner);
        } catch (ReflectiveOperationException e) { // another version of Reactor
            return false;
        }
    }

    private static boolean isDecorated(Scheduler scheduler) {
        Scheduler.Worker worker = scheduler.createWorker();
        try {
            return !GoneScheduler.runsOn(worker, "java.util.concurrent.ScheduledThreadPoolExecutor");
        } finally {
            worker.dispose();
        }
    }
}
