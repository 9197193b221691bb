package io.github.corio;

/**
 * A value that the subscription it came through may take back, until somebody keeps it. Internal: public only for the locks'
 * package.
 *
 * @since 0.1.0
 */
public interface Lent {
    /**
     * Makes it the holder's for good.
     *
     * @return false if it was taken back before
     */
    boolean keep();
}
