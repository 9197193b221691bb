package io.github.corio.shop;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.corio.sync.AsyncEvent;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.publisher.Flux;

/** The end of a shop of its own, on H2. */
class ShutdownTest {
    private static final int REQUESTS = 3;

    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    private final AppenderBase<ILoggingEvent> lines = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            log.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    };

    /** Otherwise its end would take the threads away from the shop of the other tests. */
    @TestConfiguration(proxyBeanMethods = false)
    static class OwnThreads {
        @Bean
        ReactorResourceFactory resources() {
            ReactorResourceFactory own = new ReactorResourceFactory();
            own.setUseGlobalResources(false);
            return own;
        }
    }

    @Test
    void nothingIsLost() throws Exception {
        ConfigurableApplicationContext shop = new SpringApplicationBuilder(
                        SpringShop.class, Stage.class, Customer.class, OwnThreads.class)
                .run(
                        "--server.port=0",
                        "--shop.couriers.port=0",
                        "--shop.couriers.limit=60s",
                        "--shop.robots=0",
                        "--shop.database=h2");
        try (shop) {
            closes(shop);
        } finally {
            lines.stop();
            root().detachAppender(lines);
        }
    }

    private void closes(ConfigurableApplicationContext shop) throws Exception {
        Stage stage = shop.getBean(Stage.class);
        AsyncEvent weatherIsFine = new AsyncEvent();
        AsyncEvent mailGoes = new AsyncEvent();
        stage.weather = courier -> weatherIsFine.waitUntilSet();
        stage.mail = to -> mailGoes.waitUntilSet();
        Customer customer = shop.getBean(Customer.class);
        CompletableFuture<List<Integer>> answers = Flux.range(1, REQUESTS)
                .flatMap(product -> customer.orderLater(product, 1))
                .collectList()
                .toFuture();
        for (int i = 0; i < REQUESTS * CourierService.NAMES.size(); i++) {
            assertThat(stage.couriers.poll(60, TimeUnit.SECONDS)).isNotNull();
        }
        Confirmations confirmations = shop.getBean(Confirmations.class);
        confirmations.add(receipt(100)).block(Customer.LIMIT);
        assertThat(stage.mails.poll(60, TimeUnit.SECONDS)).contains("100"); // the worker has it
        for (int i = 1; i <= Confirmations.ROOM; i++) {
            confirmations.add(receipt(100 + i)).block(Customer.LIMIT);
        }

        lines.start();
        root().addAppender(lines);
        Thread end = new Thread(shop::close);
        end.start();
        Customer.await(() -> log.stream().anyMatch(line -> line.contains("Commencing graceful shutdown")));
        weatherIsFine.set();
        assertThat(answers.get(60, TimeUnit.SECONDS)).containsExactly(201, 201, 201);
        Customer.await(() -> log.stream().anyMatch(line -> line.contains("for background work to end")));
        mailGoes.set();
        end.join(TimeUnit.SECONDS.toMillis(60));
        assertThat(end.isAlive()).isFalse();

        System.out.println(String.join("\n", log));
        assertThat(stage.mails).hasSize(Confirmations.ROOM + REQUESTS);
        assertThat(List.copyOf(log).subList(0, 4))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("INFO Commencing graceful shutdown"),
                        line -> assertThat(line).isEqualTo("INFO Graceful shutdown complete"),
                        line -> assertThat(line)
                                .startsWith("INFO Waiting at most 20 s for background work to end: ")
                                .contains("task confirm order 1", "task confirm order 2", "task confirm order 3")
                                .endsWith("worker confirmations (1 in hand, 10 queued)"),
                        line -> assertThat(line).isEqualTo("INFO Background work has ended"));
    }

    private static Receipt receipt(long order) {
        return new Receipt(order, "bob", "Assam", 1, "snail", 650);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
