package io.github.corio.spring.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Where mails go. */
@Component
class MailServer {
    static final AtomicInteger SENT = new AtomicInteger();

    Mono<Void> send(String text) {
        return async(() -> {
            await(sleep(Duration.ofMillis(1)));
            SENT.incrementAndGet();
        });
    }
}
