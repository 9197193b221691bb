package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.testing.FutureAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.Task;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

class FutureAssertTest {
    private static Task<String> value() {
        return createTask(sleep(Duration.ofSeconds(1), "value"), "giver");
    }

    private static void fails(ThrowingCallable assertion, String message) {
        assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessageContaining(message);
    }

    @CoroutineTest
    void aPendingTask() {
        Task<String> task = value();
        assertThat(task).isPending();
        fails(() -> assertThat(task).isDone(), "Expected Task[giver, pending");
        fails(() -> assertThat(task).hasResult("value"), "to have the result value");
        fails(() -> assertThat(task).isCancelled(), "to be cancelled");
        fails(() -> assertThat(task).hasFailed(), "to have failed");
        await(task);
    }

    @CoroutineTest
    void aResult() {
        Task<String> task = value();
        await(task);
        assertThat(task).isDone().hasResult("value");
        fails(() -> assertThat(task).hasResult("other"), "to have the result other, and not value");
        fails(() -> assertThat(task).as("the giver").isPending(), "[the giver]");
    }

    @CoroutineTest
    void aCancellation() {
        Task<String> task = value();
        boolean unused = task.cancel();
        await(sleep(Duration.ZERO));
        assertThat(task).isDone().isCancelled();
        fails(() -> assertThat(task).hasFailed(), "to have failed");
    }

    @CoroutineTest
    void anErrorThatThenCountsAsLookedAt() {
        Task<Void> task = createTask(async(() -> {
            throw new IllegalStateException("too late");
        }));
        await(sleep(Duration.ZERO));
        assertThat(task).hasFailed().isInstanceOf(IllegalStateException.class).hasMessage("too late");
    }

    @CoroutineTest
    void nothing() {
        fails(() -> assertThat((Task<String>) null).isPending(), "not to be null");
    }
}
