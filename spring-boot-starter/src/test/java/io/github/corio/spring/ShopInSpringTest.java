package io.github.corio.spring;

import static io.github.corio.Asyncio.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.spring.shop.Background;
import io.github.corio.spring.shop.Client;
import io.github.corio.spring.shop.Mailer;
import io.github.corio.spring.shop.Orders;
import io.github.corio.spring.shop.ShopTest;
import io.github.corio.spring.shop.Web;
import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Coroutines in what Spring has around a handler: transactions, security, validation, error handlers, streams, sockets. */
@ShopTest
class ShopInSpringTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Autowired
    private Client client;

    @Autowired
    private Orders orders;

    private long count(String table) {
        return orders.count(table).block(LIMIT);
    }

    private WebTestClient.ResponseSpec post(String path, List<String> products) {
        return client.anybody()
                .post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("products", products))
                .exchange();
    }

    @Nested
    class ATransaction {
        @Test
        void commitsWhenTheBodyHasEnded() {
            long before = count("orders");
            post("/orders", List.of("tea", "milk"))
                    .expectStatus()
                    .isOk()
                    .expectBody(String.class)
                    .isEqualTo("placed 2");
            assertThat(count("orders")).isEqualTo(before + 2);
        }

        @Test
        void rollsBackWhenTheBodyFailsAndLeavesItsBackgroundWorkAlone() {
            long before = count("orders");
            long audits = count("audit");
            post("/orders", List.of("tea", "forbidden")).expectStatus().isNotFound();
            assertThat(count("orders")).isEqualTo(before);
            Long audited = Flux.interval(Duration.ofMillis(10))
                    .concatMap(tick -> orders.count("audit"))
                    .filter(now -> now > audits)
                    .blockFirst(LIMIT);
            assertThat(audited).isEqualTo(audits + 1);
        }
    }

    @Nested
    class Security {
        @Test
        void theUserIsThereAfterEachAwaitAndInEachTask() {
            client.as("ann")
                    .get()
                    .uri("/mine/names")
                    .exchange()
                    .expectBody(new ParameterizedTypeReference<List<String>>() {})
                    .isEqualTo(List.of("ann", "ann", "ann", "ann"));
        }

        @Test
        void usersAreNotMixedUp() {
            List<String> wrong = Flux.range(0, 40)
                    .flatMap(i -> names(i % 2 == 0 ? "ann" : "bob"), 16)
                    .filter(seen -> !seen.isEmpty())
                    .collectList()
                    .block(LIMIT);
            assertThat(wrong).isEmpty();
        }

        /** Empty, if they are right. */
        private Mono<String> names(String user) {
            return WebClient.create("http://" + client.host())
                    .get()
                    .uri("/mine/names")
                    .headers(headers -> headers.setBasicAuth(user, user))
                    .retrieve()
                    .bodyToMono(String.class)
                    .map(seen -> seen.equals("[\"X\",\"X\",\"X\",\"X\"]".replace("X", user)) ? "" : seen);
        }

        @Test
        void aMethodOfABeanIsForThoseWhoMay() {
            client.as("ann")
                    .delete()
                    .uri("/mine/orders")
                    .exchange()
                    .expectBody(String.class)
                    .isEqualTo("deleted true");
            client.as("bob")
                    .delete()
                    .uri("/mine/orders")
                    .exchange()
                    .expectStatus()
                    .isForbidden();
            client.anybody()
                    .delete()
                    .uri("/mine/orders")
                    .exchange()
                    .expectStatus()
                    .isUnauthorized();
            assertThatThrownBy(() -> orders.deleteAll().block(LIMIT)).hasMessageContaining("Denied");
        }
    }

    @Nested
    class Validation {
        @Test
        void anInvalidBodyIsThrownAtItsAwait() {
            post("/orders", List.of("tea", " ")).expectStatus().isBadRequest();
            post("/orders", List.of()).expectStatus().isBadRequest();
        }

        @Test
        void anInvalidArgumentDoesNotReachTheMethod() {
            post("/orders/eager", List.of("tea", " "))
                    .expectStatus()
                    .isBadRequest()
                    .expectHeader()
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON);
            post("/orders/eager", List.of("tea")).expectStatus().isOk();
        }
    }

    @Nested
    class AnErrorHandler {
        @Test
        void findsTheErrorOfABodyByItsType() {
            post("/orders", List.of("forbidden"))
                    .expectStatus()
                    .isNotFound()
                    .expectBody(String.class)
                    .value(body -> assertThat(body).contains("There is no forbidden"));
        }

        @Test
        void mayBeACoroutine() {
            client.anybody().get().uri("/late").exchange().expectStatus().isEqualTo(504);
        }
    }

    @Nested
    class AStream {
        @Test
        void isSentAsItIsGeneratedAndEndsWithItsClient() {
            int closed = Web.closed();
            List<String> prices = client.anybody()
                    .get()
                    .uri("/prices")
                    .exchange()
                    .expectHeader()
                    .contentTypeCompatibleWith(MediaType.TEXT_EVENT_STREAM)
                    .returnResult(String.class)
                    .getResponseBody()
                    .take(5)
                    .collectList()
                    .block(LIMIT);
            assertThat(prices).containsExactly("1", "2", "3", "4", "5");
            Object unused = Flux.interval(Duration.ofMillis(10))
                    .filter(tick -> Web.closed() == closed + 1)
                    .blockFirst(LIMIT);
        }
    }

    @Nested
    class ASocket {
        @Test
        void isALoopOverItsMessages() {
            List<String> answers = new ArrayList<>();
            new ReactorNettyWebSocketClient()
                    .execute(
                            URI.create("ws://" + client.host() + "/echo"),
                            session -> session.send(
                                            Flux.just("one", "two", "three").map(session::textMessage))
                                    .thenMany(session.receive()
                                            .map(message -> message.getPayloadAsText())
                                            .take(3)
                                            .doOnNext(answers::add))
                                    .then())
                    .block(LIMIT);
            assertThat(answers).containsExactly("one!", "two!", "three!");
        }
    }

    @Nested
    class BackgroundWork {
        @Autowired
        private Mailer mailer;

        @Test
        void isDoneWhileTheApplicationRuns() {
            int before = Background.mailsSent();
            Flux.range(0, 50).concatMap(i -> mailer.mail("mail " + i)).blockLast(LIMIT);
            Object unused = Flux.interval(Duration.ofMillis(10))
                    .filter(tick -> Background.mailsSent() == before + 50 && Background.pricesSeen() == 6)
                    .blockFirst(LIMIT);
        }
    }

    @Nested
    class ACoroutineTest {
        // snippet: boot-test
        @CoroutineTest
        void remindsAfterADay(TestLoop loop) {
            assertThat(await(orders.remind("tea"))).isEqualTo("order tea"); // a bean, in virtual time
            assertThat(loop.currentTime()).isEqualTo(Duration.ofDays(1));
        }
        // end

        @CoroutineTest
        Mono<String> mayReturnAMono() {
            return orders.remind("tea");
        }

        @CoroutineTest
        void asksTheDatabaseOfTheApplication() {
            assertThat(await(orders.count("audit"))).isNotNegative();
        }
    }
}
