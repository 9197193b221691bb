package io.github.corio.migration;

/** Thrown where a rewrite could change the meaning of a chain. The chain is left alone, and the message says why. */
final class Uncertain extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Uncertain(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
