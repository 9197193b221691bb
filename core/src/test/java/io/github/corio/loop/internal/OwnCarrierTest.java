package io.github.corio.loop.internal;

import static io.github.corio.loop.internal.FiberOnCarrier.carrier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.internal.AlarmHeap.Alarm;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OwnCarrierTest {
    private final OwnCarrier carrier = carrier("carrier");

    private static Carrier.Work work(Runnable action) {
        return new Carrier.Work() {
            @Override
            void onCarrier() {
                action.run();
            }
        };
    }

    private void onCarrier(Runnable action) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        carrier.submit(work(() -> {
            try {
                action.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        }));
        done.get(100, TimeUnit.SECONDS);
    }

    @Nested
    class Arrivals {
        @Test
        void eachThreadsWorkRunsOnceAndInItsOrder() throws Exception {
            int threads = 4;
            int each = 100_000;
            int[] last = new int[threads];
            CountDownLatch done = new CountDownLatch(threads * each);
            List<String> wrong = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int submitter = t;
                new Thread(() -> {
                            for (int i = 1; i <= each; i++) {
                                int number = i;
                                carrier.submit(work(() -> {
                                    if (++last[submitter] != number || Thread.currentThread() != carrier.thread()) {
                                        wrong.add(submitter + " " + number);
                                    }
                                    done.countDown();
                                }));
                            }
                        })
                        .start();
            }
            assertThat(done.await(100, TimeUnit.SECONDS)).isTrue();
            assertThat(wrong).isEmpty();
        }

        @Test
        void workThatSubmitsItselfLeavesRoomForOthers() throws Exception {
            AtomicInteger runs = new AtomicInteger();
            CountDownLatch stop = new CountDownLatch(1);
            carrier.submit(new Carrier.Work() {
                @Override
                void onCarrier() {
                    runs.incrementAndGet();
                    if (stop.getCount() > 0) {
                        carrier.submit(this);
                    }
                }
            });
            for (int i = 0; i < 1_000; i++) {
                onCarrier(() -> {});
            }
            stop.countDown();
            assertThat(runs).hasPositiveValue();
        }

        @Test
        void oneThatThrowsIsReportedAndTheOthersRun() throws Exception {
            CompletableFuture<Throwable> reported = new CompletableFuture<>();
            CompletableFuture<Thread> reporter = new CompletableFuture<>();
            carrier.thread().setUncaughtExceptionHandler((thread, error) -> {
                reporter.complete(Thread.currentThread());
                reported.complete(error);
                throw new IllegalStateException("from the handler");
            });
            RuntimeException error = new RuntimeException("expected");
            carrier.submit(work(() -> {
                throw error;
            }));
            onCarrier(() -> {});
            assertThat(reported.get(100, TimeUnit.SECONDS)).isSameAs(error);
            assertThat(reporter.get()).isNotSameAs(carrier.thread());
        }

        @Test
        void anInterruptDoesNotKeepTheCarrierAwake() throws Exception {
            carrier.thread().interrupt();
            onCarrier(() -> {});
            carrier.thread().interrupt();
            assertIdle(() -> {});
        }
    }

    @Nested
    class Alarms {
        @Test
        void ringInOrderOfTheirDeadlines() throws Exception {
            List<Integer> rung = new ArrayList<>();
            CountDownLatch all = new CountDownLatch(50);
            onCarrier(() -> {
                long start = System.nanoTime();
                for (int i = 0; i < 100; i++) {
                    int number = i * 37 % 100;
                    Alarm alarm = new Alarm(() -> {
                        rung.add(number);
                        all.countDown();
                    });
                    carrier.set(alarm, start + number * 100_000L);
                    if (number % 2 == 1) {
                        assertThat(carrier.cancel(alarm)).isTrue();
                        assertThat(carrier.cancel(alarm)).isFalse();
                    }
                }
            });
            assertThat(all.await(100, TimeUnit.SECONDS)).isTrue();
            assertThat(rung).hasSize(50).isSorted().allMatch(number -> number % 2 == 0);
        }

        @Test
        void ringThoughThereIsAlwaysWork() throws Exception {
            CountDownLatch rung = new CountDownLatch(1);
            carrier.submit(new Carrier.Work() {
                @Override
                void onCarrier() {
                    if (rung.getCount() > 0) {
                        carrier.submit(this);
                    }
                }
            });
            onCarrier(() -> carrier.set(new Alarm(rung::countDown), System.nanoTime() + 1_000_000));
            assertThat(rung.await(100, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void oneThatThrowsIsReportedAndTheOthersRing() throws Exception {
            CompletableFuture<Throwable> reported = new CompletableFuture<>();
            carrier.thread().setUncaughtExceptionHandler((thread, error) -> reported.complete(error));
            CountDownLatch rung = new CountDownLatch(2);
            RuntimeException error = new RuntimeException("expected");
            onCarrier(() -> {
                long now = System.nanoTime();
                carrier.set(new Alarm(rung::countDown), now);
                carrier.set(
                        new Alarm(() -> {
                            throw error;
                        }),
                        now);
                carrier.set(new Alarm(rung::countDown), now);
            });
            assertThat(rung.await(100, TimeUnit.SECONDS)).isTrue();
            assertThat(reported.get(100, TimeUnit.SECONDS)).isSameAs(error);
        }

        @Test
        void areTheCarriersAlone() {
            Alarm alarm = new Alarm(() -> {});
            assertThatThrownBy(() -> carrier.set(alarm, 0)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> carrier.cancel(alarm)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void aThousandThatWaitUseNoProcessor() throws Exception {
            onCarrier(() -> {
                long now = System.nanoTime();
                for (int i = 0; i < 1_000; i++) {
                    carrier.set(new Alarm(() -> {}), now + TimeUnit.HOURS.toNanos(1) + i);
                }
            });
            assertIdle(() -> {});
        }
    }

    /** 0 µs are what is seen; the bound is for what the JVM may do on the thread's account. */
    private void assertIdle(Runnable before) throws Exception {
        before.run();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        onCarrier(() -> {});
        long start = threads.getThreadCpuTime(carrier.thread().getId());
        Thread.sleep(500); // the time that is measured
        long used = threads.getThreadCpuTime(carrier.thread().getId()) - start;
        assertThat(used).isLessThan(TimeUnit.MILLISECONDS.toNanos(25));
    }

    @Nested
    class OfTheJvm {
        @Test
        void comeInTurnAndHaveStarted() {
            Map<Carrier, Integer> times = new ConcurrentHashMap<>();
            int count =
                    Integer.getInteger("corio.carriers", Runtime.getRuntime().availableProcessors());
            for (int i = 0; i < count * 10; i++) {
                times.merge(CarrierLoops.next().carrier(), 1, Integer::sum);
            }
            assertThat(times).hasSize(count).allSatisfy((carrier, n) -> {
                Thread thread = Objects.requireNonNull(carrier.thread());
                assertThat(thread.isAlive()).isTrue();
                assertThat(thread.isDaemon()).isTrue();
                assertThat(n).isEqualTo(10);
            });
        }
    }
}
