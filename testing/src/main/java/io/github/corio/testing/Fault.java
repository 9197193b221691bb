package io.github.corio.testing;

/**
 * What may become of a dependency.
 *
 * @since 0.1.0
 */
public enum Fault {
    /** It fails at once, with a {@link FaultError}, and is not subscribed to. */
    FAILS,
    /** It ends at once without a value, and is not subscribed to. */
    EMPTY,
    /** Its answer comes {@linkplain Faults#LATE an hour} of virtual time late. */
    LATE,
    /** Its answer never comes; it is subscribed to. */
    NEVER,
    /** It ends at once as something cancelled does, with a {@code CancelledError}. */
    CANCELLED
}
