package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncFuture;
import io.github.corio.CancelledError;
import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.FiberKind;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** Attacks the baton: foreign threads that complete, cancel and submit at random instants, on many loops at once. */
@DisplayName("the engine under stress")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class EngineStressTest {
    private static final int FOREIGN = 4;

    @RegisterExtension
    final ForeignThreads foreign = new ForeignThreads(FOREIGN);

    @Test
    void everyTaskEndsAndNoTwoThreadsAreEverInOneLoop() throws Exception {
        for (int round = 0; round < 5; round++) {
            attack(40, 20, 12, round); // below the cap of platform fibers
        }
    }

    @Test
    @Tag("stress-long")
    void everyTaskEndsAndNoTwoThreadsAreEverInOneLoopForLong() throws Exception {
        for (int round = 0; round < 50; round++) {
            attack(FiberKind.current() == FiberKind.PLATFORM ? 40 : 2_000, 20, 12, 1_000 + round);
        }
    }

    @Test
    void aResultSetByAForeignThreadWakesItsWaiterAlways() throws Exception {
        pingPong(3_000);
    }

    @Test
    @Tag("stress-long")
    void aResultSetByAForeignThreadWakesItsWaiterAlwaysForLong() throws Exception {
        pingPong(300_000);
    }

    /** One coroutine, one foreign thread: the waiter is about to suspend, or just has, when the result is set. */
    private void pingPong(int rounds) throws Exception {
        EventLoop loop = EventLoop.create();
        ConcurrentLinkedQueue<AsyncFuture<Integer>> requests = new ConcurrentLinkedQueue<>();
        CountDownLatch end = new CountDownLatch(1);
        foreign.execute(() -> {
            for (int served = 0; served < rounds; ) {
                AsyncFuture<Integer> request = requests.poll();
                if (request != null) {
                    request.setResult(served++);
                } else {
                    Thread.onSpinWait();
                }
            }
        });
        Coroutine<Integer> client = async(() -> {
            int sum = 0;
            for (int i = 0; i < rounds; i++) {
                AsyncFuture<Integer> request = new AsyncFuture<>();
                requests.add(request);
                sum += await(request) == i ? 1 : 0;
            }
            return sum;
        });
        List<Integer> result = new ArrayList<>();
        client.on(loop).doFinally(signal -> end.countDown()).subscribe(result::add);
        assertThat(end.await(2, TimeUnit.MINUTES)).as("a wake-up was lost").isTrue();
        assertThat(result).containsExactly(rounds);
        loop.dispose();
    }

    /** Loops with tasks that wait in every way there is, which foreign threads complete and cancel. */
    private void attack(int loops, int tasks, int steps, long seed) throws Exception {
        CountDownLatch end = new CountDownLatch(loops);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        ConcurrentLinkedQueue<Runnable> work = new ConcurrentLinkedQueue<>();
        AtomicInteger open = new AtomicInteger(loops);
        for (int t = 0; t < FOREIGN; t++) {
            foreign.execute(() -> {
                while (open.get() > 0) {
                    Runnable next = work.poll();
                    if (next == null) {
                        Thread.onSpinWait();
                    } else {
                        next.run();
                    }
                }
            });
        }
        for (int l = 0; l < loops; l++) {
            Random random = new Random(seed * 31 + l);
            Coroutine<Integer> main = async(() -> {
                Owner owner = new Owner();
                List<Task<Void>> all = new ArrayList<>();
                for (int i = 0; i < tasks; i++) {
                    Random own = new Random(random.nextLong());
                    Task<Void> task = createTask(async(() -> {
                        begun.incrementAndGet();
                        try {
                            for (int step = 0; step < steps; step++) {
                                owner.check();
                                oneWait(own, work, owner);
                                owner.check();
                            }
                        } finally {
                            ended.incrementAndGet();
                        }
                    }));
                    all.add(task);
                    if (own.nextInt(3) == 0) {
                        work.add(() -> {
                            boolean unused = task.cancel("from outside");
                        });
                    }
                }
                await(gatherOutcomes(all));
                owner.check();
                inside.incrementAndGet();
                return 1;
            });
            main.doFinally(signal -> {
                        open.decrementAndGet();
                        end.countDown();
                    })
                    .subscribe(value -> {}, foreign::broken);
        }
        assertThat(end.await(3, TimeUnit.MINUTES))
                .as("loops that never ended: " + open.get())
                .isTrue();
        assertThat(inside).hasValue(loops);
        assertThat(begun).hasPositiveValue().hasValueLessThanOrEqualTo(loops * tasks); // one may be cancelled before
        assertThat(ended).as("tasks that have ended, of those that have begun").hasValue(begun.get());
        work.forEach(Runnable::run);
    }

    private void oneWait(Random random, ConcurrentLinkedQueue<Runnable> work, Owner owner) {
        switch (random.nextInt(8)) {
            case 0 -> await(sleep(Duration.ZERO));
            case 1 -> await(sleep(Duration.ofNanos(random.nextInt(2_000_000))));
            case 2 -> {
                AsyncFuture<Integer> future = new AsyncFuture<>();
                future.addDoneCallback(done -> owner.check());
                work.add(() -> {
                    if (random.nextBoolean()) {
                        boolean unused = future.cancel();
                    } else {
                        try {
                            future.setResult(1);
                        } catch (IllegalStateException cancelledMeanwhile) {
                            assertThat(future.isDone()).isTrue();
                        }
                    }
                });
                try {
                    await(future);
                } catch (CancelledError e) {
                    if (currentTask().cancelling() > 0) {
                        throw e;
                    }
                }
            }
            case 3 -> {
                Sinks.One<Integer> sink = Sinks.one();
                work.add(() -> sink.tryEmitValue(2));
                Integer got = await(sink.asMono());
                assertThat(got).isEqualTo(2);
            }
            case 4 -> {
                int value = random.nextInt();
                Integer got = await(Mono.fromSupplier(() -> value).subscribeOn(Schedulers.parallel()));
                assertThat(got).isEqualTo(value);
            }
            case 5 -> {
                EventLoop loop = EventLoop.current();
                work.add(() -> Loops.access(loop).queue(new OwnerCheck(owner)));
            }
            case 6 -> {
                Coroutine<Integer> two = async(() -> {
                    await(sleep(Duration.ZERO));
                    return 2;
                });
                List<Integer> got = await(gather(List.of(async(() -> 1), two)));
                assertThat(got).containsExactly(1, 2);
            }
            default -> {
                Coroutine<Integer> three = async(() -> {
                    owner.check();
                    return 3;
                });
                Integer got = await(three.map(x -> x + 1));
                assertThat(got).isEqualTo(4);
            }
        }
    }

    private static final class OwnerCheck extends LoopHandle {
        private final Owner owner;

        OwnerCheck(Owner owner) {
            super(Context.empty());
            this.owner = owner;
        }

        @Override
        protected void run() {
            owner.check();
        }
    }

    /** Unsynchronized state that only one thread at a time may touch: a second one in the loop is found out. */
    private final class Owner {
        private volatile Thread inside;
        private int plain;
        private final AtomicInteger counted = new AtomicInteger();

        void check() {
            Thread me = Thread.currentThread();
            if (inside != null) {
                foreign.broken(me + " came into the loop while " + inside + " was in it");
            }
            inside = me;
            plain++;
            if (plain != counted.incrementAndGet()) {
                foreign.broken("a write of another step was not seen: " + plain + " of " + counted);
            }
            inside = null;
        }
    }
}
