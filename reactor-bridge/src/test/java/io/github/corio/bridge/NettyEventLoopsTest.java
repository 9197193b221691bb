package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.FiberKind;
import io.github.corio.loop.LoopClosedError;
import io.github.corio.loop.internal.Loops;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;
import reactor.test.scheduler.VirtualTimeScheduler;

@DisplayName("on an event loop of Netty")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NettyEventLoopsTest {
    private static final int STEPS = 2_000;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Choosy netty = new Choosy();
    private final LoopResources resources = LoopResources.create("netty-test", 1, true);

    @AfterEach
    void close() {
        netty.isFull = false;
        Object unused = netty.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        resources.disposeLater(Duration.ZERO, Duration.ofSeconds(1)).block();
    }

    /** An event loop whose queue can be full. */
    private static final class Choosy extends SingleThreadIoEventLoop {
        volatile boolean isFull;
        final AtomicInteger refused = new AtomicInteger();

        Choosy() {
            super(
                    null,
                    new DefaultThreadFactory("netty", true),
                    NioIoHandler.newFactory(),
                    1 << 20,
                    RejectedExecutionHandlers.reject(),
                    TimeUnit.SECONDS.toNanos(1));
        }

        @Override
        public void execute(Runnable task) {
            if (isFull) {
                refused.incrementAndGet();
                throw new RejectedExecutionException("full");
            }
            super.execute(task);
        }
    }

    /** The platform thread below. */
    private static Thread carrier() {
        try {
            Method current = Thread.class.getDeclaredMethod("currentCarrierThread");
            current.setAccessible(true);
            return (Thread) current.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Thread.currentCarrierThread()", e);
        }
    }

    /** Else the bodies run elsewhere, and most of what is said here holds all the same. */
    private static boolean hasCarriers() {
        return Boolean.getBoolean("corio.carriers.eventLoops")
                && FiberKind.current() == FiberKind.VIRTUAL
                && Runtime.version().feature() >= 24
                && Object.class.getModule().isOpen("java.lang", NettyEventLoopsTest.class.getModule());
    }

    private static <T> T on(ScheduledExecutorService eventLoop, Callable<T> action) throws Exception {
        return eventLoop.submit(action).get();
    }

    private static <T> T answer(CompletableFuture<T> of) throws Exception {
        return of.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private static void turn() {
        await(sleep(Duration.ZERO));
    }

    private static void leave() {
        await(Mono.fromSupplier(() -> 1).hide().subscribeOn(Schedulers.single()));
    }

    @Nested
    @DisplayName("a body")
    class Body {
        enum Loops {
            NETTY,
            REACTOR_NETTY
        }

        private ScheduledExecutorService eventLoop(Loops loops) {
            // On Reactor 3.7 the second one is no IoEventLoop.
            return loops == Loops.NETTY ? netty : resources.onServer(true).next();
        }

        @ParameterizedTest
        @EnumSource
        void keepsItsThreadOnALoopMadeThere(Loops loops) throws Exception {
            keepsItsThread(loops, STEPS);
        }

        @ParameterizedTest
        @EnumSource
        @Tag("stress-long")
        void keepsItsThreadForAHundredThousandSteps(Loops loops) throws Exception {
            keepsItsThread(loops, 100_000);
        }

        private void keepsItsThread(Loops loops, int steps) throws Exception {
            EventLoop loop = EventLoop.on(Schedulers.fromExecutorService(eventLoop(loops)));
            bodies(() -> async(() -> identity(steps)).on(loop).toFuture());
            loop.dispose();
        }

        @ParameterizedTest
        @EnumSource
        void keepsItsThreadOnAFreshLoop(Loops loops) throws Exception {
            bodies(() -> on(eventLoop(loops), () -> async(() -> identity(STEPS)).toFuture()));
        }

        private void bodies(Callable<CompletableFuture<Integer>> body) throws Exception {
            List<CompletableFuture<Integer>> ends = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                ends.add(body.call());
            }
            for (CompletableFuture<Integer> end : ends) {
                assertThat(answer(end)).isZero();
            }
        }

        @ParameterizedTest
        @EnumSource
        void runsOnTheThreadThatHasSubscribed(Loops loops) throws Exception {
            assumeTrue(hasCarriers());
            ScheduledExecutorService eventLoop = eventLoop(loops);
            Thread thread = on(eventLoop, Thread::currentThread);
            Set<Thread> carriers = ConcurrentHashMap.newKeySet();
            CompletableFuture<Void> end = on(
                    eventLoop,
                    () -> async(() -> {
                                carriers.add(carrier());
                                for (int i = 0; i < STEPS; i++) {
                                    if (i % 8 == 0) {
                                        leave();
                                    } else if (i % 100 == 1) {
                                        await(sleep(Duration.ofMillis(1)));
                                    } else {
                                        turn();
                                    }
                                    carriers.add(carrier());
                                }
                                await(gather(List.of(
                                        async(() -> carriers.add(carrier())),
                                        async(() -> carriers.add(carrier())).hide())));
                                await(generate(emitter -> {
                                            carriers.add(carrier());
                                            emitter.emit(1);
                                        })
                                        .hide()
                                        .then());
                            })
                            .toFuture());
            answer(end);
            assertThat(carriers).containsExactly(thread);
        }

        @Test
        void subscribedToByAnotherBodyWithoutItsContextStaysThere() throws Exception {
            assumeTrue(hasCarriers());
            Thread thread = on(netty, Thread::currentThread);
            AtomicReference<Thread> inner = new AtomicReference<>();
            CompletableFuture<Void> end = on(
                    netty,
                    () -> async(() -> {
                                CompletableFuture<Void> other = new CompletableFuture<>();
                                async(() -> inner.set(carrier()))
                                        .subscribe(null, other::completeExceptionally, () -> other.complete(null));
                                await(Mono.fromFuture(other));
                            })
                            .toFuture());
            answer(end);
            assertThat(inner.get()).isSameAs(thread);
        }

        @Test
        void seesItsTimeLimits() throws Exception {
            CompletableFuture<String> end = on(
                    netty,
                    () -> async(() -> {
                                try {
                                    awaitThrowing(waitFor(Mono.never(), Duration.ofMillis(20)), TimeoutException.class);
                                    return "no limit";
                                } catch (TimeoutException e) {
                                    await(sleep(Duration.ofMillis(20)));
                                    return "limit";
                                }
                            })
                            .toFuture());
            assertThat(answer(end)).isEqualTo("limit");
        }

        @Test
        void runsElsewhereIfItsSubscriberSaysSo() throws Exception {
            assumeTrue(hasCarriers());
            AtomicReference<Thread> there = new AtomicReference<>();
            Mono<Void> body = async(() -> there.set(carrier()));
            answer(on(
                    netty,
                    () -> body.contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, Schedulers.parallel()))
                            .toFuture()));
            assertThat(there.get().getName()).startsWith("corio-carrier");
            EventLoop.setDefaultScheduler(Schedulers.parallel());
            try {
                answer(on(netty, body::toFuture));
            } finally {
                EventLoop.setDefaultScheduler(null);
            }
            assertThat(there.get().getName()).startsWith("corio-carrier");
        }

        @Test
        void followsVirtualTimeWhereThatIsSet() throws Exception {
            VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
            try {
                CompletableFuture<Void> end = on(
                        netty,
                        () -> async(() -> await(sleep(Duration.ofDays(1)))).toFuture());
                while (!end.isDone()) {
                    time.advanceTimeBy(Duration.ofHours(1));
                }
                answer(end);
            } finally {
                VirtualTimeScheduler.reset();
            }
        }
    }

    /** How often the body was not on its thread. */
    private static int identity(int steps) {
        Thread mine = Thread.currentThread();
        int wrong = 0;
        for (int i = 0; i < steps; i++) {
            if (i % 8 == 0) {
                leave();
            } else {
                turn();
            }
            if (Thread.currentThread() != mine) {
                wrong++;
            }
        }
        return wrong;
    }

    @Nested
    @DisplayName("that ends, or refuses,")
    class Hostile {
        @Test
        void everybodyIsToldOfItsEnd() throws Exception {
            CountDownLatch waits = new CountDownLatch(2);
            List<Throwable> inBody = new ArrayList<>();
            CompletableFuture<Void> mono = on(
                    netty,
                    () -> async(() -> {
                                try {
                                    waits.countDown();
                                    await(Mono.never());
                                } catch (LoopClosedError e) {
                                    inBody.add(e);
                                    throw e;
                                }
                            })
                            .toFuture());
            CompletableFuture<List<Integer>> flux = on(
                    netty,
                    () -> Flux.<Integer>from(generate(emitter -> {
                                waits.countDown();
                                await(sleep(Duration.ofHours(1)));
                            }))
                            .collectList()
                            .toFuture());
            waits.await();
            netty.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
            if (!hasCarriers()) { // it was on parallel(), and is still
                mono.cancel(true);
                flux.cancel(true);
                return;
            }
            assertThatThrownBy(() -> answer(mono)).isInstanceOf(ExecutionException.class);
            assertThatThrownBy(() -> answer(flux)).isInstanceOf(ExecutionException.class);
            assertThat(inBody).hasSize(1);
        }

        @Test
        void nothingIsLostWhileItsQueueIsFull() throws Exception {
            CountDownLatch goesOn = new CountDownLatch(1);
            CompletableFuture<Integer> end = on(
                    netty,
                    () -> async(() -> {
                                await(Mono.fromCallable(() -> goesOn.await(1, TimeUnit.MINUTES))
                                        .subscribeOn(Schedulers.boundedElastic()));
                                int wrong = identity(STEPS);
                                await(sleep(Duration.ofMillis(5)));
                                return wrong;
                            })
                            .toFuture());
            netty.isFull = true;
            goesOn.countDown();
            assertThat(answer(end)).isZero();
            assertThat(netty.refused.get() > 0).isEqualTo(hasCarriers());
        }

        @Test
        void aHandlerMayWaitForALockThatABodyHolds() throws Exception {
            assumeTrue(hasCarriers());
            Object outer = new Object();
            Object inner = new Object();
            CountDownLatch holds = new CountDownLatch(1);
            CompletableFuture<Void> end;
            Future<?> handler;
            synchronized (inner) {
                end = on(
                        netty,
                        () -> async(() -> {
                                    synchronized (outer) {
                                        holds.countDown();
                                        synchronized (inner) { // unmounted here
                                            assertThat(carrier()).isNotSameAs(Thread.currentThread());
                                        }
                                    }
                                })
                                .toFuture());
                holds.await();
                CountDownLatch waits = new CountDownLatch(1);
                handler = netty.submit(() -> {
                    waits.countDown();
                    synchronized (outer) { // only the body can open it, which only this thread runs
                        assertThat(netty.inEventLoop()).isTrue();
                    }
                });
                waits.await();
            }
            answer(end);
            Object unused = handler.get(1, TimeUnit.MINUTES);
        }
    }

    @Nested
    @DisplayName("a server")
    class Server {
        private DisposableServer server(Mono<String> answer) {
            return HttpServer.create()
                    .port(0)
                    .runOn(resources)
                    .route(routes -> routes.get(
                                    "/plain", (request, response) -> response.sendString(Mono.just("plain")))
                            .get("/", (request, response) -> response.sendString(answer)))
                    .bindNow();
        }

        private Mono<String> get(DisposableServer server, String path) {
            return HttpClient.create()
                    .runOn(resources)
                    .port(server.port())
                    .get()
                    .uri(path)
                    .responseContent()
                    .aggregate()
                    .asString();
        }

        @Test
        void answersOnItsOwnThreadThroughACallToItself() throws Exception {
            AtomicReference<DisposableServer> self = new AtomicReference<>();
            Set<String> carriers = ConcurrentHashMap.newKeySet();
            DisposableServer server = server(async(() -> {
                for (int i = 0; i < 5; i++) {
                    assertThat(await(get(self.get(), "/plain"))).isEqualTo("plain");
                    if (hasCarriers()) {
                        carriers.add(carrier().getName());
                    }
                    await(sleep(Duration.ofMillis(1)));
                }
                return "done";
            }));
            self.set(server);
            for (int i = 0; i < 20; i++) {
                assertThat(get(server, "/").block(SOON)).isEqualTo("done");
            }
            assertThat(carriers).hasSizeLessThanOrEqualTo(1).allMatch(name -> name.startsWith("netty-test"));
            server.disposeNow();
        }

        @Test
        void servesOtherConnectionsWhileABodyIsAlwaysReady() throws Exception {
            AtomicInteger stop = new AtomicInteger();
            CountDownLatch spins = new CountDownLatch(1);
            DisposableServer server = server(async(() -> {
                while (stop.get() == 0) {
                    spins.countDown();
                    await(gather(List.of(async(NettyEventLoopsTest::turn), async(NettyEventLoopsTest::turn))));
                }
                return "stopped";
            }));
            CompletableFuture<String> busy = get(server, "/").toFuture();
            spins.await();
            for (int i = 0; i < 100; i++) {
                assertThat(get(server, "/plain").block(SOON)).isEqualTo("plain");
            }
            stop.set(1);
            assertThat(answer(busy)).isEqualTo("stopped");
            server.disposeNow();
        }

        @Test
        void servesOtherConnectionsWhileABodyWaitsForALock() throws Exception {
            assumeTrue(hasCarriers());
            Object lock = new Object();
            CountDownLatch waits = new CountDownLatch(1);
            AtomicInteger entered = new AtomicInteger();
            DisposableServer server = server(async(() -> {
                waits.countDown();
                synchronized (lock) {
                    return "entered " + entered.incrementAndGet();
                }
            }));
            CompletableFuture<String> blocked;
            synchronized (lock) {
                blocked = get(server, "/").toFuture();
                waits.await();
                for (int i = 0; i < 20; i++) {
                    assertThat(get(server, "/plain").block(SOON)).isEqualTo("plain");
                }
                assertThat(entered).hasValue(0);
            }
            assertThat(answer(blocked)).isEqualTo("entered 1");
            server.disposeNow();
        }

        @Test
        void cancelsABodyWhenTheConnectionIsClosed() throws Exception {
            CountDownLatch waits = new CountDownLatch(1);
            CountDownLatch cleaned = new CountDownLatch(1);
            DisposableServer server = server(async(() -> {
                try {
                    waits.countDown();
                    await(Mono.never());
                } finally {
                    await(sleep(Duration.ofMillis(1)));
                    cleaned.countDown();
                }
                return "never";
            }));
            var client = get(server, "/").subscribe();
            waits.await();
            client.dispose();
            assertThat(cleaned.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            server.disposeNow();
        }
    }

    @Nested
    @DisplayName("the provider")
    class Provider {
        @Test
        void knowsTheThreadsOfEventLoopsOnly() throws Exception {
            NettyEventLoops provider = new NettyEventLoops();
            assertThat(provider.current()).isNull();
            assertThat(on(netty, provider::current)).isSameAs(netty);
            ScheduledExecutorService other = Executors.newSingleThreadScheduledExecutor();
            assertThat(other.submit(provider::current).get()).isNull();
            other.shutdown();
        }
    }
}
