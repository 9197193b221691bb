package io.github.corio.loop.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * What a switch between two fibers of one carrier costs, beside two bare virtual threads. To be run by hand, on a JDK 24 or
 * newer with {@code --add-opens java.base/java.lang=ALL-UNNAMED}; prints the median and the best of its rounds in ns.
 */
final class CarrierSwitchBenchmark {
    private static final int ROUNDS = 11;
    private static final int SWITCHES = 1_000_000;

    private CarrierSwitchBenchmark() {}

    interface Measured {
        /** Returns the nanoseconds that this many switches took. */
        long run(int switches) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        if (VirtualThreads.whyNot() != null) {
            throw new IllegalStateException(VirtualThreads.whyNot());
        }
        OwnCarrier carrier = FiberOnCarrier.carrier("carrier");
        print("fibers, by the carrier's queue", switches -> fibers(carrier, switches));
        print("fibers, mounted in turn", switches -> mountedInTurn(carrier, switches));
        print("CarrierFiber.current()", switches -> current(carrier, switches));
        print("fibers, started and ended", switches -> startedAndEnded(carrier, switches / 4) * 4);
        print("virtual threads on the JDK's pool", switches -> parked(switches, null));
        LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>();
        Thread thread = new Thread(() -> {
            try {
                for (; ; ) {
                    queue.take().run();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        print("virtual threads on one thread of our own", switches -> parked(switches, queue::add));
    }

    private static void print(String what, Measured measured) throws Exception {
        double[] each = new double[ROUNDS];
        for (int i = -4; i < ROUNDS; i++) {
            double nanos = (double) measured.run(SWITCHES) / SWITCHES;
            if (i >= 0) {
                each[i] = nanos;
            }
        }
        Arrays.sort(each);
        System.out.printf("%-42s %7.1f  (best %.1f)%n", what, each[ROUNDS / 2], each[0]);
    }

    private static long fibers(OwnCarrier carrier, int switches) throws Exception {
        FiberOnCarrier.Body body = self -> {
            for (int i = 0; i < switches / 2; i++) {
                self.leave();
            }
        };
        long[] nanos = new long[1];
        FiberOnCarrier first = FiberOnCarrier.start(carrier, self -> {
            FiberOnCarrier second = FiberOnCarrier.start(carrier, body);
            nanos[0] = -System.nanoTime();
            body.run(self);
            while (second.ended.getCount() > 0) {
                self.leave();
            }
            nanos[0] += System.nanoTime();
        });
        first.join();
        return nanos[0];
    }

    private static long mountedInTurn(OwnCarrier carrier, int switches) throws Exception {
        CarrierFiber[] fibers = new CarrierFiber[2];
        for (int f = 0; f < 2; f++) {
            int own = f;
            fibers[f] = new CarrierFiber(carrier, null, () -> {
                for (int i = 0; i < switches / 2; i++) {
                    fibers[own].leave();
                }
            });
        }
        long[] nanos = new long[1];
        CountDownLatch done = new CountDownLatch(1);
        carrier.submit(new Carrier.Work() {
            @Override
            void onCarrier() {
                nanos[0] = -System.nanoTime();
                CarrierFiber.Stop first;
                CarrierFiber.Stop second;
                do {
                    first = fibers[0].mount();
                    second = fibers[1].mount();
                } while (first == CarrierFiber.Stop.LEFT && second == CarrierFiber.Stop.LEFT);
                nanos[0] += System.nanoTime();
                done.countDown();
            }
        });
        done.await();
        return nanos[0];
    }

    private static long current(OwnCarrier carrier, int times) throws Exception {
        long[] nanos = new long[1];
        FiberOnCarrier.start(carrier, self -> {
                    nanos[0] = -System.nanoTime();
                    for (int i = 0; i < times; i++) {
                        if (CarrierFiber.current() != self.fiber) {
                            throw new AssertionError();
                        }
                    }
                    nanos[0] += System.nanoTime();
                })
                .join();
        return nanos[0];
    }

    private static long startedAndEnded(OwnCarrier carrier, int times) throws Exception {
        long[] nanos = new long[1];
        CountDownLatch done = new CountDownLatch(1);
        carrier.submit(new Carrier.Work() {
            @Override
            void onCarrier() {
                nanos[0] = -System.nanoTime();
                for (int i = 0; i < times; i++) {
                    new CarrierFiber(carrier, null, () -> {}).mount();
                }
                nanos[0] += System.nanoTime();
                done.countDown();
            }
        });
        done.await();
        return nanos[0];
    }

    private static long parked(int switches, Executor scheduler) throws Exception {
        Thread[] threads = new Thread[2];
        int[] turn = {0};
        Object fence = new Object();
        for (int t = 0; t < 2; t++) {
            int own = t;
            threads[t] = thread(scheduler, () -> {
                for (int i = 0; i < switches / 2; i++) {
                    while (turnOf(turn) != own) {
                        LockSupport.park(fence);
                    }
                    TURN.setVolatile(turn, 0, 1 - own);
                    LockSupport.unpark(threads[1 - own]);
                }
            });
        }
        long start = System.nanoTime();
        threads[0].start();
        threads[1].start();
        threads[0].join();
        threads[1].join();
        return System.nanoTime() - start;
    }

    private static final VarHandle TURN = MethodHandles.arrayElementVarHandle(int[].class);

    private static int turnOf(int[] turn) {
        return (int) TURN.getVolatile(turn, 0);
    }

    private static Thread thread(Executor scheduler, Runnable task) throws ReflectiveOperationException {
        if (scheduler != null) {
            return VirtualThreads.unstarted(scheduler, null, task);
        }
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        ThreadFactory factory = (ThreadFactory)
                Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
        return factory.newThread(task);
    }
}
