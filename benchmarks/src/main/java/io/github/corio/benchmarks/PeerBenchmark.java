package io.github.corio.benchmarks;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What a user would write instead: kotlinx-coroutines ({@link Peers}), plain Reactor, or blocking on a virtual thread. */
public class PeerBenchmark extends PerOperation {
    private static final int TIMES = AwaitBenchmark.TIMES;
    private static final int SPAWNED = TaskBenchmark.SPAWNED;
    static final ThreadFactory THREADS = virtualThreads();

    /** {@code awaitSingle}. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int kotlinAwaitJust() {
        return Peers.awaitJust(TIMES);
    }

    /** {@code awaitSingle}. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int kotlinAwaitSynchronous() {
        return Peers.awaitSynchronous(TIMES);
    }

    /** The call of a suspending function. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int kotlinAwaitCoroutine() {
        return Peers.awaitCoroutine(TIMES);
    }

    /** {@code yield}. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinTurn() {
        Peers.yieldAlone(TIMES);
    }

    /** {@code yield}. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinInTurn() {
        Peers.yieldInTurn(TIMES);
    }

    /** {@code async} and {@code awaitAll}. */
    @Benchmark
    @OperationsPerInvocation(SPAWNED)
    public int kotlinSpawn() {
        return Peers.spawn(SPAWNED);
    }

    /** {@code delay}. */
    @Benchmark
    public int kotlinSleepers() {
        return Peers.sleep(SPAWNED, TaskBenchmark.NAP.toMillis());
    }

    /** {@code mono}, all at once. */
    @Benchmark
    @OperationsPerInvocation(TaskBenchmark.SUBSCRIBED)
    public void kotlinSubscribedAtOnce() throws InterruptedException {
        TaskBenchmark.atOnce(Peers::answer);
    }

    /** {@code mono}, one after the other. */
    @Benchmark
    @OperationsPerInvocation(TaskBenchmark.SUBSCRIBED)
    public int kotlinSubscribedOneByOne() {
        return TaskBenchmark.oneByOne(Peers::answer);
    }

    /** A plain Mono on the Scheduler that a fresh loop is on, all at once: what one visit to it costs. */
    @Benchmark
    @OperationsPerInvocation(TaskBenchmark.SUBSCRIBED)
    public void subscribeOnAtOnce() throws InterruptedException {
        TaskBenchmark.atOnce(PeerBenchmark::onParallel);
    }

    /** The same, one after the other. */
    @Benchmark
    @OperationsPerInvocation(TaskBenchmark.SUBSCRIBED)
    public int subscribeOnOneByOne() {
        return TaskBenchmark.oneByOne(PeerBenchmark::onParallel);
    }

    private static Mono<Integer> onParallel(int answer) {
        return Mono.fromSupplier(() -> answer).subscribeOn(Schedulers.parallel());
    }

    /** {@code Mutex}. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinFreeMutex() {
        Peers.freeMutex(TIMES);
    }

    /** {@code Semaphore}. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinFreeSemaphore() {
        Peers.freeSemaphore(TIMES);
    }

    /** {@code Mutex}. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinContendedMutex() {
        Peers.contendedMutex(TIMES);
    }

    /** {@code Channel}. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinChannel() {
        Peers.channel(TIMES);
    }

    /** {@code Mono.block()} on a virtual thread. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int blockJust() throws Exception {
        return onThread(() -> {
            int sum = 0;
            for (int i = 0; i < TIMES; i++) {
                sum += Mono.just(i).blockOptional().orElseThrow();
            }
            return sum;
        });
    }

    /** {@code Mono.block()} on a virtual thread. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int blockSynchronous() throws Exception {
        return onThread(() -> {
            int sum = 0;
            for (int i = 0; i < TIMES; i++) {
                int x = i;
                sum += Mono.fromSupplier(() -> x)
                        .map(y -> y + 1)
                        .blockOptional()
                        .orElseThrow();
            }
            return sum;
        });
    }

    /** {@code Thread.sleep} on as many virtual threads. */
    @Benchmark
    public int threadSleepers() throws Exception {
        List<FutureTask<Integer>> tasks = IntStream.range(0, SPAWNED)
                .mapToObj(i -> start(() -> {
                    Thread.sleep(TaskBenchmark.NAP.toMillis()); // what is measured
                    return i;
                }))
                .toList();
        int sum = 0;
        for (FutureTask<Integer> task : tasks) {
            sum += task.get();
        }
        return sum;
    }

    /** {@code Mono.delay}, all at once. */
    @Benchmark
    public void delaySleepers() {
        Mono.when(IntStream.range(0, SPAWNED)
                        .mapToObj(i -> Mono.delay(TaskBenchmark.NAP))
                        .toList())
                .block();
    }

    /** Two virtual threads that give each other their turn on one platform thread, with nothing around it. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void bareSwitch() {
        BareCarrier carrier = new BareCarrier();
        carrier.start(PeerBenchmark::yieldOften);
        carrier.start(PeerBenchmark::yieldOften);
        carrier.run();
    }

    @SuppressWarnings("ThreadPriorityCheck") // BareCarrier decides its effect
    private static void yieldOften() {
        for (int i = 0; i < TIMES / 2; i++) {
            Thread.yield();
        }
    }

    /** Two platform threads that let each other go, with nothing around it. */
    @Benchmark
    @OperationsPerInvocation(PARKS)
    public void parkUnpark() throws InterruptedException {
        PingPong first = new PingPong();
        PingPong second = new PingPong();
        first.other = second;
        second.other = first;
        first.start();
        second.start();
        first.myTurn = true;
        LockSupport.unpark(first);
        first.join();
        second.join();
    }

    private static final int PARKS = 20_000;

    private static final class PingPong extends Thread {
        volatile boolean myTurn;

        @Nullable
        PingPong other;

        @Override
        public void run() {
            PingPong partner = other;
            for (int i = 0; i < PARKS / 2; i++) {
                while (!myTurn) {
                    LockSupport.park();
                }
                myTurn = false;
                if (partner != null) {
                    partner.myTurn = true;
                    LockSupport.unpark(partner);
                }
            }
        }
    }

    private static <T> T onThread(Callable<T> body) throws InterruptedException, ExecutionException {
        return start(body).get();
    }

    private static <T> FutureTask<T> start(Callable<T> body) {
        FutureTask<T> task = new FutureTask<>(body);
        THREADS.newThread(task).start();
        return task;
    }

    /** Virtual threads where there are some; before Java 21, what a user had then. */
    private static ThreadFactory virtualThreads() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            return (ThreadFactory) Class.forName("java.lang.Thread$Builder")
                    .getMethod("factory")
                    .invoke(builder);
        } catch (ReflectiveOperationException e) {
            return Thread::new;
        }
    }
}
