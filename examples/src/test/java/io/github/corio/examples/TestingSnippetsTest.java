package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.testing.FutureAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.sync.AsyncLock;
import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.DeadlockError;
import io.github.corio.testing.ExecutionOrder;
import io.github.corio.testing.TestLoop;
import io.github.corio.testing.Timeline;
import io.github.corio.testing.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** What stands in the documents about testing. */
class TestingSnippetsTest {
    private static Coroutine<String> remindMeIn(Duration time) {
        return async(() -> {
            await(sleep(time));
            return "now";
        });
    }

    // snippet: testing
    @CoroutineTest
    void aDayPassesAtOnce(TestLoop loop) {
        await(sleep(Duration.ofHours(23)));
        await(Mono.delay(Duration.ofHours(1))); // Reactor's own timers, too
        assertThat(loop.currentTime()).isEqualTo(Duration.ofDays(1));
    }
    // end

    // snippet: first-test
    @CoroutineTest
    void remindsAfterADay(TestLoop loop) {
        Task<String> reminder = createTask(remindMeIn(Duration.ofDays(1)));
        await(sleep(Duration.ofHours(23)));
        assertThat(reminder.isDone()).isFalse();
        assertThat(await(reminder)).isEqualTo("now");
        assertThat(loop.currentTime()).isEqualTo(Duration.ofDays(1));
    }
    // end

    /** May be used by several coroutines at once. */
    private static final class Account {
        private final AsyncLock lock = new AsyncLock();
        private int balance;

        Account(int balance) {
            this.balance = balance;
        }

        int balance() {
            return balance;
        }

        Mono<Boolean> withdraw(int amount) {
            return lock.withLock(async(() -> {
                boolean enough = balance >= amount;
                await(sleep(Duration.ofMillis(1))); // asks the bank
                balance -= enough ? amount : 0;
                return enough;
            }));
        }
    }

    // snippet: explore
    @CoroutineTest(explore = 10_000)
    void transfersWhateverComesFirst() {
        Account account = new Account(100);
        await(gather(account.withdraw(70), account.withdraw(70)));
        assertThat(account.balance()).isNotNegative();
    }
    // end

    private static Coroutine<Void> page() {
        return async(() -> {
            Object unused = await(gather(remindMeIn(Duration.ofDays(1)), remindMeIn(Duration.ofDays(2))));
        });
    }

    @Test
    void timeline(@TempDir Path folder) throws IOException {
        // snippet: timeline
        Timeline timeline = Timeline.of(page());
        Files.writeString(folder.resolve("page.svg"), timeline.toSvg("The page"));
        Files.writeString(folder.resolve("page.json"), timeline.toTraceEvents());
        // end
        assertThat(folder.resolve("page.svg")).content().contains("gather of 2");
    }

    @Test
    void withoutJunit() {
        // snippet: without-junit
        String value = VirtualTime.run(remindMeIn(Duration.ofDays(1)));
        // end
        assertThat(value).isEqualTo("now");
    }

    @CoroutineTest
    void whatComesFromOutside(TestLoop loop) {
        Mono<String> answer = Mono.fromFuture(() -> CompletableFuture.supplyAsync(
                () -> "answer", CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)));
        // snippet: in-real-time
        String got = await(waitFor(loop.inRealTime(answer), Duration.ofSeconds(5)));
        // end
        assertThat(got).isEqualTo("answer");
        assertThat(loop.currentTime()).isZero();
    }

    @Test
    void toHoldTheWheel() {
        // snippet: wheel
        try (TestLoop loop = TestLoop.create()) {
            Task<String> task = loop.start(remindMeIn(Duration.ofDays(1)));
            loop.advanceTimeBy(Duration.ofHours(23)); // everything that is due until then has run
            assertThat(task.isDone()).isFalse();
            loop.advanceUntilIdle(); // until nothing is left
            assertThat(task.result()).isEqualTo("now");
        } // the checks
        // end
    }

    @CoroutineTest
    void theOrderOfSteps() {
        // snippet: order
        ExecutionOrder order = new ExecutionOrder();
        order.expect(1);
        Task<Void> other = createTask(async(() -> order.expect(3)));
        order.expect(2);
        await(other);
        order.finish(4);
        // end
    }

    @CoroutineTest
    void assertionsAboutTasks() {
        // snippet: future-assert
        Task<String> reminder = createTask(remindMeIn(Duration.ofDays(1)));
        assertThat(reminder).isPending();
        await(sleep(Duration.ofDays(2)));
        assertThat(reminder).hasResult("now");
        // end
    }

    @Test
    void underManySeeds() {
        // snippet: shuffle
        VirtualTime.shuffle(100, () -> {
            Task<String> task = createTask(remindMeIn(Duration.ofDays(1)));
            assertThat(await(task)).isEqualTo("now");
        });
        // end
    }

    // snippet: seeds
    @CoroutineTest(seeds = 100)
    void transfersUnderManyOrders() {
        Account account = new Account(100);
        await(gather(account.withdraw(70), account.withdraw(70)));
        assertThat(account.balance()).isNotNegative();
    }
    // end

    /** As it was before. JUnit does not look here. */
    static final class BeforeTheMigration {
        // snippet: before-migration
        @Test
        void expires() throws Exception {
            Cache cache = new Cache(Clock.systemUTC());
            cache.put("a", 1, Duration.ofSeconds(2));
            Thread.sleep(2500);
            assertThat(cache.get("a")).isNull();
        }
        // end
    }

    // snippet: migrated
    @CoroutineTest
    void expires(Clock clock) {
        Cache cache = new Cache(clock);
        cache.put("a", 1, Duration.ofHours(2));
        await(sleep(Duration.ofHours(2)));
        assertThat(cache.get("a")).isNull();
    }
    // end

    @Test
    void aDeadlockIsAnErrorAtOnce() {
        assertThatThrownBy(() -> VirtualTime.run(() -> await(Mono.never()))).isInstanceOf(DeadlockError.class);
    }

    /** Code that asks a clock for the time. */
    private static final class Cache {
        private final Clock clock;
        private final Map<String, Entry> entries = new HashMap<>();

        Cache(Clock clock) {
            this.clock = clock;
        }

        void put(String key, int value, Duration lifetime) {
            entries.put(key, new Entry(value, clock.instant().plus(lifetime)));
        }

        Integer get(String key) {
            Entry entry = entries.get(key);
            return entry == null || !clock.instant().isBefore(entry.expires) ? null : entry.value;
        }

        private record Entry(int value, Instant expires) {}
    }
}
