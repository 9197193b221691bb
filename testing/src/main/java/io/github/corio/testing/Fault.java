package io.github.corio.testing;

/**
 * Says how a dependency misbehaves, for {@link Faults}.
 *
 * @since 0.1.0
 */
public enum Fault {
    /** It fails immediately, with a {@link FaultError}, and is not subscribed to. */
    FAILS,
    /** It ends immediately without a value, and is not subscribed to. */
    EMPTY,
    /** Its answer comes {@linkplain Faults#LATE an hour} of virtual time late. */
    LATE,
    /** Its answer never comes, but it is subscribed to. */
    NEVER,
    /** It ends immediately as a cancelled Mono does, with a {@code CancelledError}. */
    CANCELLED
}
