package io.github.corio.shop;

import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Takes its time, and throws mails away. */
@Component
class SlowMailServer implements MailServer {
    @Override
    public Mono<Void> send(String to, String text) {
        return sleep(Duration.ofMillis(700));
    }
}
