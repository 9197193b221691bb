package io.github.corio.testing;

import io.github.corio.AsyncFuture;
import io.github.corio.Outcome;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/**
 * Asserts how a future or task has ended, in AssertJ's style, beside AssertJ's own {@code assertThat}:
 *
 * <pre>{@code
 * import static io.github.corio.testing.FutureAssert.assertThat;
 * import static org.assertj.core.api.Assertions.assertThat;
 *
 * assertThat(task).hasResult("now");
 * assertThat(task).hasFailed().hasMessage("too late");
 * }</pre>
 *
 * <p>Never suspends or lets time pass: it looks at the future as it is at this moment. Needs AssertJ on the class path, which nothing
 * else here does. Belongs to the thread that asserts.
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public final class FutureAssert<T> extends AbstractAssert<FutureAssert<T>, AsyncFuture<T>> {
    private FutureAssert(@Nullable AsyncFuture<T> actual) {
        super(actual, FutureAssert.class);
    }

    /**
     * Begins an assertion.
     *
     * @param actual the future or task
     * @param <T> the type of its value
     * @return what may be asserted of it
     */
    public static <T> FutureAssert<T> assertThat(@Nullable AsyncFuture<T> actual) {
        return new FutureAssert<>(actual);
    }

    /**
     * It has no result, no error, and is not cancelled.
     *
     * @return this
     */
    public FutureAssert<T> isPending() {
        Outcome<T> outcome = outcome();
        return outcome == null ? this : wrong("to be pending");
    }

    /**
     * It has ended, however.
     *
     * @return this
     */
    public FutureAssert<T> isDone() {
        return outcome() == null ? wrong("to be done") : this;
    }

    /**
     * It has ended with a value.
     *
     * @param expected the value, null if it is empty
     * @return this
     */
    public FutureAssert<T> hasResult(@Nullable T expected) {
        if (!(outcome() instanceof Outcome.Success<T> success)) {
            return wrong("to have the result " + expected);
        }
        return Objects.deepEquals(success.value(), expected)
                ? this
                : wrong("to have the result " + expected + ", and not " + success.value());
    }

    /**
     * It was cancelled.
     *
     * @return this
     */
    public FutureAssert<T> isCancelled() {
        return outcome() instanceof Outcome.Cancelled<T> ? this : wrong("to be cancelled");
    }

    /**
     * It has ended with an error that is no cancellation. The error counts as observed.
     *
     * @return what may be asserted of the error
     */
    public AbstractThrowableAssert<?, ? extends Throwable> hasFailed() {
        if (!(outcome() instanceof Outcome.Failure<T>)) {
            FutureAssert<T> unused = wrong("to have failed");
        }
        return Assertions.assertThat(actual.exception()).as(descriptionText());
    }

    private @Nullable Outcome<T> outcome() {
        isNotNull();
        return actual.outcome();
    }

    private FutureAssert<T> wrong(String expectation) {
        failWithMessage("Expected %s %s", actual, expectation);
        return this;
    }
}
