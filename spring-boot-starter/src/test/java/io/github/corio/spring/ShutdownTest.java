package io.github.corio.spring;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.Task;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncEvent;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The shutdown of a real application with work of all kinds under way. */
class ShutdownTest {
    private static final long SECONDS = 60;
    private static final int QUEUED = 10;

    /** What happens, in the order in which it does. */
    private static final Queue<String> EVENTS = new ConcurrentLinkedQueue<>();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Application {
        final CountDownLatch arrived = new CountDownLatch(3);
        final CountDownLatch inHand = new CountDownLatch(1);
        final CountDownLatch serviceEnded = new CountDownLatch(1);
        final AsyncEvent requestsMayGoOn = new AsyncEvent();
        final AsyncEvent workerMayGoOn = new AsyncEvent();
        final AsyncQueue<String> queue = new AsyncQueue<>(QUEUED);
        private volatile Audits audits;

        @GetMapping("/order")
        Mono<String> order(@RequestParam String id) {
            return async(() -> {
                arrived.countDown();
                await(requestsMayGoOn.waitUntilSet());
                Object unused = audits.begin(id, queue);
                EVENTS.add("answered");
                return id;
            });
        }

        @Bean
        Audits audits(BackgroundTasks background, DatabaseClient database) {
            background.worker(
                    "mailer",
                    queue,
                    item -> async(() -> {
                        inHand.countDown();
                        await(workerMayGoOn.waitUntilSet());
                        EVENTS.add("handled " + item);
                    }));
            background.supervise("poller", async(() -> {
                try {
                    await(Mono.never());
                } finally {
                    await(sleep(Duration.ofMillis(20)));
                    EVENTS.add("poller cleaned up");
                    serviceEnded.countDown();
                }
            }));
            audits = new Audits(background, database);
            return audits;
        }

        @Bean
        SecurityWebFilterChain open(ServerHttpSecurity http) {
            return http.authorizeExchange(paths -> paths.anyExchange().permitAll())
                    .build();
        }
    }

    /** Destroyed before the pool of connections, which it needs. */
    record Audits(BackgroundTasks background, DatabaseClient database) implements DisposableBean {
        Task<Void> begin(String id, AsyncQueue<String> queue) {
            return background.start("audit-" + id, audit("order " + id, queue));
        }

        private Mono<Void> audit(String entry, AsyncQueue<String> queue) {
            return async(() -> {
                await(queue.put("mail of " + entry)); // waits: the queue is full
                await(database.sql("insert into audit(entry) values(:entry)")
                        .bind("entry", entry)
                        .then());
                EVENTS.add("audited");
            });
        }

        @Override
        public void destroy() {
            List<String> audited = database.sql("select entry from audit order by entry")
                    .map(row -> row.get(0, String.class))
                    .all()
                    .collectList()
                    .block(Duration.ofSeconds(SECONDS));
            EVENTS.add("the pool is still open, and has " + audited);
        }
    }

