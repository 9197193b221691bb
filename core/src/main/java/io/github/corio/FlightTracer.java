package io.github.corio;

import io.github.corio.internal.Wait;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.Ready;
import io.github.corio.loop.internal.SuspendableHandle;
import io.github.corio.loop.internal.Tracer;
import io.github.corio.loop.internal.Track;
import io.github.corio.loop.internal.Turn;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Gives the JDK's flight recorder what loops and tasks do. Made by {@code Tracing}, by its name, where there is one.
 *
 * <p>An event knows whether it is enabled. The JVM rewrites that question where a recording begins, so that it costs nothing before.
 */
final class FlightTracer extends Tracer {
    private static final FlightEvents.TaskEvent TASK = new FlightEvents.TaskEvent();
    private static final FlightEvents.AwaitEvent AWAIT = new FlightEvents.AwaitEvent();
    private static final FlightEvents.SlowCallbackEvent SLOW = new FlightEvents.SlowCallbackEvent();
    private static final FlightEvents.LoopLagEvent LAG = new FlightEvents.LoopLagEvent();

    /** For {@code Tracing}. */
    FlightTracer() {}

    @Override
    public boolean enabled() {
        return TASK.isEnabled() || AWAIT.isEnabled() || SLOW.isEnabled() || LAG.isEnabled();
    }

    // ---- tasks ----

    @Override
    public @Nullable Track track(Object loop, SuspendableHandle task, @Nullable SuspendableHandle starter) {
        return TASK.isEnabled() || AWAIT.isEnabled() ? new TaskTrack(loop, task, starter) : null;
    }

    private static String nameOf(Object loop) {
        return "EventLoop-" + Loops.access((EventLoop) loop).number();
    }

    private static String nameOf(LoopHandle handle) {
        return Shown.clean(handle.traced());
    }

    private static final class TaskTrack extends Track {
        private final String loop;
        private final SuspendableHandle task;
        private final FlightEvents.@Nullable TaskEvent whole;
        private FlightEvents.@Nullable AwaitEvent await;
        private @Nullable Wait<?> wait;

        TaskTrack(Object loop, SuspendableHandle task, @Nullable SuspendableHandle starter) {
            this.loop = nameOf(loop);
            this.task = task;
            FlightEvents.TaskEvent begun = null;
            if (TASK.isEnabled()) {
                begun = new FlightEvents.TaskEvent();
                begun.begin();
                begun.startedBy = starter == null ? 0 : starter.number();
            }
            this.whole = begun;
        }

        @Override
        public void waits(Object begun) {
            if (AWAIT.isEnabled()) {
                FlightEvents.AwaitEvent event = new FlightEvents.AwaitEvent();
                event.begin();
                await = event;
                wait = (Wait<?>) begun;
            }
        }

        @Override
        public void goesOn(boolean cancelled, @Nullable Ready woken) {
            FlightEvents.AwaitEvent event = await;
            Wait<?> over = wait;
            await = null;
            wait = null;
            if (event == null || over == null) {
                return;
            }
            long readyFor = woken == null ? 0 : System.nanoTime() - woken.at;
            event.end();
            if (!event.shouldCommit()) {
                return;
            }
            event.task = task.number();
            event.name = nameOf(task);
            event.loop = loop;
            event.waitsFor = WaitWords.of(over);
            event.cancelled = cancelled;
            if (woken != null && woken.by != task) {
                event.wokenBy = woken.by == null ? String.valueOf(woken.what) : nameOf(woken.by);
                event.wokenByTask = woken.by == null ? 0 : woken.by.number();
            }
            event.readyFor = readyFor;
            event.commit();
        }

        @Override
        public void ended(End end, @Nullable Throwable error) {
            goesOn(false, null);
            FlightEvents.TaskEvent event = whole;
            if (event == null) {
                return;
            }
            event.end();
            if (event.shouldCommit()) {
                event.task = task.number();
                event.name = nameOf(task);
                event.loop = loop;
                event.outcome = end.name().toLowerCase(Locale.ROOT);
                event.error = error == null ? "" : error.getClass().getName();
                event.commit();
            }
        }
    }

    // ---- loops ----

    @Override
    public void ready(Ready ready) {
        if (LAG.isEnabled()) {
            FlightEvents.LoopLagEvent event = new FlightEvents.LoopLagEvent();
            event.begin();
            ready.event = event;
        }
    }

    @Override
    public void begins(Turn turn) {
        if (turn.ready != null && turn.ready.event instanceof FlightEvents.LoopLagEvent lag) {
            turn.ready.event = null;
            lag.end();
            if (lag.shouldCommit()) {
                lag.callback = nameOf(turn.handle);
                lag.task = turn.handle.number();
                lag.loop = nameOf(turn.loop);
                lag.lag = turn.lag();
                lag.commit();
            }
        }
        if (SLOW.isEnabled()) {
            FlightEvents.SlowCallbackEvent event = new FlightEvents.SlowCallbackEvent();
            event.begin();
            turn.event = event;
        }
    }

    @Override
    public void ends(Turn turn) {
        if (turn.event instanceof FlightEvents.SlowCallbackEvent slow) {
            slow.end();
            if (slow.shouldCommit()) {
                slow.callback = nameOf(turn.handle);
                slow.task = turn.handle.number();
                slow.loop = nameOf(turn.loop);
                slow.commit();
            }
        }
    }
}
