package io.github.corio.spring.shop;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Asks the shop over a real socket. */
@Lazy
@Component
public class Client {
    private final String host;

    Client(@Value("${local.server.port}") int port) {
        host = "127.0.0.1:" + port;
    }

    public WebTestClient as(String user) {
        return anybody()
                .mutate()
                .defaultHeaders(headers -> headers.setBasicAuth(user, user))
                .build();
    }

    public WebTestClient anybody() {
        return WebTestClient.bindToServer()
                .baseUrl("http://" + host)
                .responseTimeout(Duration.ofSeconds(60))
                .build();
    }

    public String host() {
        return host;
    }
}