    @Test
    void nothingIsLostAndEachHasItsTurn() throws Exception {
        EVENTS.clear();
        ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.REACTIVE)
                .properties("server.port=0", "server.shutdown=graceful", "corio.background.shutdown-timeout=25s")
                .run();
        try {
            shutsDownInOrder(application);
        } finally {
            application.close(); // does nothing, unless the test has failed before
        }
    }

    private static void shutsDownInOrder(ConfigurableApplicationContext application) throws Exception {
        Application test = application.getBean(Application.class);
        int port = application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        Lines lines = Lines.listen();
        WebClient client = WebClient.create("http://127.0.0.1:" + port);
        CompletableFuture<List<String>> answers = Flux.range(1, 3)
                .flatMap(id -> client.get().uri("/order?id=" + id).retrieve().bodyToMono(String.class))
                .sort()
                .collectList()
                .toFuture();
        assertThat(test.arrived.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        test.queue.putNowait("mail 0");
        assertThat(test.inHand.await(SECONDS, TimeUnit.SECONDS)).isTrue(); // the worker has the first
        List<String> handled = new ArrayList<>(List.of("handled mail 0"));
        for (int i = 1; i <= QUEUED; i++) {
            test.queue.putNowait("mail " + i);
            handled.add("handled mail " + i);
        }
        assertThat(test.queue.isFull()).isTrue();

        Thread shutdown = new Thread(application::close);
        shutdown.start();
        awaitThatNobodyConnects(port);
        assertThat(test.serviceEnded.getCount()).isEqualTo(1); // its turn comes when the requests are answered
        assertThat(answers).isNotDone();
        test.requestsMayGoOn.set();
        assertThat(answers.get(SECONDS, TimeUnit.SECONDS)).containsExactly("1", "2", "3");
        assertThat(test.serviceEnded.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        test.workerMayGoOn.set();
        shutdown.join(SECONDS * 1000);
        assertThat(shutdown.isAlive()).isFalse();
        lines.close();

        List<String> events = List.copyOf(EVENTS);
        assertThat(events).startsWith("answered", "answered", "answered", "poller cleaned up");
        assertThat(events)
                .endsWith("the pool is still open, and has [order 1, order 2, order 3]")
                .filteredOn(event -> event.startsWith("handled"))
                .hasSize(QUEUED + 4)
                .startsWith(handled.toArray(String[]::new))
                .contains("handled mail of order 1", "handled mail of order 2", "handled mail of order 3");
        assertThat(events).filteredOn(event -> event.equals("audited")).hasSize(3);
        List<String> log = lines.seen().stream()
                .filter(line -> line.contains("raceful shutdown") || line.contains("ackground work"))
                .toList();
        assertThat(log).hasSize(4);
        assertThat(log.get(0)).contains("Commencing graceful shutdown");
        assertThat(log.get(1)).contains("Graceful shutdown complete");
        String begin = "INFO Waiting at most 25 s for background work to end: ";
        assertThat(log.get(2)).startsWith(begin);
        assertThat(log.get(2).substring(begin.length()).split(", (?!\\d+ queued)"))
                .containsExactlyInAnyOrder(
                        "service poller",
                        "task audit-1",
                        "task audit-2",
                        "task audit-3",
                        "worker mailer (1 in hand, 10 queued)");
        assertThat(log.get(3)).isEqualTo("INFO Background work has ended");
    }

    private static void awaitThatNobodyConnects(int port) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < end) {
            try (Socket connected = new Socket(InetAddress.getLoopbackAddress(), port)) {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (ConnectException closed) {
                return;
            }
        }
        throw new AssertionError("the server still takes requests");
    }

    @Configuration(proxyBeanMethods = false)
    static class Stuck {
        final AsyncQueue<Integer> queue = new AsyncQueue<>();
        final AsyncQueue<Integer> idle = new AsyncQueue<>();
        final CountDownLatch inHand = new CountDownLatch(1);

        Stuck(BackgroundTasks background) {
            background.worker("stuck", queue, item -> {
                inHand.countDown();
                return Mono.never();
            });
            background.worker("idle", idle, item -> null);
            Object unused = background.start("forever", async(() -> {
                try {
                    await(Mono.never());
                } finally {
                    await(sleep(Duration.ofMillis(20)));
                    EVENTS.add("cleaned up");
                }
            }));
        }
    }

    @Test
    void whatHasNotEndedInTimeIsCutAndNamed() throws Exception {
        EVENTS.clear();
        ConfigurableApplicationContext application = new SpringApplicationBuilder(
                        Stuck.class, CorioAutoConfiguration.class)
                .web(WebApplicationType.NONE)
                .properties("corio.background.shutdown-timeout=100ms")
                .run();
        try (application;
                Lines lines = Lines.listen()) {
            Stuck stuck = application.getBean(Stuck.class);
            for (int i = 0; i < 3; i++) {
                stuck.queue.putNowait(i);
            }
            assertThat(stuck.inHand.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            application.close();
            assertThat(lines.seen())
                    .contains(
                            "WARN Background work that has not ended within 100 ms is cut: task forever, worker stuck (1"
                                    + " in hand, 2 queued)");
        }
        assertThat(EVENTS).containsExactly("cleaned up");
    }

    @Configuration(proxyBeanMethods = false)
    static class Failing {
        @Bean
        Object fails(BackgroundTasks background) throws InterruptedException {
            CountDownLatch begun = new CountDownLatch(1);
            Object unused = background.start("early", async(() -> {
                begun.countDown();
                try {
                    await(Mono.never());
                } finally {
                    EVENTS.add("ended");
                }
            }));
            assertThat(begun.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void anApplicationThatFailsToStartLeavesNothingBehind() {
        EVENTS.clear();
        SpringApplicationBuilder application =
                new SpringApplicationBuilder(Failing.class, CorioAutoConfiguration.class).web(WebApplicationType.NONE);
        assertThatThrownBy(application::run).hasRootCauseMessage("on purpose");
        Object unused = Flux.interval(Duration.ofMillis(5))
                .filter(tick -> EVENTS.contains("ended"))
                .blockFirst(Duration.ofSeconds(SECONDS));
    }
}
