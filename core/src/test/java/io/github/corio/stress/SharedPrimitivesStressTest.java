package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.runCoroutineThreadsafe;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.CancelledError;
import io.github.corio.CoroutineAction;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncCondition;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.BoundedAsyncSemaphore;
import io.github.corio.sync.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** One semaphore and one queue, used by many loops on eight threads, with cancels and timeouts at random instants. */
@DisplayName("shared primitives under stress")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SharedPrimitivesStressTest {
    private static final int THREADS = 8;
    private static final int PERMITS = 10;
    private static final int CAPACITY = 16;

    private final Scheduler scheduler = Schedulers.newParallel("stress", THREADS, true);
    private final AsyncSemaphore semaphore = new BoundedAsyncSemaphore(PERMITS);
    private final AsyncQueue<Long> queue = new AsyncQueue<>(CAPACITY);

    private final AtomicInteger holders = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicLong number = new AtomicLong();
    private final Set<Long> in = ConcurrentHashMap.newKeySet();
    private final Set<Long> out = ConcurrentHashMap.newKeySet();
    private final AtomicInteger twice = new AtomicInteger();
    private final AtomicInteger cancels = new AtomicInteger();
    private final AtomicInteger timeouts = new AtomicInteger();

    @AfterEach
    void stop() {
        scheduler.dispose();
    }

    @Test
    void nothingIsLostOrDoubled() throws Exception {
        run(200, 100);
    }

    @Test
    @Tag("stress-long")
    void nothingIsLostOrDoubledInAMillionOperations() throws Exception {
        run(1000, 1000);
    }

    /** The race that only a Mono has: a time limit that strikes while the value is on its way. */
    @Test
    void aTimeLimitThatStrikesInTheMiddleLosesNothing() throws Exception {
        race(3_000);
    }

    @Test
    @Tag("stress-long")
    void aTimeLimitThatStrikesInTheMiddleLosesNothingInManyRounds() throws Exception {
        race(100_000);
    }

    /** Who is notified and cancelled at the same instant passes it on. Without that line in the condition, round 2 fails. */
    @Test
    void aCancelOfWhoeverWasNotifiedLosesNoNotification() throws Exception {
        notifyAgainstCancel(1_000);
    }

    @Test
    @Tag("stress-long")
    void aCancelOfWhoeverWasNotifiedLosesNoNotificationInManyRounds() throws Exception {
        notifyAgainstCancel(50_000);
    }

    /** The waiter of a condition has lent its permit, and takes it back at the instant in which another thread closes it. */
    @Test
    void aLentPermitThatIsClosedWhileItIsTakenBackLeavesTheLockFree() throws Exception {
        closeAgainstTakingBack(1_000);
    }

    @Test
    @Tag("stress-long")
    void aLentPermitThatIsClosedWhileItIsTakenBackLeavesTheLockFreeInManyRounds() throws Exception {
        closeAgainstTakingBack(50_000);
    }

    private void run(int loops, int operations) throws Exception {
        List<EventLoop> all = new ArrayList<>();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        List<Permit> held = new ArrayList<>();
        for (int i = 0; i < PERMITS; i++) {
            held.add(Objects.requireNonNull(semaphore.tryAcquire()));
            entered();
        }
        for (int i = 0; i < loops; i++) {
            EventLoop loop = EventLoop.on(scheduler);
            all.add(loop);
            SplittableRandom random = new SplittableRandom(i);
            ends.add(runCoroutineThreadsafe(async(() -> operate(random, operations)), loop));
        }
        while (semaphore.statistics().waiting()
                == 0) { // until somebody has to wait: all permits were taken once, for certain
            Thread.onSpinWait();
        }
        for (Permit permit : held) {
            holders.decrementAndGet();
            permit.close();
        }
        for (CompletableFuture<Void> end : ends) {
            end.get(15, TimeUnit.MINUTES);
        }
        all.forEach(EventLoop::dispose);
        while (!queue.isEmpty()) {
            got(queue.getNowait());
        }
        System.out.println(
                loops * operations + " operations on " + loops + " loops: " + in.size() + " items in, " + out.size()
                        + " out, at most " + most + " holders, " + cancels + " cancels, " + timeouts + " timeouts");
        assertThat(most).hasValue(PERMITS);
        assertThat(twice).hasValue(0);
        assertThat(out).isEqualTo(in);
        assertThat(semaphore.statistics()).isEqualTo(new AsyncSemaphore.Statistics(PERMITS, 0));
        assertThat(queue.statistics().getting() + queue.statistics().putting()).isZero();
    }

    private void operate(SplittableRandom random, int operations) {
        for (int i = 0; i < operations; i++) {
            switch (random.nextInt(8)) {
                case 0 -> hold(random);
                case 1 -> limited(() -> hold(random), random);
                case 2 -> cancelled(() -> hold(random), random);
                case 3 -> subscribed(random);
                case 4, 5 -> {
                    CoroutineAction put = this::put;
                    if (random.nextBoolean()) {
                        limited(put, random);
                    } else {
                        cancelled(put, random);
                    }
                }
                default -> {
                    CoroutineAction get = () -> got(awaitSingle(queue.get()));
                    if (random.nextBoolean()) {
                        limited(get, random);
                    } else {
                        cancelled(get, random);
                    }
                }
            }
        }
    }

    private void hold(SplittableRandom random) {
        try (Permit held = awaitSingle(semaphore.acquire())) {
            entered();
            try {
                int turns = random.nextInt(32);
                if (turns < 16) { // some hold it so long that all permits are taken
                    await(sleep(turns == 0 ? Duration.ofMillis(1) : Duration.ZERO));
                }
            } finally {
                holders.decrementAndGet();
            }
        }
    }

    private void entered() {
        int now = holders.incrementAndGet();
        most.accumulateAndGet(now, Math::max);
    }

    private void put() {
        long item = number.incrementAndGet();
        await(queue.put(item));
        in.add(item);
    }

    private void got(long item) {
        if (!out.add(item)) {
            twice.incrementAndGet();
        }
    }

    private void limited(CoroutineAction action, SplittableRandom random) {
        try {
            awaitThrowing(waitFor(async(action), Duration.ofNanos(random.nextInt(2_000_000))), TimeoutException.class);
        } catch (TimeoutException e) {
            timeouts.incrementAndGet();
        }
    }

    private void cancelled(CoroutineAction action, SplittableRandom random) {
        Task<Void> task = createTask(async(action));
        for (int turns = random.nextInt(4); turns > 0; turns--) {
            await(sleep(Duration.ZERO));
        }
        task.cancel();
        try {
            await(task);
        } catch (CancelledError e) {
            cancels.incrementAndGet();
        }
    }

    /** Without a loop: the subscriber leaves at some instant, perhaps while it is being served by another thread. */
    private void subscribed(SplittableRandom random) {
        Disposable subscription = semaphore
                .limit(Mono.fromRunnable(() -> {
                    entered();
                    holders.decrementAndGet();
                }))
                .subscribe();
        if (random.nextBoolean()) {
            await(sleep(Duration.ZERO));
        }
        subscription.dispose();
    }

    private void race(int rounds) throws Exception {
        AtomicInteger kept = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AsyncSemaphore one = new BoundedAsyncSemaphore(1);
        AsyncQueue<Long> items = new AsyncQueue<>();
        for (long round = 0; round < rounds; round++) {
            Permit held = one.tryAcquire();
            assertThat(held).as("the permit after round %d", round).isNotNull();
            CountDownLatch ends = new CountDownLatch(2);
            SplittableRandom random = new SplittableRandom(round);
            Duration limit = Duration.ofNanos(100_000 + random.nextInt(100_000));
            one.acquire()
                    .timeout(limit, scheduler)
                    .doFinally(signal -> ends.countDown())
                    .subscribe(
                            permit -> {
                                kept.incrementAndGet();
                                permit.close();
                            },
                            error -> refused.incrementAndGet());
            items.get()
                    .timeout(limit, scheduler)
                    .doFinally(signal -> ends.countDown())
                    .subscribe(this::got, error -> {});
            long strike = System.nanoTime() + limit.toNanos() + random.nextInt(150_000);
            while (System.nanoTime() < strike) {
                Thread.onSpinWait();
            }
            held.close();
            items.putNowait(round);
            assertThat(ends.await(1, TimeUnit.MINUTES)).isTrue();
            // A refused item comes back after its refusal: the thread that gave it does that before it returns, and it
            // is ours.
            if (out.size() <= round) {
                got(items.getNowait());
            }
        }
        System.out.println(rounds + " rounds: " + kept + " permits kept, " + refused + " timeouts");
        assertThat(kept.get()).as("some permits came in time").isPositive();
        assertThat(refused.get()).as("some did not").isPositive();
        assertThat(twice).hasValue(0);
        assertThat(out).hasSize(rounds);
        assertThat(items.isEmpty()).isTrue();
    }

    private void notifyAgainstCancel(int rounds) throws Exception {
        EventLoop[] loops = {EventLoop.on(scheduler), EventLoop.on(scheduler)};
        Scheduler.Worker third = scheduler.createWorker();
        for (int round = 0; round < rounds; round++) {
            SplittableRandom random = new SplittableRandom(round);
            AsyncCondition condition = new AsyncCondition();
            CountDownLatch notified = new CountDownLatch(1);
            CountDownLatch ends = new CountDownLatch(3);
            Disposable first = waiting(condition, notified, ends, loops[0]);
            until(condition, 1);
            Disposable second = waiting(condition, notified, ends, loops[1]);
            until(condition, 2);

            third.schedule(() -> condition
                    .withLock(Mono.fromRunnable(condition::signal))
                    .doFinally(signal -> ends.countDown())
                    .subscribe());
            long strike = System.nanoTime() + random.nextInt(60_000);
            while (System.nanoTime() < strike) {
                Thread.onSpinWait();
            }
            first.dispose();
            assertThat(notified.await(1, TimeUnit.MINUTES))
                    .as("somebody was notified in round %d: %s", round, condition)
                    .isTrue();
            second.dispose();
            assertThat(ends.await(1, TimeUnit.MINUTES))
                    .as("all ended in round %d: %s", round, condition)
                    .isTrue();
            assertThat(condition.statistics()).isEqualTo(new AsyncCondition.Statistics(false, 0));
        }
        third.dispose();
        for (EventLoop loop : loops) {
            loop.dispose();
        }
        System.out.println(rounds + " rounds of notify against cancel");
    }

    private void closeAgainstTakingBack(int rounds) throws Exception {
        EventLoop loop = EventLoop.on(scheduler);
        Scheduler.Worker third = Schedulers.boundedElastic().createWorker(); // where one may spin
        AtomicInteger first = new AtomicInteger();
        for (int round = 0; round < rounds; round++) {
            SplittableRandom random = new SplittableRandom(round);
            AsyncCondition condition = new AsyncCondition();
            CompletableFuture<Permit> lent = new CompletableFuture<>();
            CompletableFuture<Void> waiter = runCoroutineThreadsafe(
                    async(() -> {
                        try (Permit held = awaitSingle(condition.acquire())) {
                            lent.complete(held);
                            await(condition.waitForSignal());
                            if (held.isClosed()) {
                                first.incrementAndGet();
                            }
                        }
                    }),
                    loop);
            Permit held = lent.get(1, TimeUnit.MINUTES);
            until(condition, 1);

            long strike = System.nanoTime() + random.nextInt(60_000);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(
                    () -> {
                        while (System.nanoTime() < strike) {
                            Thread.onSpinWait();
                        }
                        held.close();
                    },
                    third::schedule);
            condition.withLock(Mono.fromRunnable(condition::signal)).block(Duration.ofMinutes(1));
            waiter.get(1, TimeUnit.MINUTES);
            closed.get(1, TimeUnit.MINUTES);

            assertThat(condition.statistics())
                    .as("after round %d", round)
                    .isEqualTo(new AsyncCondition.Statistics(false, 0));
            Permit again = Objects.requireNonNull(condition.acquire().block(Duration.ofMinutes(1)));
            held.close(); // a stale one
            assertThat(condition.isLocked())
                    .as("by the next in round %d", round)
                    .isTrue();
            again.close();
            assertThat(condition.isLocked()).as("after round %d", round).isFalse();
        }
        third.dispose();
        loop.dispose();
        System.out.println(rounds + " rounds of a lent permit: closed first in " + first);
    }

    private static Disposable waiting(
            AsyncCondition condition, CountDownLatch notified, CountDownLatch ends, EventLoop loop) {
        return async(() -> {
                    try (Permit held = awaitSingle(condition.acquire())) {
                        await(condition.waitForSignal());
                        notified.countDown();
                    } finally {
                        ends.countDown();
                    }
                })
                .on(loop)
                .subscribe();
    }

    private static void until(AsyncCondition condition, int waiting) {
        while (condition.statistics().waiting() < waiting || condition.isLocked()) {
            Thread.onSpinWait();
        }
    }
}
