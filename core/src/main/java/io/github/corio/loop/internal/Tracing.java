package io.github.corio.loop.internal;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Those who hear what loops and tasks do. {@link #on} is all that a loop pays while there is none, at each handle that is queued or run. An await
 * that does not suspend does not even ask.
 */
public final class Tracing {
    private static final String TASKS = "io.github.corio.";
    /** The one that is always there and mostly not enabled; null on a JVM without the module jdk.jfr. */
    private static final @Nullable Tracer FLIGHT = flight();

    private static volatile Tracer[] others = {};
    private static volatile boolean attached;

    private Tracing() {}

    /** True if somebody wants to hear. */
    public static boolean on() {
        return attached || (FLIGHT != null && FLIGHT.enabled());
    }

    /** From now on this one hears. */
    public static synchronized void add(Tracer tracer) {
        Tracer[] more = Arrays.copyOf(others, others.length + 1);
        more[others.length] = tracer;
        others = more;
        attached = true;
    }

    /** From now on it hears nothing new. Harmless when repeated. */
    public static synchronized void remove(Tracer tracer) {
        others = Arrays.stream(others).filter(each -> each != tracer).toArray(Tracer[]::new);
        attached = others.length > 0;
    }

    /** Words for what a task waits for. Never calls the application's code but for scans of operators. */
    public static String words(Object wait) {
        return Words.OF.apply(wait);
    }

    /** What follows a task that has started, or is met for the first time; null if nobody does. */
    public static @Nullable Track track(Object loop, SuspendableHandle task, @Nullable SuspendableHandle starter) {
        Track track = FLIGHT != null && FLIGHT.enabled() ? FLIGHT.track(loop, task, starter) : null;
        for (Tracer tracer : others) {
            Track one = tracer.track(loop, task, starter);
            track = track == null || one == null ? (track == null ? one : track) : new Track.Both(track, one);
        }
        return track;
    }

    /** The end of a loop cancels a task. */
    public static void leftBehind() {
        for (Tracer tracer : others) {
            tracer.leftBehind();
        }
    }

    // ---- for the engine ----

    static void queued(LoopHandle handle, Ready ready) {
        if (handle.ready == null) { // else it was woken before
            tell(ready);
            handle.ready = ready;
        }
    }

    /** A turn begins: what becomes due in it may have to wait for its end. */
    static Ready cycle() {
        Ready begun = Ready.due(0);
        tell(begun);
        return begun;
    }

    /** A timer is queued, so long after its time. */
    static void due(LoopTimer timer, long late, @Nullable Ready cycle) {
        Ready ready = Ready.due(late);
        tell(ready);
        if (cycle != null && cycle.event != null) {
            ready.event = cycle.event;
            cycle.event = null;
        }
        timer.ready = ready;
    }

    private static void tell(Ready ready) {
        if (FLIGHT != null && FLIGHT.enabled()) {
            FLIGHT.ready(ready);
        }
    }

    static @Nullable Turn begin(Object loop, LoopHandle handle) {
        Ready ready = (Ready) handle.ready;
        handle.ready = null;
        if (!on()) {
            return null;
        }
        Turn turn = new Turn(loop, handle, ready);
        if (FLIGHT != null && FLIGHT.enabled()) {
            FLIGHT.begins(turn);
        }
        for (Tracer tracer : others) {
            tracer.begins(turn);
        }
        return turn;
    }

    static void end(Turn turn) {
        if (FLIGHT != null && FLIGHT.enabled()) {
            FLIGHT.ends(turn);
        }
        for (Tracer tracer : others) {
            tracer.ends(turn);
        }
    }

    // ---- by name: this must not depend on what is above it ----

    private static @Nullable Tracer flight() {
        try {
            Class<?> unused = Class.forName("jdk.jfr.Event", false, Tracing.class.getClassLoader());
            return (Tracer) make("FlightTracer");
        } catch (ReflectiveOperationException | LinkageError withoutFlightRecorder) {
            return null;
        }
    }

    private static Object make(String name) throws ReflectiveOperationException {
        Constructor<?> constructor = Class.forName(TASKS + name).getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    private static final class Words {
        static final Function<Object, String> OF = load();

        @SuppressWarnings("unchecked")
        private static Function<Object, String> load() {
            try {
                return (Function<Object, String>) make("WaitWords");
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.toString(), e);
            }
        }
    }
}
