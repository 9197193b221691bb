package io.github.corio.spring;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.Coroutine;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Mono;

/** Methods that Spring calls by itself and that return a coroutine: Spring subscribes to it. */
class AnnotatedMethodsTest {
    record Placed(String order) {}

    record Confirmed(String order) {}

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Methods {
        final CountDownLatch ticks = new CountDownLatch(3);
        final CountDownLatch confirmed = new CountDownLatch(1);
        final Queue<String> seen = new ConcurrentLinkedQueue<>();

        // snippet: boot-scheduled
        @Scheduled(fixedDelay = 5)
        Coroutine<Void> tick() {
            return async(() -> {
                await(sleep(Duration.ofMillis(1)));
                ticks.countDown();
            });
        }
        // end

        // snippet: boot-event
        @EventListener
        Coroutine<Confirmed> confirm(Placed event) {
            return async(() -> {
                await(sleep(Duration.ofMillis(1)));
                return new Confirmed(event.order()); // published as an event in turn
            });
        }
        // end

        @EventListener
        void heard(Confirmed event) {
            seen.add(event.order());
            confirmed.countDown();
        }
    }

    @EnableAsync
    static class Asynchronous {
        @Async
        public Mono<Void> refused() {
            return Mono.empty();
        }
    }

    @Test
    void scheduledMethodsAndEventListenersAreSubscribedTo() throws Exception {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(
                        Methods.class, Asynchronous.class, CorioAutoConfiguration.class)
                .web(WebApplicationType.NONE)
                .run()) {
            Methods methods = context.getBean(Methods.class);
            assertThat(methods.ticks.await(60, TimeUnit.SECONDS)).isTrue();
            context.publishEvent(new Placed("one"));
            assertThat(methods.confirmed.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(methods.seen).containsExactly("one");
            Asynchronous asynchronous = context.getBean(Asynchronous.class);
            assertThatThrownBy(asynchronous::refused)
                    .as("@Async with a Mono of any kind")
                    .hasMessageContaining("only Future and void");
        }
    }
}
