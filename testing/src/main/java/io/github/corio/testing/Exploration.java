package io.github.corio.testing;

/**
 * What an {@link Explorer} has seen of a test that never failed.
 *
 * @param runs how many interleavings it has run
 * @param exhausted whether these are all that there are
 * @param switches all interleavings with so many switches or fewer were run; a switch is a place where another order is taken than the one
 *     that comes by itself
 * @param steady whether the test repeats itself under the same schedule; if not, something else decides too, threads or random numbers
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
