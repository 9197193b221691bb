package io.github.corio.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.context.annotation.Lazy;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** Asks the shop over real sockets. */
@Lazy
@TestComponent
class Customer {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final int port;

    Customer(@Value("${local.server.port}") int port) {
        this.port = port;
    }

    String url() {
        return "http://localhost:" + port;
    }

    /** With no name: nobody. */
    WebTestClient as(String user) {
        return WebTestClient.bindToServer()
                .baseUrl(url())
                .responseTimeout(LIMIT)
                .defaultHeaders(headers -> {
                    if (!user.isEmpty()) {
                        headers.setBasicAuth(user, user);
                    }
                })
                .build();
    }

    WebTestClient.ResponseSpec order(int product, int units) {
        return as("bob")
                .post()
                .uri("/api/orders")
                .bodyValue(new NewOrder(product, units))
                .exchange();
    }

    /** The status, when it comes. */
    Mono<Integer> orderLater(int product, int units) {
        return WebClient.create(url())
                .post()
                .uri("/api/orders")
                .headers(headers -> headers.setBasicAuth("bob", "bob"))
                .bodyValue(new NewOrder(product, units))
                .exchangeToMono(answer ->
                        answer.releaseBody().thenReturn(answer.statusCode().value()));
    }

    /** A connection on which a request was sent. Its buffer is small. */
    Socket send(String method, String path, String body) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getByName("localhost"), port));
        String user = Base64.getEncoder().encodeToString("bob:bob".getBytes(StandardCharsets.UTF_8));
        String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic " + user
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    /** Waits for something that has to come. */
    static void await(BooleanSupplier it) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!it.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
