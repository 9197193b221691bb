package io.github.corio;

/** Debug mode: where, and when, a task has suspended. */
final class AwaitSite extends Throwable {
    private static final long serialVersionUID = 1L;

    /** On the clock of {@link System#nanoTime()}. */
    final long nanos = System.nanoTime();

    AwaitSite() {
        super("awaits");
    }
}
