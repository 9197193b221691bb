package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import io.netty.channel.EventLoopGroup;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink.OverflowStrategy;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** The id of the request in the MDC, with logback as it is in production. */
class MdcTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String KEY = "requestId";

    private final RequestId accessor = new RequestId();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("requests");

    @BeforeEach
    void listen() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(accessor);
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(log.getLoggerContext());
        encoder.setPattern("%X{" + KEY + "} | %msg%n");
        encoder.start();
        appender.setContext(log.getLoggerContext());
        appender.setEncoder(encoder);
        appender.setOutputStream(printed);
        appender.start();
        log.setLevel(Level.INFO);
        log.setAdditive(false);
        log.addAppender(appender);
    }

    @AfterEach
    void close() {
        log.detachAppender(appender);
        // A worker that has given its result takes back what it set only then, and by the accessor.
        onEach(Collections.nCopies(Schedulers.DEFAULT_POOL_SIZE, Schedulers.parallel()), () -> {});
        ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
        MDC.clear();
    }

    /** Each worker runs it, when it has ended what it does. */
    private static void onEach(List<Scheduler> schedulers, Runnable ran) {
        List<Scheduler.Worker> workers =
                schedulers.stream().map(Scheduler::createWorker).toList();
        CountDownLatch answers = new CountDownLatch(workers.size());
        workers.forEach(worker -> worker.schedule(() -> {
            ran.run();
            answers.countDown();
        }));
        arrive(answers);
        workers.forEach(Scheduler.Worker::dispose);
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Nested
    class TwoHundredRequestsAtOnce {
        private static final int REQUESTS = 200;
        private static final int ELASTIC = 4;
        private static final int NETTY = 2;

        private final LoopResources netty = LoopResources.create("netty", NETTY, true);
        private final EventLoopGroup nettyThreads = netty.onServer(false);
        private final Scheduler onNetty = Schedulers.fromExecutor(nettyThreads);
        private final Scheduler elastic = Schedulers.newBoundedElastic(ELASTIC, 10_000, "mine");
        private final DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .runOn(netty)
                .handle((request, response) -> response.sendString(Mono.just("pong")))
                .bindNow();
        private final HttpClient client = HttpClient.create().runOn(netty).baseUrl("http://127.0.0.1:" + server.port());
        /** Of what awaits what, and of where it signalled. */
        private final Queue<String> threads = new ConcurrentLinkedQueue<>();

        @AfterEach
        void dispose() {
            server.disposeNow();
            elastic.dispose();
            netty.dispose();
        }

        @Test
        void haveTheRightIdOnEveryLineAndLeaveNoneBehind() {
            Flux.range(0, REQUESTS)
                    .flatMap(i -> request(i).contextWrite(context -> context.put(KEY, "request-" + i)), REQUESTS)
                    .blockLast(SOON);

            assertThat(lines()).hasSize(REQUESTS * 11).allSatisfy(MdcTest::hasTheIdItTellsOf);
            assertThat(threads)
                    .anyMatch(name -> name.startsWith("parallel"))
                    .anyMatch(name -> name.startsWith("mine"))
                    .anyMatch(name -> name.startsWith("netty"));
            assertThat(accessor.left).isEmpty();
            assertThat(accessor.threads).isNotEmpty();
            assertThat(onEveryThread())
                    .hasSize(Schedulers.DEFAULT_POOL_SIZE + ELASTIC + NETTY)
                    .allSatisfy((thread, value) -> assertThat(value).isEqualTo("null"));
        }

        /** Some on each kind of thread, so that each of them lends itself to bodies. */
        private Mono<Void> request(int i) {
            Coroutine<Void> body = async(() -> serve("request-" + i));
            return switch (i % 3) {
                case 0 -> body;
                case 1 -> body.on(EventLoop.on(elastic));
                default -> body.on(EventLoop.on(onNetty));
            };
        }

        private void serve(String id) throws Exception {
            log.info("{} begins", id);
            await(heard(Mono.delay(Duration.ofMillis(2))));
            log.info("{} after parallel", id);
            await(heard(Mono.fromCallable(() -> "value").subscribeOn(elastic)));
            log.info("{} after boundedElastic", id);
            await(heard(client.get().uri("/ping").responseContent().aggregate().asString()));
            log.info("{} after netty", id);
            await(From.nodeCallback((BiConsumer<@Nullable Throwable, @Nullable String> callback) -> {
                log.info("{} makes a call", id);
                nettyThreads.execute(() -> callback.accept(null, "value"));
            }));
            log.info("{} after a callback", id);
            await(toThread(() -> {
                log.info("{} on a thread of its own", id);
                return "value";
            }));
            await(gather(List.of(child(id), child(id))));
            Task<Void> cancelled = createTask(async(() -> {
                try {
                    await(Mono.never());
                } finally {
                    await(sleep(Duration.ofMillis(1)));
                    log.info("{} cleans up", id);
                }
            }));
            await(sleep(Duration.ZERO));
            cancelled.cancel();
            while (!cancelled.isDone()) {
                await(sleep(Duration.ofMillis(1)));
            }
            log.info("{} ends", id);
        }

        private Coroutine<Void> child(String id) {
            return async(() -> {
                await(sleep(Duration.ofMillis(1)));
                log.info("{} in a child", id);
            });
        }

        private <T> Mono<T> heard(Mono<T> mono) {
            return mono.doOnNext(value -> threads.add(Thread.currentThread().getName()));
        }

        /** What the MDC holds, by the thread that was asked: all that the schedulers have. */
        private Map<String, String> onEveryThread() {
            Map<String, String> found = new ConcurrentHashMap<>();
            List<Scheduler> asked =
                    new ArrayList<>(Collections.nCopies(Schedulers.DEFAULT_POOL_SIZE, Schedulers.parallel()));
            asked.addAll(Collections.nCopies(REQUESTS, elastic)); // which gives the thread that has least to do
            nettyThreads.forEach(thread -> asked.add(Schedulers.fromExecutor(thread)));
            onEach(
                    asked,
                    () -> found.put(Thread.currentThread().getName(), String.valueOf((Object) MDC.get(KEY))));
            return found;
        }
    }

    @Nested
    class AThreadThatHasAValue {
        @Test
        void isClearedForABodyWithoutOneAndHasItBackAfterwards() {
            MDC.put(KEY, "of the thread");
            run(async(() -> {
                log.info("null begins");
                await(sleep(Duration.ofMillis(1)));
                log.info("null goes on");
            }));
            assertThat(lines()).containsExactly(" | null begins", " | null goes on");
            assertThat(MDC.get(KEY)).isEqualTo("of the thread");
        }

        @Test
        void givesItToACoroutineThatIsLetOutWhereBlockDoes() throws Exception {
            MDC.put(KEY, "of the thread");
            Hooks.enableAutomaticContextPropagation();
            try {
                assertThat(To.<String>blocking(async(() -> MDC.get(KEY)), SOON)).isEqualTo("of the thread");
            } finally {
                Hooks.disableAutomaticContextPropagation();
            }
            assertThat(To.<String>blocking(async(() -> MDC.get(KEY)), SOON)).isNull();
        }
    }

    @Nested
    class TheCallbacksOfTheBridge {
        @Test
        void haveTheValueInTheCallTheHookAndOnTheWayOut() {
            Mono<String> in = From.callbacks(
                            (ok, failed) -> {
                                log.info("here calls");
                                return "handle";
                            },
                            handle -> log.info("here cancels"))
                    .cast(String.class);
            in.contextWrite(context -> context.put(KEY, "here")).subscribe().dispose();
            From.<String, Events<String>>listener(
                            OverflowStrategy.BUFFER,
                            events -> events,
                            events -> log.info("here registers"),
                            events -> log.info("here unregisters"))
                    .contextWrite(context -> context.put(KEY, "here"))
                    .subscribe()
                    .dispose();
            CountDownLatch told = new CountDownLatch(1);
            MDC.put(KEY, "here");
            Hooks.enableAutomaticContextPropagation();
            try {
                To.callbacks(
                        async(() -> "value"),
                        value -> {
                            log.info("here is told");
                            told.countDown();
                        },
                        error -> {});
            } finally {
                Hooks.disableAutomaticContextPropagation();
            }
            arrive(told);
            assertThat(lines()).hasSize(5).allSatisfy(MdcTest::hasTheIdItTellsOf);
        }
    }

    private static void arrive(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void hasTheIdItTellsOf(String line) {
        String[] parts = line.split(" \\| ", 2);
        assertThat(parts[1]).startsWith(parts[0] + " ");
    }

    /** The MDC's value, and on which threads one was put that has not been taken away again. */
    private static final class RequestId implements ThreadLocalAccessor<String> {
        final Map<Thread, String> left = new ConcurrentHashMap<>();
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();

        @Override
        public Object key() {
            return KEY;
        }

        @Override
        public String getValue() {
            return MDC.get(KEY);
        }

        @Override
        public void setValue(String id) {
            MDC.put(KEY, id);
            left.put(Thread.currentThread(), id);
            threads.add(Thread.currentThread());
        }

        @Override
        public void setValue() {
            MDC.remove(KEY);
            left.remove(Thread.currentThread());
        }
    }
}
