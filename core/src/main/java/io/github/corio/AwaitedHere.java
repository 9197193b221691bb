package io.github.corio;

/**
 * Shows, as suppressed in an error that has come from another thread, which line has awaited it: its own stack trace does not. Reactor's
 * {@code block()} adds the like.
 */
final class AwaitedHere extends Exception {
    private static final long serialVersionUID = 1L;

    private AwaitedHere() {
        super("#await terminated with an error");
    }

    /** Adds it once: the same error may be awaited again and again. */
    static void addTo(Throwable error) {
        for (Throwable added : error.getSuppressed()) {
            if (added instanceof AwaitedHere) {
                return;
            }
        }
        error.addSuppressed(new AwaitedHere());
    }
}
