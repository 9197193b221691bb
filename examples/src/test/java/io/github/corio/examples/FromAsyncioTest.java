package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.CancelledError;
import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.sync.AsyncCondition;
import io.github.corio.sync.AsyncLock;
import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class FromAsyncioTest {
    private final AtomicInteger runs = new AtomicInteger();

    @CoroutineTest
    void thePortedProgram(TestLoop loop) {
        assertThat(await(FromAsyncio.main())).containsExactly("a", "b c");
        assertThat(loop.currentTime()).isEqualTo(Duration.ofMillis(20));
    }

    @CoroutineTest
    void withoutAnAwaitNothingRuns() {
        await(FromAsyncio.forgets(Mono.fromRunnable(runs::incrementAndGet)));
        assertThat(runs).hasValue(1);
    }

    @CoroutineTest
    void aCoroutineRunsAfresh() {
        assertThat(await(FromAsyncio.twice(async(() -> "" + runs.incrementAndGet()))))
                .isEqualTo("12");
    }

    @CoroutineTest
    void aCancelIsNoException() {
        assertThat(await(FromAsyncio.polite(Mono.error(new IllegalStateException()))))
                .isEqualTo("no answer");
        Task<String> task = createTask(FromAsyncio.polite(Mono.never()));
        await(sleep(Duration.ofMillis(1)));
        task.cancel();
        assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
    }

    @Test
    void eachSubscriptionHasALoop() {
        Coroutine<String> loop = async(() -> "" + System.identityHashCode(EventLoop.current()));
        List<String> loops =
                FromAsyncio.inParallel(List.of(loop, loop)).collectList().block(Duration.ofSeconds(60));
        assertThat(loops).hasSize(2).doesNotHaveDuplicates();
    }

    @CoroutineTest
    void aTaskHasACopyOfTheContext() {
        assertThat(await(FromAsyncio.greeting())).isEqualTo("hello ann");
    }

    @CoroutineTest
    void aConditionIsSignalled() {
        AsyncLock lock = new AsyncLock();
        AsyncCondition notEmpty = new AsyncCondition(lock);
        List<String> items = new ArrayList<>();
        Task<Void> takes = createTask(FromAsyncio.take(lock, notEmpty, items));
        await(sleep(Duration.ofMillis(1)));
        await(lock.withLock(async(() -> {
            items.add("tea");
            notEmpty.signal();
        })));
        await(takes);
        assertThat(items).isEmpty();
    }

    @CoroutineTest
    void theSourceIsClosedByTheBrace() {
        assertThat(await(FromAsyncio.firstEven(Flux.range(1, 1000).doOnCancel(runs::incrementAndGet))))
                .isEqualTo(2);
        assertThat(runs).hasValue(1);
    }
}
