package io.github.corio;

import static io.github.corio.Asyncio.async;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A loop of its own ends with its task. Whoever gave a callback for the end of the task is told all the same. */
@DisplayName("a done callback that its loop does not run any more")
class LateDoneCallbackTest {
    @Test
    void isCalledIfTheLoopIsClosed() {
        EventLoop loop = EventLoop.create();
        AsyncFuture<String> future = new AsyncFuture<>(loop);
        future.setResult("value");
        loop.close();
        List<String> told = new ArrayList<>();
        future.addDoneCallback(done -> told.add(done.result()));
        assertThat(told).containsExactly("value");
    }

    @Test
    void isCalledIfTheLoopClosesBeforeItsTurn() throws Exception {
        EventLoop loop = EventLoop.create();
        CountDownLatch told = new CountDownLatch(1);
        loop.callSoon(() -> {
            AsyncFuture<String> future = new AsyncFuture<>(loop);
            future.addDoneCallback(done -> told.countDown());
            future.setResult("value");
            loop.dispose();
        });
        assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void isCalledForEachTaskThatEndsOnALoopOfItsOwn() throws Exception {
        int tasks = 20_000;
        CountDownLatch told = new CountDownLatch(tasks);
        try (Background background = new Background()) {
            for (int i = 0; i < tasks; i++) {
                Task<Void> task = background.start(async(() -> {}));
                if (i % 3 == 0) {
                    boolean unused = task.cancel();
                }
                task.addDoneCallback(done -> told.countDown());
            }
            assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Each callback completes the next future, on a loop that is closed. */
    @Test
    void isCalledHoweverLongTheChain() {
        int length = 100_000;
        EventLoop loop = EventLoop.create();
        List<Throwable> reported = new ArrayList<>();
        loop.setExceptionHandler((on, report) -> reported.add(report.exception()));
        List<AsyncFuture<Integer>> chain = new ArrayList<>();
        for (int i = 0; i <= length; i++) {
            chain.add(new AsyncFuture<>(loop));
        }
        for (int i = 0; i < length; i++) {
            AsyncFuture<Integer> next = chain.get(i + 1);
            chain.get(i).addDoneCallback(done -> next.setResult(done.result() + 1));
        }
        loop.close();
        chain.get(0).setResult(0);
        assertThat(reported).isEmpty();
        assertThat(chain.get(length).result()).isEqualTo(length);
    }

    /** A callback may wait for one that is dropped on its behalf. */
    @Test
    void mayWaitForTheNext() {
        EventLoop loop = EventLoop.create();
        AsyncFuture<String> first = new AsyncFuture<>(loop);
        AsyncFuture<String> second = new AsyncFuture<>(loop);
        CompletableFuture<String> told = new CompletableFuture<>();
        List<String> seen = new ArrayList<>();
        second.addDoneCallback(done -> told.complete(done.result()));
        first.addDoneCallback(done -> {
            second.setResult(done.result());
            seen.add(told.join());
        });
        loop.close();
        first.setResult("value");
        assertThat(seen).containsExactly("value");
    }

    @Test
    void throwsIntoTheExceptionHandlerAndNotAtTheOneWhoAdds() {
        EventLoop loop = EventLoop.create();
        List<Throwable> reported = new ArrayList<>();
        loop.setExceptionHandler((on, report) -> reported.add(report.exception()));
        AsyncFuture<String> future = new AsyncFuture<>(loop);
        future.setResult("value");
        loop.close();
        future.addDoneCallback(done -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(reported).singleElement().extracting(Throwable::getMessage).isEqualTo("on purpose");
    }
}
