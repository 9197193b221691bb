package io.github.corio;

/** Debug mode: where, and when, a task has suspended. */
final class AwaitSite extends Throwable {
    private static final long serialVersionUID = 1L;

    /** On the clock of the loop. */
    final long nanos;

    AwaitSite(long nanos) {
        super("awaits");
        this.nanos = nanos;
    }
}
