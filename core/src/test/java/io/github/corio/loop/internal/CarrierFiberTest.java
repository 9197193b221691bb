package io.github.corio.loop.internal;

import static io.github.corio.loop.internal.FiberOnCarrier.carrier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class CarrierFiberTest {
    private OwnCarrier one;
    private OwnCarrier other;

    @BeforeEach
    void carriers() {
        assumeTrue(VirtualThreads.whyNot() == null, VirtualThreads::whyNot);
        one = carrier("one");
        other = carrier("other");
    }

    @AfterEach
    void everyCarrierStillWorks() throws Exception {
        if (one != null) {
            FiberOnCarrier.start(one, self -> self.leave()).join();
            FiberOnCarrier.start(other, self -> self.leave()).join();
        }
    }

    @Nested
    class Leaving {
        @Test
        void twoFibersAlternateAMillionTimes() throws Exception {
            int[] count = {0};
            int rounds = 1_000_000;
            CompletableFuture<FiberOnCarrier> pong = new CompletableFuture<>();
            FiberOnCarrier ping = FiberOnCarrier.start(one, self -> {
                pong.complete(FiberOnCarrier.start(one, other -> takeTurns(other, count, 1, rounds)));
                takeTurns(self, count, 0, rounds);
            });
            ping.join();
            pong.get().join();
            assertThat(count[0]).isEqualTo(2 * rounds);
            assertThat(ping.blocked + pong.get().blocked).isZero();
        }

        private void takeTurns(FiberOnCarrier self, int[] count, int mine, int rounds) {
            for (int i = 0; i < rounds; i++) {
                if (count[0]++ != 2 * i + mine) {
                    throw new AssertionError("Out of turn in round " + i);
                }
                self.leave();
            }
        }

        @Test
        void theThreadStaysTheSameOnTheSameCarrier() throws Exception {
            List<FiberOnCarrier> fibers = new ArrayList<>();
            for (int f = 0; f < 4; f++) {
                fibers.add(FiberOnCarrier.start(f % 2 == 0 ? one : other, "f" + f, self -> {
                    Thread thread = Thread.currentThread();
                    Thread carrier = VirtualThreads.currentCarrier();
                    for (int i = 0; i < 25_000; i++) {
                        self.leave();
                        if (Thread.currentThread() != thread
                                || VirtualThreads.currentCarrier() != carrier
                                || CarrierFiber.current() != self.fiber) {
                            throw new AssertionError("Another thread in step " + i);
                        }
                    }
                    assertThat(carrier).isSameAs(self.fiber.carrier.thread());
                    assertThat(thread).isSameAs(self.fiber.thread());
                }));
            }
            for (FiberOnCarrier fiber : fibers) {
                fiber.join();
            }
        }

        @Test
        void onlyTheFiberItselfCanLeave() throws Exception {
            FiberOnCarrier held =
                    FiberOnCarrier.start(one, FiberOnCarrier::hold).awaitHeld();
            assertThatThrownBy(held::leave).isInstanceOf(IllegalStateException.class);
            FiberOnCarrier.start(one, self -> assertThatThrownBy(held::leave).isInstanceOf(IllegalStateException.class))
                    .join();
            held.letGo();
            held.join();
        }

        @Test
        void onlyTheCarrierCanMount() throws Exception {
            FiberOnCarrier held =
                    FiberOnCarrier.start(one, FiberOnCarrier::hold).awaitHeld();
            assertThatThrownBy(held.fiber::mount).isInstanceOf(IllegalStateException.class);
            FiberOnCarrier.start(one, self -> {
                        assertThatThrownBy(held.fiber::mount).isInstanceOf(IllegalStateException.class);
                        assertThatThrownBy(self.fiber::mount).isInstanceOf(IllegalStateException.class);
                    })
                    .join();
            held.letGo();
            held.join();
        }

        @Test
        void pinnedByAClassInitializerItThrowsAndGoesOn() throws Exception {
            FiberOnCarrier.start(one, self -> {
                        self.leave();
                        LEAVING.set(self);
                        assertThat(Initializer.failure)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageStartingWith("pinned: ");
                        assertThat(self.blocked).isZero();
                        self.leave();
                    })
                    .join();
        }

        @Test
        void withoutRoomOnTheStackItThrowsAndGoesOn() throws Exception {
            FiberOnCarrier.start(one, self -> {
                        int[] refused = {0};
                        for (int i = 0; i < 2; i++) {
                            assertThat(leaveAtTheBottom(self, 1, refused)).isTrue();
                            self.leave();
                        }
                        assertThat(refused[0]).isPositive();
                    })
                    .join();
        }

        /** Goes as deep as it can, and leaves where that is possible again. */
        @SuppressWarnings("InfiniteRecursion") // it ends with the stack
        private boolean leaveAtTheBottom(FiberOnCarrier self, int depth, int[] refused) {
            try {
                if (leaveAtTheBottom(self, depth + 1, refused)) {
                    return true;
                }
            } catch (StackOverflowError bottom) {
                return false; // above, then
            }
            if (depth % 128 != 0) {
                return false;
            }
            try {
                self.leave();
                return true;
            } catch (StackOverflowError noRoom) {
                refused[0]++;
                return false;
            }
        }
    }

    static final ThreadLocal<FiberOnCarrier> LEAVING = new ThreadLocal<>();

    private static final class Initializer {
        static Throwable failure;

        static {
            try {
                LEAVING.get().leave();
            } catch (Throwable e) {
                failure = e;
            }
        }
    }

    @Nested
    class Locals {
        @Test
        void threadLocalsStayWithTheirFiber() throws Exception {
            ThreadLocal<Integer> local = new ThreadLocal<>();
            List<FiberOnCarrier> fibers = new ArrayList<>();
            for (int f = 0; f < 20; f++) {
                int number = f;
                fibers.add(FiberOnCarrier.start(f % 2 == 0 ? one : other, self -> {
                    assertThat(local.get()).isNull();
                    local.set(number);
                    for (int i = 0; i < 1_000; i++) {
                        self.leave();
                        assertThat(local.get()).isEqualTo(number);
                    }
                }));
            }
            for (FiberOnCarrier fiber : fibers) {
                fiber.join();
            }
        }

        @Test
        void scopedValuesStayWithTheirFiber() throws Throwable {
            assumeTrue(Runtime.version().feature() >= 25, "ScopedValue is final since 25");
            Class<?> type = Class.forName("java.lang.ScopedValue");
            Class<?> scopes = Class.forName("java.lang.ScopedValue$Carrier");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            MethodHandle get = lookup.findVirtual(type, "orElse", MethodType.methodType(Object.class, Object.class));
            MethodHandle where = lookup.findStatic(type, "where", MethodType.methodType(scopes, type, Object.class));
            MethodHandle run = lookup.findVirtual(scopes, "run", MethodType.methodType(void.class, Runnable.class));
            Object value = type.getMethod("newInstance").invoke(null);

            List<FiberOnCarrier> fibers = new ArrayList<>();
            for (int f = 0; f < 20; f++) {
                int number = f;
                fibers.add(FiberOnCarrier.start(f % 2 == 0 ? one : other, self -> {
                    Steps steps = expected -> {
                        for (int i = 0; i < 1_000; i++) {
                            self.leave();
                            assertThat(invoke(get, value, "none")).isEqualTo(expected);
                        }
                    };
                    steps.expect("none");
                    invoke(run, invoke(where, value, "outer" + number), (Runnable) () -> {
                        steps.expect("outer" + number);
                        invoke(run, invoke(where, value, "inner" + number), (Runnable)
                                () -> steps.expect("inner" + number));
                        steps.expect("outer" + number);
                    });
                    steps.expect("none");
                }));
            }
            for (FiberOnCarrier fiber : fibers) {
                fiber.join();
            }
        }

        @Test
        void aFiberInheritsNothing() throws Exception {
            InheritableThreadLocal<String> inheritable = new InheritableThreadLocal<>();
            inheritable.set("the maker's");
            FiberOnCarrier.start(one, self -> assertThat(inheritable.get()).isNull())
                    .join();
        }
    }

    interface Steps {
        void expect(String value);
    }

    private static Object invoke(MethodHandle handle, Object... arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Nested
    class Locks {
        @Test
        void aMonitorHeldAcrossALeaveExcludesOthers() throws Exception {
            Object monitor = new Object();
            int[] inside = {0};
            contend(body -> {
                synchronized (monitor) {
                    body.run(inside);
                }
            });
        }

        @Test
        void aReentrantLockHeldAcrossALeaveExcludesOthers() throws Exception {
            ReentrantLock lock = new ReentrantLock();
            int[] inside = {0};
            contend(body -> {
                lock.lock();
                try {
                    body.run(inside);
                } finally {
                    lock.unlock();
                }
            });
        }

        /** One holds it while it has left; one on the same carrier and one on another want it. */
        private void contend(Locked locked) throws Exception {
            for (int round = 0; round < 200; round++) {
                AtomicBoolean released = new AtomicBoolean();
                FiberOnCarrier holder = FiberOnCarrier.start(
                        one,
                        self -> locked.run(inside -> {
                            self.hold();
                            assertThat(++inside[0]).isEqualTo(1);
                            self.leave();
                            assertThat(--inside[0]).isZero();
                            released.set(true);
                        }));
                holder.awaitHeld();
                List<FiberOnCarrier> contenders = new ArrayList<>();
                for (OwnCarrier carrier : List.of(one, other, one, other)) {
                    contenders.add(FiberOnCarrier.start(carrier, self -> {
                        locked.run(inside -> {
                            assertThat(released).isTrue();
                            assertThat(++inside[0]).isEqualTo(1);
                            self.leave();
                            assertThat(--inside[0]).isZero();
                        });
                    }));
                }
                FiberOnCarrier bystander = FiberOnCarrier.start(one, FiberOnCarrier::leave);
                bystander.join(); // the carrier is not blocked by those that wait
                holder.letGo();
                holder.join();
                for (FiberOnCarrier contender : contenders) {
                    contender.join();
                }
            }
        }

        @Test
        void waitAndNotifyWorkOnOneCarrier() throws Exception {
            Object monitor = new Object();
            boolean[] told = {false};
            FiberOnCarrier waiter = FiberOnCarrier.start(one, self -> {
                synchronized (monitor) {
                    while (!told[0]) {
                        monitor.wait();
                    }
                    self.leave();
                }
            });
            FiberOnCarrier notifier = FiberOnCarrier.start(one, self -> {
                self.leave();
                synchronized (monitor) {
                    told[0] = true;
                    monitor.notifyAll();
                    self.leave();
                }
            });
            waiter.join();
            notifier.join();
            assertThat(waiter.blocked).isPositive();
        }
    }

    interface Locked {
        void run(Inside body);
    }

    interface Inside {
        void run(int[] inside);
    }

    @Nested
    class Blocking {
        @Test
        void aSleepingFiberHoldsNobodyUp() throws Exception {
            CountDownLatch others = new CountDownLatch(1);
            FiberOnCarrier sleeper = FiberOnCarrier.start(one, self -> {
                do {
                    self.leave();
                    Thread.sleep(1); // what is tried: a fiber that blocks
                } while (others.getCount() > 0);
                self.leave();
            });
            for (int i = 0; i < 100; i++) {
                FiberOnCarrier.start(one, self -> {
                            for (int k = 0; k < 100; k++) {
                                self.leave();
                            }
                        })
                        .join();
            }
            others.countDown();
            sleeper.join();
        }

        @Test
        void aSocketReadHoldsNobodyUp() throws Exception {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                CountDownLatch reading = new CountDownLatch(1);
                FiberOnCarrier reader = FiberOnCarrier.start(one, self -> {
                    try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
                            InputStream in = socket.getInputStream()) {
                        reading.countDown();
                        assertThat(in.read()).isEqualTo(42);
                        self.leave();
                        assertThat(in.read()).isEqualTo(-1);
                    }
                });
                try (Socket accepted = server.accept()) {
                    reading.await();
                    FiberOnCarrier.start(one, FiberOnCarrier::leave).join();
                    accepted.getOutputStream().write(42);
                }
                reader.join();
                assertThat(reader.blocked).isPositive();
            }
        }

        @Test
        @SuppressWarnings("ThreadPriorityCheck") // what is tested
        void aYieldOfTheBodyItselfGivesOthersATurn() throws Exception {
            AtomicBoolean ready = new AtomicBoolean();
            FiberOnCarrier waiter = FiberOnCarrier.start(one, self -> {
                while (!ready.get()) {
                    Thread.yield();
                }
            });
            FiberOnCarrier.start(one, self -> {
                        self.leave();
                        ready.set(true);
                    })
                    .join();
            waiter.join();
        }

        @Test
        void parkAndUnparkWorkBetweenFibersOfOneCarrierAndOfTwo() throws Exception {
            for (OwnCarrier second : List.of(one, other)) {
                AtomicInteger turn = new AtomicInteger();
                CompletableFuture<Thread> first = new CompletableFuture<>();
                FiberOnCarrier a = FiberOnCarrier.start(one, self -> {
                    CompletableFuture<Thread> partner = new CompletableFuture<>();
                    FiberOnCarrier.start(second, other -> {
                        partner.complete(Thread.currentThread());
                        passOn(other, turn, 1, first.get());
                    });
                    first.complete(Thread.currentThread());
                    passOn(self, turn, 0, partner.get());
                });
                a.join();
                assertThat(turn).hasValueGreaterThanOrEqualTo(4_000);
            }
        }

        private void passOn(FiberOnCarrier self, AtomicInteger turn, int mine, Thread partner) {
            int seen;
            while ((seen = turn.get()) < 4_000) {
                if (seen % 2 == mine) {
                    turn.incrementAndGet();
                    LockSupport.unpark(partner);
                    if (seen % 64 < 2) {
                        self.leave();
                    }
                } else {
                    LockSupport.park();
                }
            }
            LockSupport.unpark(partner);
        }

        @Test
        void aFiberThatSpinsHoldsUpOnlyItsCarrier() throws Exception {
            AtomicBoolean stop = new AtomicBoolean();
            CountDownLatch spinning = new CountDownLatch(1);
            FiberOnCarrier spinner = FiberOnCarrier.start(one, self -> {
                spinning.countDown();
                while (!stop.get()) {
                    Thread.onSpinWait();
                }
            });
            spinning.await();
            FiberOnCarrier behind = FiberOnCarrier.start(one, FiberOnCarrier::leave);
            FiberOnCarrier.start(other, FiberOnCarrier::leave).join();
            assertThat(behind.ended.getCount()).isEqualTo(1);
            stop.set(true);
            spinner.join();
            behind.join();
        }
    }

    @Nested
    class Reactor {
        @Test
        void aFiberCountsAsNonBlocking() throws Exception {
            FiberOnCarrier.start(one, self -> {
                        assertThat(Schedulers.isInNonBlockingThread()).isTrue();
                        assertThatThrownBy(() -> Mono.never().block())
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("block()");
                    })
                    .join();
            assertThat(Schedulers.isInNonBlockingThread()).isFalse();
        }

        @Test
        void aThreadThatTheBodyMakesDoesNot() throws Exception {
            AtomicBoolean nonBlocking = new AtomicBoolean(true);
            FiberOnCarrier.start(one, self -> {
                        Thread child = virtualThreads().newThread(() -> {
                            nonBlocking.set(Schedulers.isInNonBlockingThread());
                        });
                        child.start();
                        child.join();
                    })
                    .join();
            assertThat(nonBlocking).isFalse();
        }
    }

    @Nested
    class Children {
        @Test
        void twentyThousandRunOnTheJdksPool() throws Exception {
            Set<Thread> carriers = ConcurrentHashMap.newKeySet();
            AtomicInteger ended = new AtomicInteger();
            FiberOnCarrier.start(one, self -> {
                        ThreadFactory factory = virtualThreads();
                        List<Thread> children = new ArrayList<>();
                        for (int i = 0; i < 20_000; i++) {
                            Thread child = factory.newThread(() -> {
                                carriers.add(VirtualThreads.currentCarrier());
                                LockSupport.parkNanos(1_000_000);
                                Thread grandchild = factory.newThread(() -> {
                                    carriers.add(VirtualThreads.currentCarrier());
                                    assertThat(CarrierFiber.current()).isNull();
                                    ended.incrementAndGet();
                                });
                                grandchild.start();
                            });
                            child.start();
                            children.add(child);
                            if (i % 100 == 0) {
                                self.leave();
                            }
                        }
                        for (Thread child : children) {
                            child.join();
                        }
                        while (ended.get() < 20_000) {
                            self.leave();
                        }
                    })
                    .join();
            assertThat(carriers).isNotEmpty().doesNotContain(one.thread(), other.thread());
        }

        @Test
        void theyOutliveTheFiber() throws Exception {
            CountDownLatch gone = new CountDownLatch(1);
            CompletableFuture<Thread> carrier = new CompletableFuture<>();
            FiberOnCarrier.start(
                            one,
                            self -> virtualThreads()
                                    .newThread(() -> {
                                        try {
                                            gone.await();
                                            Thread.sleep(1); // so that its scheduler runs it again
                                            carrier.complete(VirtualThreads.currentCarrier());
                                        } catch (Throwable e) {
                                            carrier.completeExceptionally(e);
                                        }
                                    })
                                    .start())
                    .join();
            gone.countDown();
            assertThat(carrier.get(100, TimeUnit.SECONDS)).isNotIn(one, other);
        }
    }

    private static ThreadFactory virtualThreads() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            return (ThreadFactory) Class.forName("java.lang.Thread$Builder")
                    .getMethod("factory")
                    .invoke(builder);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @Nested
    class FromOutside {
        @Test
        void unparksAndInterruptsOfOneThatHasLeftDoNotRunIt() throws Exception {
            AtomicBoolean mayGo = new AtomicBoolean();
            FiberOnCarrier held = FiberOnCarrier.start(one, self -> {
                self.hold();
                assertThat(mayGo).isTrue();
                assertThat(Thread.interrupted()).isTrue();
                assertThat(Thread.interrupted()).isFalse();
                LockSupport.park(); // the permit is there
                self.leave();
            });
            held.awaitHeld();
            for (int i = 0; i < 1_000; i++) {
                held.fiber.thread().interrupt();
                LockSupport.unpark(held.fiber.thread());
                assertThat(held.fiber.thread().getStackTrace()).isNotEmpty();
                FiberOnCarrier.start(one, FiberOnCarrier::leave).join();
            }
            mayGo.set(true);
            held.letGo();
            held.join();
        }

        /** A thread whose stack is being read cannot be mounted, and is handed to its scheduler afterwards. */
        @Test
        void aMountThatAStackTraceMadeVainIsMadeUpFor() throws Exception {
            AtomicBoolean stop = new AtomicBoolean();
            int[] steps = {0};
            FiberOnCarrier.Body body = self -> {
                while (!stop.get()) {
                    steps[0]++;
                    self.leave();
                }
            };
            FiberOnCarrier watched = FiberOnCarrier.start(one, body);
            FiberOnCarrier beside = FiberOnCarrier.start(one, body);
            while (watched.blocked < 20 && beside.ended.getCount() > 0) {
                StackTraceElement[] unused = watched.fiber.thread().getStackTrace();
            }
            stop.set(true);
            watched.join();
            beside.join();
            assertThat(watched.blocked).isGreaterThanOrEqualTo(20);
            assertThat(beside.blocked).isZero();
        }

        @Test
        void aStormOfThemHarmsNothing() throws Exception {
            int fiberCount = 8;
            AtomicInteger running = new AtomicInteger(fiberCount);
            List<FiberOnCarrier> fibers = new ArrayList<>();
            AtomicInteger[] mounted = {new AtomicInteger(), new AtomicInteger()};
            for (int f = 0; f < fiberCount; f++) {
                int c = f % 2;
                fibers.add(FiberOnCarrier.start(c == 0 ? one : other, self -> {
                    Thread thread = Thread.currentThread();
                    for (int i = 0; i < 100_000 / fiberCount * 2; i++) {
                        assertThat(mounted[c].incrementAndGet()).isEqualTo(1);
                        assertThat(VirtualThreads.currentCarrier()).isSameAs(self.fiber.carrier.thread());
                        assertThat(Thread.currentThread()).isSameAs(thread);
                        mounted[c].decrementAndGet();
                        if (i % 64 == 0) {
                            LockSupport.parkNanos(1_000); // from blocked to left and back, amid the storm
                        }
                        if (i % 16 == 0) {
                            boolean unused = Thread.interrupted();
                        }
                        self.leave();
                    }
                    running.decrementAndGet();
                }));
            }
            List<Thread> storm = new ArrayList<>();
            for (int s = 0; s < 8; s++) {
                int kind = s;
                Thread thread = new Thread(() -> {
                    for (int i = 0; running.get() > 0; i = (i + 1) % fiberCount) {
                        Thread target = fibers.get(i).fiber.thread();
                        switch (kind % 4) {
                            case 0 -> LockSupport.unpark(target);
                            case 1 -> target.interrupt();
                            case 2 -> target.getStackTrace();
                            default -> target.getState();
                        }
                    }
                });
                thread.start();
                storm.add(thread);
            }
            for (FiberOnCarrier fiber : fibers) {
                fiber.join();
            }
            for (Thread thread : storm) {
                thread.join();
            }
        }

        /** None is mounted meanwhile: until 8364343 is fixed, dumping a virtual thread that mounts crashes the JVM, ours or not. */
        @Test
        void aDumpOfAllThreadsShowsThemAndHarmsNothing(@TempDir Path directory) throws Exception {
            List<FiberOnCarrier> fibers = new ArrayList<>();
            for (int f = 0; f < 200; f++) {
                fibers.add(FiberOnCarrier.start(f % 2 == 0 ? one : other, "dumped-" + f, self -> {
                    self.hold();
                    self.leave();
                }));
            }
            for (FiberOnCarrier fiber : fibers) {
                fiber.awaitHeld();
            }
            Class<?> type = Class.forName("com.sun.management.HotSpotDiagnosticMXBean");
            Class<?> format = Class.forName("com.sun.management.HotSpotDiagnosticMXBean$ThreadDumpFormat");
            Object bean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getPlatformMXBean", Class.class)
                    .invoke(null, type);
            Method dump = type.getMethod("dumpThreads", String.class, format);
            for (int i = 0; i < 20; i++) { // what jcmd Thread.dump_to_file does
                Path file = directory.resolve("dump" + i);
                dump.invoke(bean, file.toString(), format.getEnumConstants()[0]);
                assertThat(Files.readString(file)).contains("\"dumped-0\"", "\"dumped-199\"", "CarrierFiber.leave");
            }
            for (FiberOnCarrier fiber : fibers) {
                assertThat(fiber.ended.getCount()).isEqualTo(1);
                fiber.letGo();
            }
            for (FiberOnCarrier fiber : fibers) {
                fiber.join();
            }
        }
    }

    @Nested
    class OnAnEventLoopOfOthers {
        /** As an event loop of Netty would be one. */
        @Test
        void fibersRunBetweenItsOwnTasks() throws Exception {
            ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
            Thread thread = loop.submit(Thread::currentThread).get();
            Carrier carrier = loop.submit(() -> new EventLoopCarrier(loop)).get();
            List<FiberOnCarrier> fibers = new ArrayList<>();
            for (int f = 0; f < 10; f++) {
                fibers.add(FiberOnCarrier.start(carrier, "f" + f, self -> {
                    for (int i = 0; i < 1_000; i++) {
                        self.leave();
                        assertThat(VirtualThreads.currentCarrier()).isSameAs(thread);
                        assertThat(carrier.isCurrent()).isTrue();
                        if (i % 100 == 0) {
                            Thread.sleep(1); // what is tried: the JDK resumes it on the event loop
                        }
                    }
                }));
            }
            for (FiberOnCarrier fiber : fibers) {
                assertThat(loop.submit(Thread::currentThread).get()).isSameAs(thread);
                fiber.join();
            }
            loop.shutdown();
        }
    }

    @Nested
    class Many {
        @Test
        void aHundredThousandAreSuspendedAtOnce() throws Exception {
            int count = 100_000;
            long before = usedHeap();
            CountDownLatch suspended = new CountDownLatch(count);
            CountDownLatch ended = new CountDownLatch(count);
            List<CarrierFiber> fibers = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                CarrierFiber[] self = new CarrierFiber[1];
                self[0] = new CarrierFiber(i % 2 == 0 ? one : other, null, () -> {
                    self[0].leave();
                    ended.countDown();
                });
                fibers.add(self[0]);
                submitMount(self[0], suspended);
            }
            assertThat(suspended.await(100, TimeUnit.SECONDS)).isTrue();
            long each = (usedHeap() - before) / count;
            System.out.println("100 000 fibers suspended: " + each + " bytes each");
            assertThat(each).isLessThan(3_000);
            CountDownLatch unused = new CountDownLatch(count);
            for (CarrierFiber fiber : fibers) {
                submitMount(fiber, unused);
            }
            assertThat(ended.await(100, TimeUnit.SECONDS)).isTrue();
        }

        private void submitMount(CarrierFiber fiber, CountDownLatch done) {
            fiber.carrier.submit(new Carrier.Work() {
                @Override
                void onCarrier() {
                    fiber.mount();
                    done.countDown();
                }
            });
        }

        private long usedHeap() throws InterruptedException {
            for (int i = 0; i < 3; i++) {
                System.gc();
                Thread.sleep(20); // the collector clears references after its pause
            }
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }
    }
}
