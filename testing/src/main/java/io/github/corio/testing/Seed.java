package io.github.corio.testing;

/** Hangs on a failure and says under which seed it came. */
final class Seed extends Throwable {
    private static final long serialVersionUID = 1L;

    private Seed(String message) {
        super(message, null, false, false);
    }

    static void note(Throwable failure, long seed) {
        failure.addSuppressed(new Seed("this came under seed " + seed + "; run it again with seed = " + seed));
    }
}
