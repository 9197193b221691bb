package io.github.corio.testing;

/** The error that programs of traces raise. */
final class ValueError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ValueError(String message) {
        super(message);
    }
}
