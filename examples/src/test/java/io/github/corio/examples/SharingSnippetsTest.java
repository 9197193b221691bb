package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.Task;
import io.github.corio.examples.SharingSnippets.Prices;
import io.github.corio.examples.SharingSnippets.PricesWrong;
import io.github.corio.examples.SharingSnippets.Store;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.testing.CoroutineTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** Each form marked CORRECT in docs/sharing.md holds, and each marked WRONG does not. */
class SharingSnippetsTest {
    private static final Duration LATENCY = Duration.ofMillis(10);

    private final AtomicInteger balance = new AtomicInteger(100);
    private final AtomicInteger loads = new AtomicInteger();

    private final Store account = new Store() {
        @Override
        public Mono<Integer> read() {
            return async(() -> {
                int read = balance.get();
                await(sleep(LATENCY));
                return read;
            });
        }

        @Override
        public Mono<Void> write(int amount) {
            return async(() -> {
                await(sleep(LATENCY));
                balance.set(amount);
            });
        }
    };

    private Mono<Integer> load(String product) {
        return async(() -> {
            await(sleep(LATENCY));
            return loads.incrementAndGet();
        });
    }

    @CoroutineTest
    void withoutALockAnUpdateIsLost() {
        var both =
                await(gather(SharingSnippets.withdrawWrong(account, 70), SharingSnippets.withdrawWrong(account, 70)));
        assertThat(both).containsExactly(true, true);
        assertThat(balance).hasValue(30);
    }

    @CoroutineTest
    void withALockTheSecondSeesTheFirst() {
        AsyncLock lock = new AsyncLock();
        var both =
                await(gather(SharingSnippets.withdraw(lock, account, 70), SharingSnippets.withdraw(lock, account, 70)));
        assertThat(both).containsExactly(true, false);
        assertThat(balance).hasValue(30);
    }

    @CoroutineTest
    void aPermitIsLostByAnErrorAndIsNotByLimit() {
        AsyncSemaphore connections = new AsyncSemaphore(2);
        Mono<String> broken = Mono.error(new IllegalStateException("broken"));
        assertThatThrownBy(() -> await(SharingSnippets.limited(connections, broken)))
                .hasMessage("broken");
        assertThat(connections.availablePermits()).isEqualTo(2);
        assertThatThrownBy(() -> await(SharingSnippets.limitedWrong(connections, broken)))
                .hasMessage("broken");
        assertThat(connections.availablePermits()).isEqualTo(1);
        assertThat(await(SharingSnippets.limitedWrong(connections, Mono.just("fine"))))
                .isEqualTo("fine");
        assertThat(connections.availablePermits()).isEqualTo(1);
    }

    @CoroutineTest
    void aWorkerStaysUntilTheShutdown() {
        List<String> wrong = new ArrayList<>();
        List<String> right = new ArrayList<>();
        AsyncQueue<String> orders = new AsyncQueue<>();
        Task<Void> leaves = createTask(SharingSnippets.workWrong(orders, wrong::add));
        await(leaves); // there was nothing yet
        Task<Void> stays = createTask(SharingSnippets.work(orders, right::add));
        await(sleep(LATENCY));
        await(orders.put("tea"));
        await(sleep(LATENCY));
        await(orders.put("milk"));
        orders.shutdown();
        await(stays);
        assertThat(wrong).isEmpty();
        assertThat(right).containsExactly("tea", "milk");
    }

    @CoroutineTest
    void oneLoadIsShared() {
        PricesWrong wrong = new PricesWrong(this::load);
        await(gather(List.of(wrong.price("tea"), wrong.price("tea"), wrong.price("tea"))));
        assertThat(loads).hasValue(3);
        loads.set(0);
        Prices right = new Prices(this::load);
        await(gather(List.of(right.price("tea"), right.price("tea"), right.price("tea"))));
        assertThat(await(right.price("tea"))).isEqualTo(1);
        assertThat(loads).hasValue(1);
    }
}
