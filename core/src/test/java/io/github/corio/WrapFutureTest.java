package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.ensureFuture;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.wrapFuture;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WrapFutureTest {
    @Test
    @DisplayName("FUT-20 a result computed on another thread comes to the loop")
    void aResultFromAnotherThread() {
        ExecutorService pool = Executors.newSingleThreadExecutor(task -> new Thread(task, "pool"));
        try {
            String result = run(async(() -> await(wrapFuture(CompletableFuture.supplyAsync(
                    () -> "computed on " + Thread.currentThread().getName(), pool)))));
            assertThat(result).isEqualTo("computed on pool");
        } finally {
            pool.shutdown();
        }
    }

    @Test
    @DisplayName("FUT-20 an error comes unwrapped")
    void anError() {
        Virtual.runVirtually(() -> {
            assertThatThrownBy(() -> await(wrapFuture(
                            CompletableFuture.failedFuture(new CompletionException(new IOException("disk"))))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("disk");
        });
    }

    @Test
    @DisplayName("FUT-20 a stage that was cancelled is a CancelledError, and the one who awaits goes on")
    void aCancelledStage() {
        Virtual.runVirtually(() -> {
            CompletableFuture<String> source = new CompletableFuture<>();
            AsyncFuture<String> wrapped = wrapFuture(source);
            source.cancel(true);
            assertThatThrownBy(() -> await(wrapped)).isInstanceOf(CancelledError.class);
            assertThat(wrapped.isCancelled()).isTrue();
        });
    }

    @Test
    @DisplayName("FUT-21 a future of the loop is its own future")
    void aFutureOfTheLoop() {
        Virtual.runVirtually(() -> {
            AsyncFuture<String> future = new AsyncFuture<>();
            assertThat(ensureFuture(future)).isSameAs(future);
        });
    }

    @Test
    @DisplayName("FUT-22 a cancel reaches the pending source one turn later")
    void isCancelled() {
        Virtual.runVirtually(() -> {
            CompletableFuture<String> source = new CompletableFuture<>();
            AsyncFuture<String> wrapped = wrapFuture(source);

            assertThat(wrapped.cancel()).isTrue();
            assertThat(source.isCancelled()).isFalse();
            turn();
            assertThat(source.isCancelled()).isTrue();
        });
    }

    @Test
    @DisplayName("FUT-22 a cancel of the task that awaits a stage cancels the stage")
    void cancelledThroughAwait() {
        Virtual.runVirtually(() -> {
            CompletableFuture<String> source = new CompletableFuture<>();
            Task<String> task = createTask(async(() -> await(source)));
            turn();
            task.cancel();
            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            turn();
            assertThat(source.isCancelled()).isTrue();
        });
    }

    @Test
    @DisplayName("FUT-23 the source is done but not delivered: the wrapper is cancelled, the source keeps its result")
    void cancelledWhenTheSourceIsDone() {
        Virtual.runVirtually(() -> {
            CompletableFuture<String> source = new CompletableFuture<>();
            AsyncFuture<String> wrapped = wrapFuture(source);
            source.complete("value");
            assertThat(wrapped.isDone()).isFalse();

            assertThat(wrapped.cancel()).isTrue();
            turn();
            turn();
            assertThat(wrapped.isCancelled()).isTrue();
            assertThat(source).isCompletedWithValue("value");
        });
    }
}
