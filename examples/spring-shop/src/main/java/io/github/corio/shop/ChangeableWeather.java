package io.github.corio.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Up to a second late, and one of eight does not get through. */
@Component
class ChangeableWeather implements Weather {
    @Override
    public Mono<Void> pass(String courier) {
        return async(() -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            await(sleep(Duration.ofMillis(random.nextInt(50, 1000))));
            if (random.nextInt(8) == 0) {
                throw new ResponseStatusException(
                        HttpStatus.SERVICE_UNAVAILABLE, "The road of " + courier + " is closed");
            }
        });
    }
}
