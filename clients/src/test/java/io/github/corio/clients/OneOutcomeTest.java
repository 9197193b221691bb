package io.github.corio.clients;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.CancelledError;
import io.github.corio.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Real clients against every property that a call may have. */
class OneOutcomeTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final List<Throwable> dropped = new CopyOnWriteArrayList<>();
    private final List<Object> discarded = new CopyOnWriteArrayList<>();
    private final CountDownLatch discard = new CountDownLatch(1);

    static Stream<Arguments> clients() {
        return Stream.of(
                client("Guava", GuavaClient::new),
                client("Vert.x", VertxClient::new),
                client("Netty", NettyClient::new),
                client("RxJava", RxJavaClient::new),
                client("Mutiny", MutinyClient::new),
                client("OkHttp", OkHttp::new),
                client("Apache HttpClient", ApacheHttp::new),
                client("gRPC unary", GrpcUnary::new),
                client("Kafka send", KafkaSend::new),
                client("JDK channel", SocketRead::new));
    }

    private static Arguments client(String name, Callable<Client<?>> made) {
        return Arguments.of(name, made);
    }

    private <T> Mono<T> hooked(Mono<T> mono) {
        Consumer<Throwable> error = dropped::add;
        Consumer<Object> lost = value -> {
            discarded.add(value);
            discard.countDown();
        };
        return mono.contextWrite(
                context -> context.put("reactor.onErrorDropped.local", error).put("reactor.onDiscard.local", lost));
    }

    private <T> Mono<T> hooked(Client<T> client) {
        return hooked(client.mono(true, value -> {
            discarded.add(value);
            discard.countDown();
        }));
    }

    private static void then(StepAction action) {
        try {
            action.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private interface StepAction {
        void run() throws Exception;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    <T> void value(String name, Callable<Client<T>> made) throws Exception {
        try (Client<T> client = made.call()) {
            StepVerifier.create(hooked(client).map(client::text))
                    .then(() -> then(() -> {
                        client.isUnderWay();
                        client.succeed("value");
                    }))
                    .expectNext("value")
                    .expectComplete()
                    .verify(SOON);
        }
        assertThat(dropped).isEmpty();
        assertThat(discarded).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    <T> void aNullIsEmpty(String name, Callable<Client<T>> made) throws Exception {
        try (Client<T> client = made.call()) {
            org.junit.jupiter.api.Assumptions.assumeTrue(client.hasNull(), "has no null");
            StepVerifier.create(hooked(client))
                    .then(() -> then(() -> client.succeed(null)))
                    .expectComplete()
                    .verify(SOON);
        }
        assertThat(dropped).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    <T> void error(String name, Callable<Client<T>> made) throws Exception {
        IOException error = new IOException("no");
        try (Client<T> client = made.call()) {
            StepVerifier.create(hooked(client))
                    .then(() -> then(() -> {
                        client.isUnderWay();
                        client.fail(error);
                    }))
                    .expectErrorSatisfies(e -> {
                        if (client.sameError()) {
                            assertThat(e).isSameAs(error);
                        } else {
                            assertThat(e).isInstanceOf(Exception.class);
                        }
                    })
                    .verify(SOON);
        }
        assertThat(dropped).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    <T> void aCancelOfTheTaskReachesItAndIsQuiet(String name, Callable<Client<T>> made) throws Exception {
        try (Client<T> client = made.call()) {
            run(async(() -> {
                Task<T> task = createTask(hooked(client));
                await(sleep(Duration.ZERO)); // it starts
                await(toThread(() -> {
                    client.isUnderWay();
                    return null;
                }));
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            }));
            assertThat(client.isCancelled()).isEqualTo(client.hasCancel());
        }
        assertThat(dropped).isEmpty();
        assertThat(discarded).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    <T> void aValueAfterACancelIsReleased(String name, Callable<Client<T>> made) throws Exception {
        List<T> released = new CopyOnWriteArrayList<>();
        CountDownLatch given = new CountDownLatch(1);
        try (Client<T> client = made.call()) {
            Disposable subscription = hooked(client.mono(false, value -> {
                        released.add(value);
                        given.countDown();
                    }))
                    .subscribe();
            client.isUnderWay();
            subscription.dispose();
            client.succeed("value");
            assertThat(given.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(released)
                    .singleElement()
                    .satisfies(value -> assertThat(client.text(value)).isEqualTo("value"));
        }
        assertThat(dropped).isEmpty();
        assertThat(discarded).isEmpty();
    }
}
