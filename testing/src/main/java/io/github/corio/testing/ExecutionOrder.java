package io.github.corio.testing;

import org.jspecify.annotations.Nullable;

/**
 * Checks that the steps of a test are taken in the order in which they are numbered, from 1 on. Thread-safe.
 *
 * <pre>{@code
 * ExecutionOrder order = new ExecutionOrder();
 * order.expect(1);
 * Task<Void> other = createTask(async(() -> order.expect(3)));
 * order.expect(2);
 * await(other);
 * order.finish(4);
 * }</pre>
 *
 * @since 0.1.0
 */
public final class ExecutionOrder {
    private int taken;
    private @Nullable AssertionError first;

    /** No step has been taken. */
    public ExecutionOrder() {}

    /**
     * Takes a step. Never suspends.
     *
     * @param step its number
     * @throws AssertionError if it is not its turn, or if an earlier step was out of order
     */
    public synchronized void expect(int step) {
        rethrow();
        if (step != taken + 1) {
            throw fail("step " + step + " comes " + (step <= taken ? "again or too late" : "too early") + ": "
                    + (taken == 0 ? "no step has" : "step " + taken + " is the last that has") + " been taken");
        }
        taken = step;
    }

    /**
     * Takes the last step: any later one is out of order.
     *
     * @param step its number
     * @throws AssertionError as for {@link #expect}
     */
    public synchronized void finish(int step) {
        expect(step);
        taken = Integer.MAX_VALUE - 1;
    }

    /**
     * Marks a place that must not be reached.
     *
     * @return never
     * @throws AssertionError always
     */
    public synchronized AssertionError unreached() {
        rethrow();
        throw fail("a place that must not be reached was reached after step " + taken);
    }

    /**
     * Counts the steps that have been taken.
     *
     * @return the number of the last one, 0 at first
     */
    public synchronized int taken() {
        return taken;
    }

    private AssertionError fail(String message) {
        first = new AssertionError("Execution order: " + message);
        return first;
    }

    /** The first failure may have been in a task that nobody looks at. */
    private void rethrow() {
        if (first != null) {
            throw new AssertionError(first.getMessage(), first);
        }
    }
}
