package io.github.corio.examples.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.context.ContextRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Real sockets, a thousand requests at once, and a client that hangs up. */
class ShopTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int REQUESTS = 1000;

    private final Lines lines = new Lines();
    private final FakeBackend backend = new FakeBackend();
    private final Shop shop = new Shop(backend);

    @BeforeEach
    void listen() {
        ContextRegistry.getInstance()
                .registerThreadLocalAccessor(
                        Shop.REQUEST_ID,
                        () -> MDC.get(Shop.REQUEST_ID),
                        id -> MDC.put(Shop.REQUEST_ID, id),
                        () -> MDC.remove(Shop.REQUEST_ID));
        Logger logger = logger();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
    }

    @AfterEach
    void close() {
        shop.close();
        logger().detachAppender(lines);
        ContextRegistry.getInstance().removeThreadLocalAccessor(Shop.REQUEST_ID);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Shop.class);
    }

    @Test
    void aThousandRequestsAtOnceAreAnsweredRight() {
        ConnectionProvider connections = ConnectionProvider.create("thousand", REQUESTS);
        HttpClient client = HttpClient.create(connections).baseUrl(shop.url());
        List<String> wrong = Flux.range(0, REQUESTS)
                .flatMap(i -> ask(client, i).filter(answer -> !answer.equals(rightAnswer(i))), REQUESTS)
                .collectList()
                .block(SOON);
        connections.dispose();

        assertThat(wrong).isEmpty();
        assertThat(backend.arrived).hasValue(REQUESTS);
        assertThat(backend.most).hasValueBetween(2, Shop.LOOK_UPS);
        assertThat(backend.inUse).hasValue(0);
        assertThat(lines.seen)
                .hasSize(3 * REQUESTS)
                .allSatisfy(line -> assertThat(line.requestId).isEqualTo(line.product));
    }

    private static Mono<String> ask(HttpClient client, int i) {
        return client.headers(headers -> headers.set(Shop.REQUEST_ID, i).set("token", "token" + i))
                .get()
                .uri("/products/" + i)
                .responseSingle((response, body) -> body.asString()
                        .defaultIfEmpty("")
                        .map(text -> response.status().code() + " " + text));
    }

    private static String rightAnswer(int i) {
        return FakeBackend.hangs(i)
                ? "504 "
                : FakeBackend.fails(i) ? "502 " : "200 7 left at " + 2 * i + " for user" + i;
    }

    @Test
    void aClientThatHangsUpCancelsTheCoroutineWhoseFinallyRuns() throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), shop.port())) {
            client.getOutputStream()
                    .write("GET /products/42/next-price HTTP/1.1\r\nHost: here\r\nrequestId: 42\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(backend.waiting.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(backend.cancelled.getCount()).isEqualTo(1);
        }
        assertThat(backend.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(backend.forgotten.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(lines.await(line -> line.text.equals("42 is forgotten")).requestId)
                .isEqualTo("42");
    }

    /** What the shop calls. Each product whose number ends in 0 hangs, and in 1 fails. */
    private static final class FakeBackend implements Shop.Backend {
        private final Sinks.Empty<Void> everybody = Sinks.empty();
        final AtomicInteger arrived = new AtomicInteger();
        final AtomicInteger inUse = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final CountDownLatch waiting = new CountDownLatch(1);
        final CountDownLatch cancelled = new CountDownLatch(1);
        final CountDownLatch forgotten = new CountDownLatch(1);

        static boolean hangs(int product) {
            return product % 10 == 0;
        }

        static boolean fails(int product) {
            return product % 10 == 1;
        }

        /** Nobody is told before all are there: this is how we know that they are there at once. */
        @Override
        public Mono<String> customer(String token) {
            if (arrived.incrementAndGet() == REQUESTS) {
                everybody.tryEmitEmpty();
            }
            return everybody.asMono().thenReturn(token.replace("token", "user"));
        }

        /** Not more of these at a time than there are permits. */
        @Override
        public Mono<Integer> price(String product) {
            return lookUp(Integer.parseInt(product))
                    .doOnSubscribe(subscription -> most.accumulateAndGet(inUse.incrementAndGet(), Math::max))
                    .doOnTerminate(inUse::decrementAndGet)
                    .doOnCancel(inUse::decrementAndGet);
        }

        private static Mono<Integer> lookUp(int product) {
            if (hangs(product)) {
                return Mono.never();
            }
            return Mono.fromCallable(() -> {
                        if (fails(product)) {
                            throw new IOException("no price");
                        }
                        return 2 * product;
                    })
                    .subscribeOn(Schedulers.boundedElastic());
        }

        @Override
        public Mono<Integer> stock(String product) {
            return Mono.delay(Duration.ofMillis(5)).thenReturn(7);
        }

        @Override
        public Mono<Integer> nextPrice(String product) {
            return Mono.<Integer>never()
                    .doOnSubscribe(subscription -> waiting.countDown())
                    .doOnCancel(cancelled::countDown);
        }

        @Override
        public Mono<Void> forget(String product) {
            return Mono.delay(Duration.ofMillis(5))
                    .doOnNext(tick -> forgotten.countDown())
                    .then();
        }
    }

    private record Line(String text, String product, String requestId) {}

    private static final class Lines extends AppenderBase<ILoggingEvent> {
        final Queue<Line> seen = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            String text = event.getFormattedMessage();
            seen.add(new Line(
                    text,
                    text.substring(0, text.indexOf(' ')),
                    event.getMDCPropertyMap().get(Shop.REQUEST_ID)));
        }

        Line await(Predicate<Line> wanted) {
            return Flux.interval(Duration.ofMillis(5))
                    .concatMapIterable(tick -> List.copyOf(seen))
                    .filter(wanted)
                    .blockFirst(SOON);
        }
    }
}
