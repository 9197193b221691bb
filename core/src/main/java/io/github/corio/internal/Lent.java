package io.github.corio.internal;

/**
 * A value that the subscription it came through may take back, until somebody keeps it. A class since each await asks whether its value is one.
 *
 * @since 0.1.0
 */
public abstract class Lent {
    /** For subclasses. */
    protected Lent() {}

    /**
     * Makes it the holder's for good.
     *
     * @return false if it was taken back before
     */
    public abstract boolean keep();
}
