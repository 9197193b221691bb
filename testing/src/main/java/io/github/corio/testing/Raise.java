package io.github.corio.testing;

/** Throws an error of somebody else's code as it is, checked or not. */
final class Raise {
    private Raise() {}

    static RuntimeException asIs(Throwable error) {
        return Raise.<RuntimeException>unchecked(error);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> RuntimeException unchecked(Throwable error) throws E {
        throw (E) error;
    }
}
