package io.github.corio;

/** Throws any error as it is, checked or not, because a task ends with whatever its body has thrown. */
final class Unchecked {
    private Unchecked() {}

    /** Never returns; the type lets a caller write {@code throw}. */
    static RuntimeException raise(Throwable error) {
        return Unchecked.<RuntimeException>raiseAs(error);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> RuntimeException raiseAs(Throwable error) throws E {
        throw (E) error;
    }
}
