package io.github.corio.shop;

import static io.github.corio.shop.Customer.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.pool.ConnectionPool;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@ShopTest
class OrdersTest {
    @Autowired
    private Customer customer;

    @Autowired
    private Stage stage;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private ConnectionPool pool;

    @Autowired
    private CourierService service;

    @BeforeEach
    void stockUp() {
        stage.reset();
        database.sql("update product set stock = 50").then().block(LIMIT);
    }

    private long number(String query) {
        return database.sql(query)
                .map(row -> row.get(0, Number.class).longValue())
                .one()
                .block(LIMIT);
    }

    private long stock(int product) {
        return number("select stock from product where id = " + product);
    }

    @Nested
    class AnOrder {
        @Test
        void isPlacedWithTheCheapestCourierAndConfirmedByMail() throws Exception {
            Receipt receipt = customer.order(1, 2)
                    .expectStatus()
                    .isCreated()
                    .expectBody(Receipt.class)
                    .returnResult()
                    .getResponseBody();
            assertThat(receipt).isEqualTo(new Receipt(receipt.order(), "bob", "Assam", 2, "snail", 1600));
            assertThat(stock(1)).isEqualTo(48);
            Customer.await(() -> confirmed(receipt.order()));
            assertThat(stage.mails).contains("Your order " + receipt.order() + " is on its way");
        }

        private boolean confirmed(long order) {
            List<Orders.Line> lines = customer.as("bob")
                    .get()
                    .uri("/api/orders")
                    .exchange()
                    .expectBodyList(Orders.Line.class)
                    .returnResult()
                    .getResponseBody();
            return lines.contains(new Orders.Line(order, "bob", "Assam", 2, "snail", true));
        }

        @Test
        void ofWhatTheShopDoesNotHaveIsRefusedAndLeavesNothing() {
            long before = number("select count(*) from orders");
            customer.order(1, 51).expectStatus().isEqualTo(409);
            customer.order(77, 1).expectStatus().isNotFound();
            customer.order(1, 0).expectStatus().isBadRequest();
            assertThat(number("select count(*) from orders")).isEqualTo(before);
            assertThat(stock(1)).isEqualTo(50);
        }

        @Test
        void neverSellsWhatAnotherHasSold() {
            long before = number("select coalesce(sum(units), 0) from orders");
            List<Integer> answers = Flux.range(0, 30)
                    .flatMap(i -> customer.orderLater(2, 4), 30)
                    .collectList()
                    .block(LIMIT);
            assertThat(answers).containsOnly(201, 409);
            assertThat(answers.stream().filter(status -> status == 201)).hasSize(12);
            assertThat(stock(2)).isEqualTo(2);
            assertThat(number("select sum(units) from orders")).isEqualTo(before + 48);
        }
    }

    @Nested
    class WithoutCouriers {
        private String courier() {
            return customer.order(1, 1)
                    .expectStatus()
                    .isCreated()
                    .expectBody(Receipt.class)
                    .returnResult()
                    .getResponseBody()
                    .courier();
        }

        @Test
        void anOrderTakesTheOnesThatAnswer() {
            stage.weather = courier -> courier.equals("swift") ? Mono.empty() : Mono.error(new Exception("snow"));
            assertThat(courier()).isEqualTo("swift");
        }

        @Test
        void anOrderIsPlacedAllTheSame() {
            stage.weather = courier -> Mono.error(new Exception("snow"));
            assertThat(courier()).isEqualTo("to be found");
        }

        @Test
        void nobodyWaitsLongerThanTheLimit() {
            stage.weather = courier -> Mono.never();
            ShopSettings impatient =
                    new ShopSettings(ShopSettings.Keep.AUTO, 0, new ShopSettings.Couriers(0, Duration.ofMillis(300)));
            assertThat(new Couriers(service, impatient).cheapest(1).blockOptional(LIMIT))
                    .isEmpty();
        }
    }

    @Nested
    class AClientThatHangsUp {
        @Test
        void takesItsTransactionBack() throws Exception {
            long before = number("select count(*) from orders");
            stage.weather = courier -> Mono.never();
            try (Socket socket = customer.send("POST", "/api/orders", "{\"product\":1,\"units\":5}")) {
                for (int i = 0; i < CourierService.NAMES.size(); i++) {
                    assertThat(stage.couriers.poll(60, TimeUnit.SECONDS)).isNotNull();
                }
                assertThat(pool.getMetrics().orElseThrow().acquiredSize()).isEqualTo(1); // in the middle of it
            }
            for (int i = 0; i < CourierService.NAMES.size(); i++) {
                assertThat(stage.calledBack.poll(60, TimeUnit.SECONDS))
                        .isNotNull(); // the second service is rid of it, too
            }
            Customer.await(() -> pool.getMetrics().orElseThrow().acquiredSize() == 0);
            assertThat(number("select count(*) from orders")).isEqualTo(before);
            assertThat(stock(1)).isEqualTo(50);
            stage.weather = Stage.FINE;
            customer.order(1, 5).expectStatus().isCreated();
        }
    }
}
