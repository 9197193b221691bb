package io.github.corio.testing;

import static io.github.corio.Asyncio.async;

import io.github.corio.CoroutineAction;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.Tracing;
import io.github.corio.tools.timeline.Lanes;
import io.github.corio.tools.timeline.Picture;
import io.github.corio.tools.timeline.TraceEvents;
import reactor.core.publisher.Mono;

/**
 * Records what the tasks of a loop do over time, as a picture, or for Perfetto and Chrome. It shows when each task
 * runs, what it waits for, and which task starts, wakes or cancels which. Thread-safe.
 *
 * <p>In virtual time a run takes no time at all. Events at the same time are drawn with a little room in between, in
 * their order. The same run gives the same picture.
 *
 * <p>While a timeline is open, every loop of the JVM pays a little for it.
 *
 * <ul>
 *   <li><b>asyncio:</b> none.
 * </ul>
 *
 * @since 0.1.0
 */
public final class Timeline implements AutoCloseable {
    private final TimelineTracer tracer;

    private Timeline(EventLoop loop) {
        this.tracer = new TimelineTracer(loop);
    }

    /**
     * Writes down what the tasks of a loop do from now on, until it is closed. The loop may be that of a {@link
     * TestLoop}, or any other.
     *
     * @param loop the loop
     * @return the timeline, to be closed
     */
    public static Timeline record(EventLoop loop) {
        Timeline timeline = new Timeline(loop);
        Tracing.add(timeline.tracer);
        return timeline;
    }

    /**
     * Runs a main in virtual time, as {@link VirtualTime#run(Mono)} does.
     *
     * @param main what to run
     * @return its timeline
     */
    public static Timeline of(Mono<?> main) {
        TestLoop test = TestLoop.create();
        try (Timeline timeline = record(test.loop())) {
            try {
                Object unused = test.run(main);
            } catch (Throwable failure) {
                test.closeAfter(failure);
                throw failure;
            }
            test.close();
            return timeline;
        }
    }

    /**
     * Runs a body in virtual time, as {@link VirtualTime#run(CoroutineAction)} does.
     *
     * @param main the body
     * @return its timeline
     */
    public static Timeline of(CoroutineAction main) {
        return of(async(main));
    }

    /**
     * Gives an SVG that needs no other file. It is legible on a light and on a dark page.
     *
     * @param title what to write above it
     * @return the text of the file
     */
    public String toSvg(String title) {
        return Picture.of(lanes(), title);
    }

    /**
     * Gives the Trace Event format: <a href="https://ui.perfetto.dev">Perfetto</a> and {@code chrome://tracing} open
     * it.
     *
     * @return an object of JSON
     */
    public String toTraceEvents() {
        return TraceEvents.of(lanes());
    }

    private Lanes lanes() {
        return tracer.lanes();
    }

    /** Ends the recording. You can still draw it. */
    @Override
    public void close() {
        Tracing.remove(tracer);
    }
}
