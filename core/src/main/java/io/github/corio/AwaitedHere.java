package io.github.corio;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Shows, as suppressed in an error that was not thrown on this stack, which line has awaited it: its own stack trace does not. Reactor's
 * {@code block()} adds the like. Where the error then ends that task, the task that awaits this one adds its line behind, and so on: the
 * outermost comes last.
 *
 * <p>An error may be shared, by a cache say, and awaited by many: it shows one chain, that of the first, and at most {@link #MOST} lines.
 * Nothing is done where nothing fails. {@code -Dcorio.awaitTraces=false} switches it off.
 */
final class AwaitedHere extends Exception {
    private static final long serialVersionUID = 1L;
    private static final boolean ON = !"false".equals(System.getProperty("corio.awaitTraces"));
    /** So many lines one error shows. */
    static final int MOST = 16;

    /** The task that has awaited; an error may live long. */
    private final transient @Nullable WeakReference<Object> by;

    private AwaitedHere(Object task, String name) {
        super("#await terminated with an error, in " + name);
        this.by = new WeakReference<>(task);
    }

    /**
     * Adds it, unless the error shows another chain already.
     *
     * @param task the task that awaits
     * @param origin the task that has ended with the error; null if it came from elsewhere
     */
    static void addTo(Throwable error, Object task, String name, @Nullable Object origin) {
        if (!ON) {
            return;
        }
        int lines = 0;
        AwaitedHere last = null;
        for (Throwable added : error.getSuppressed()) {
            if (added instanceof AwaitedHere line) {
                last = line;
                lines++;
            }
        }
        if (last == null || (lines < MOST && origin != null && last.by != null && last.by.refersTo(origin))) {
            error.addSuppressed(new AwaitedHere(task, name));
        }
    }

    /** The task whose line is the last one that the error shows; null if there is none, or if it was collected. */
    static @Nullable Object last(Throwable error) {
        Object task = null;
        for (Throwable added : error.getSuppressed()) {
            if (added instanceof AwaitedHere line && line.by != null) {
                task = line.by.get();
            }
        }
        return task;
    }
}
