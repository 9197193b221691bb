package io.github.corio.clients;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class WebSocketTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MANY = 20_000;

    private final MockWebServer server = new MockWebServer();
    private final CountDownLatch gone = new CountDownLatch(1);

    @BeforeEach
    void start() throws IOException {
        server.start(InetAddress.getLoopbackAddress(), 0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Sends as fast as it can. */
    private Flux<String> flux(int count, boolean close) {
        server.enqueue(new MockResponse.Builder()
                .webSocketUpgrade(new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket socket, Response response) {
                        for (int i = 0; i < count; i++) {
                            socket.send(String.valueOf(i));
                        }
                        if (close) {
                            socket.close(1000, "end");
                        }
                    }

                    @Override
                    public void onFailure(WebSocket socket, Throwable error, @Nullable Response response) {
                        gone.countDown();
                    }
                })
                .build());
        URI uri = URI.create(server.url("/").toString().replace("http:", "ws:"));
        return WebSockets.texts(HttpClient.newHttpClient(), uri);
    }

    @Test
    void givesAllAndEnds() {
        StepVerifier.create(flux(MANY, true))
                .expectNextSequence(
                        IntStream.range(0, MANY).mapToObj(String::valueOf).toList())
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void isNeverAheadOfTheDemand() {
        AtomicInteger arrived = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger ahead = new AtomicInteger();
        Flux<String> flux = flux(MANY, true)
                .doOnNext(value -> ahead.accumulateAndGet(arrived.incrementAndGet() - taken.get(), Math::max));
        run(async(() -> {
            for (String value : each(flux, 16)) {
                assertThat(value).isEqualTo(String.valueOf(taken.getAndIncrement()));
            }
        }));
        assertThat(taken).hasValue(MANY);
        assertThat(ahead.get()).isLessThanOrEqualTo(17);
    }

    @Test
    void isAbortedByACancel() throws Exception {
        StepVerifier.create(flux(10, false)).expectNextCount(10).thenCancel().verify(SOON);
        assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void isRefused() {
        server.enqueue(new MockResponse.Builder().code(404).build());
        URI uri = URI.create(server.url("/").toString().replace("http:", "ws:"));
        StepVerifier.create(WebSockets.texts(HttpClient.newHttpClient(), uri))
                .expectError(Exception.class)
                .verify(SOON);
    }
}
