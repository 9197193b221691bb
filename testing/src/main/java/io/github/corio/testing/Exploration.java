package io.github.corio.testing;

/**
 * The result of an {@link Explorer} for a test that never failed.
 *
 * @param runs how many interleavings it has run
 * @param exhausted whether these are all that there are
 * @param switches all interleavings with so many switches or fewer were run. A switch is a place with another order
 *     than the order that comes by itself
 * @param steady whether the test repeats itself under the same schedule. If not, threads or random numbers decide too
 * @since 0.1.0
 */
public record Exploration(int runs, boolean exhausted, int switches, boolean steady) {
    @Override
    public String toString() {
        String unsteady = steady
                ? ""
                : "; the test does not repeat itself: something beside the schedule decides, threads or random numbers";
        return exhausted
                ? "all " + runs + " interleavings passed" + unsteady
                : runs + " interleavings passed, all with up to " + switches + (switches == 1 ? " switch" : " switches")
                        + " among them; there are more" + unsteady;
    }
}
