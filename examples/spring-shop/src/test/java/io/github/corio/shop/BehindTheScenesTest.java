package io.github.corio.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.sync.AsyncEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;

@ShopTest
class BehindTheScenesTest {
    @Autowired
    private Customer customer;

    @Autowired
    private Stage stage;

    @BeforeEach
    void reset() {
        stage.reset();
    }

    @Nested
    class Security {
        private int status(String user, String path) {
            return customer.as(user)
                    .get()
                    .uri(path)
                    .exchange()
                    .returnResult(Void.class)
                    .getStatus()
                    .value();
        }

        @Test
        void everybodyMayLook() {
            assertThat(status("", "/")).isEqualTo(200);
            assertThat(status("", "/api/products")).isEqualTo(200);
            assertThat(status("", "/actuator/health")).isEqualTo(200);
        }

        @Test
        void ordersAreForCustomersAndTheSceneryIsForAnn() {
            assertThat(status("", "/api/orders")).isEqualTo(401);
            assertThat(status("eve", "/api/orders")).isEqualTo(401);
            assertThat(status("bob", "/api/orders")).isEqualTo(200);
            assertThat(status("", "/actuator/coroutines")).isEqualTo(401);
            assertThat(status("bob", "/actuator/coroutines")).isEqualTo(403);
            assertThat(status("ann", "/actuator/coroutines")).isEqualTo(200);
            customer.as("bob")
                    .post()
                    .uri("/api/products/1/stock?units=1")
                    .exchange()
                    .expectStatus()
                    .isForbidden();
            customer.as("ann")
                    .post()
                    .uri("/api/products/1/stock?units=1")
                    .exchange()
                    .expectStatus()
                    .isOk();
        }
    }

    @Nested
    class Meters {
        private String meter(String name) {
            return customer.as("ann")
                    .get()
                    .uri("/actuator/metrics/" + name)
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody(String.class)
                    .returnResult()
                    .getResponseBody();
        }

        @Test
        void areThereForTasksAndForTheQueue() {
            assertThat(meter("corio.tasks.live")).contains("\"VALUE\"");
            assertThat(meter("corio.queue.size?tag=name:confirmations")).contains("\"VALUE\"");
        }
    }

    @Nested
    class TheTree {
        private String tree(MediaType type) {
            return customer.as("ann")
                    .get()
                    .uri("/actuator/coroutines")
                    .accept(type)
                    .exchange()
                    .expectBody(String.class)
                    .returnResult()
                    .getResponseBody();
        }

        @Test
        void showsARequestThatRuns() throws Exception {
            AsyncEvent clear = new AsyncEvent();
            stage.weather = courier -> clear.waitUntilSet();
            CompletableFuture<Integer> answer = customer.orderLater(3, 1).toFuture();
            try {
                for (int i = 0; i < CourierService.NAMES.size(); i++) {
                    assertThat(stage.couriers.poll(60, TimeUnit.SECONDS)).isNotNull();
                }
                String text = tree(MediaType.TEXT_PLAIN);
                System.out.println(text);
                assertThat(text).contains("(T) order of bob", "(T) ask swift", "(T) ask steady", "(T) ask snail");
                assertThat(text)
                        .containsPattern("\\(T\\) quote of swift .*: waits for AsyncEvent")
                        .contains("(T) confirmations: waits for ");
                assertThat(tree(MediaType.APPLICATION_JSON)).contains("\"name\":\"order of bob\"");
                assertThat(tree(MediaType.parseMediaType("text/vnd.mermaid"))).startsWith("flowchart");
            } finally {
                clear.set();
            }
            assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(201);
        }
    }
}
