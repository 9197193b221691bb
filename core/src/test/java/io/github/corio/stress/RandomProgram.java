package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.CancelledError;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncCondition;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.BoundedAsyncSemaphore;
import io.github.corio.sync.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** One random program: its tasks, and this thread, which cancels and completes what they wait for. */
public final class RandomProgram {
    private static final int OPERATIONS = 12;

    private final long seed;
    private final SplittableRandom random;
    private final Scheduler scheduler;
    private final AsyncLock lock = new AsyncLock();
    private final AsyncCondition condition = new AsyncCondition(lock);
    private final int permits;
    private final AsyncSemaphore semaphore;
    private final AsyncQueue<Integer> queue;

    private final AtomicInteger holders = new AtomicInteger();
    private final AtomicInteger users = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger number = new AtomicInteger();
    private final Set<Integer> in = ConcurrentHashMap.newKeySet();
    private final Set<Integer> out = ConcurrentHashMap.newKeySet();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<Integer>> stages = new ConcurrentLinkedQueue<>();
    private final Queue<Disposable> subscriptions = new ConcurrentLinkedQueue<>();

    public RandomProgram(long seed, Scheduler scheduler) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.scheduler = scheduler;
        this.permits = 1 + random.nextInt(3);
        this.semaphore = new BoundedAsyncSemaphore(permits);
        this.queue = new AsyncQueue<>(random.nextInt(4));
    }

    /** Runs it, and says how many operations that were. */
    public int run() throws InterruptedException {
        List<EventLoop> loops = new ArrayList<>();
        List<Task<Void>> tasks = new ArrayList<>();
        for (int i = 2 + random.nextInt(5); i > 0; i--) {
            EventLoop loop = EventLoop.on(scheduler);
            loops.add(loop);
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                SplittableRandom own = random.split();
                tasks.add(async(() -> operate(own)).on(loop).start());
            }
        }
        attack(tasks);
        for (Disposable subscription : subscriptions) {
            subscription.dispose();
        }
        loops.forEach(EventLoop::dispose);
        Integer left;
        while (!queue.isEmpty() && (left = queue.getNowait()) != null) {
            got(left);
        }
        check();
        return tasks.size() * OPERATIONS;
    }

    /** Until all have ended, who would otherwise wait for each other. */
    private void attack(List<Task<Void>> tasks) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!tasks.stream().allMatch(Task::isDone)) {
            assertThat(System.nanoTime())
                    .as("all have ended: %s, %s", this, tasks)
                    .isLessThan(end);
            for (int spins = random.nextInt(2_000); spins > 0; spins--) {
                Thread.onSpinWait();
            }
            switch (random.nextInt(4)) {
                case 0 -> tasks.get(random.nextInt(tasks.size())).cancel();
                case 1 -> {
                    Disposable subscription = subscriptions.poll();
                    if (subscription != null) {
                        subscription.dispose();
                        subscription.dispose();
                    }
                }
                default -> {
                    CompletableFuture<Integer> stage = stages.poll();
                    if (stage != null) {
                        stage.complete(1);
                    } else {
                        Thread.onSpinWait();
                    }
                }
            }
        }
    }

    private void check() {
        assertThat(broken).as(toString()).isEmpty();
        assertThat(ended).as("every finally has run: %s", this).hasValue(begun.get());
        assertThat(out).as("items in and out: %s", this).isEqualTo(in);
        assertThat(semaphore.statistics()).as(toString()).isEqualTo(new AsyncSemaphore.Statistics(permits, 0));
        assertThat(lock.statistics()).as(toString()).isEqualTo(new AsyncLock.Statistics(false, 0));
        assertThat(condition.statistics().waiting()).as(toString()).isZero();
        assertThat(queue.statistics().getting() + queue.statistics().putting())
                .as(toString())
                .isZero();
    }

    private void operate(SplittableRandom own) {
        for (int i = 0; i < OPERATIONS; i++) {
            begun.incrementAndGet();
            try {
                operation(own);
            } catch (CancelledError e) {
                int unused = currentTask().uncancel();
            } catch (Throwable e) {
                broken.add(e.toString());
            } finally {
                ended.incrementAndGet();
            }
        }
    }

    private void operation(SplittableRandom own) {
        Duration limit = Duration.ofNanos(own.nextInt(100_000));
        switch (own.nextInt(12)) {
            case 0 -> {
                try (Permit held = awaitSingle(lock.acquire())) {
                    inside(holders, 1, own);
                }
            }
            case 1 -> await(lock.withLock(async(() -> inside(holders, 1, own))));
            case 2 -> {
                try (Permit held = awaitSingle(semaphore.acquire())) {
                    inside(users, permits, own);
                }
            }
            case 3 -> {
                Permit permit = await(semaphore.acquire().timeout(limit).onErrorComplete(TimeoutException.class));
                if (permit != null) {
                    try (permit) {
                        inside(users, permits, own);
                    }
                }
            }
            case 4 -> subscriptions.add(semaphore.withPermit(Mono.never()).subscribe());
            case 5, 6 -> {
                int item = number.incrementAndGet();
                await(queue.put(item));
                in.add(item);
            }
            case 7 -> got(awaitSingle(queue.get()));
            case 8 -> {
                try {
                    Integer item = awaitThrowing(waitFor(queue.get(), limit), TimeoutException.class);
                    got(item);
                } catch (TimeoutException e) {
                    // and no item
                }
            }
            case 9 -> subscriptions.add(queue.get().subscribe(this::got));
            case 10 -> waitOrNotify(own, limit);
            default -> {
                CompletableFuture<Integer> stage = new CompletableFuture<>();
                stages.add(stage);
                await(stage);
            }
        }
    }

    private void waitOrNotify(SplittableRandom own, Duration limit) {
        try (Permit held = awaitSingle(condition.acquire())) {
            if (own.nextBoolean()) {
                inside(holders, 1, own);
                condition.signal(1 + own.nextInt(2));
                return;
            }
            try {
                awaitThrowing(waitFor(condition.waitForSignal(), limit), TimeoutException.class);
            } catch (TimeoutException e) {
                // goes on with the lock
            } finally {
                inside(holders, 1, own);
            }
        }
    }

    private void inside(AtomicInteger those, int most, SplittableRandom own) {
        if (those.incrementAndGet() > most) {
            broken.add("more than " + most + " at once");
        }
        try {
            if (own.nextInt(3) > 0) {
                await(sleep(Duration.ZERO));
            }
        } finally {
            those.decrementAndGet();
        }
    }

    private void got(int item) {
        if (!out.add(item)) {
            broken.add(item + " was got twice");
        }
    }

    @Override
    public String toString() {
        return "-Dcorio.test.seed=" + seed + ", " + lock + ", " + condition + ", " + semaphore + ", " + queue;
    }
}
