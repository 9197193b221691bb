package io.github.corio.spring.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.each;

import io.github.corio.spring.BackgroundTasks;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A service that is supervised. */
@Component
class PriceFeed {
    static final AtomicInteger SEEN = new AtomicInteger();

    // snippet: boot-service-supervised
    PriceFeed(BackgroundTasks background) {
        background.supervise("price feed", async(() -> {
            for (int price : each(subscribeToPrices())) {
                await(store(price)); // an error, of the source or of this, restarts the whole
            }
        }));
    }
    // end

    private static Flux<Integer> subscribeToPrices() {
        return Flux.range(1, 3).concatWith(Mono.never());
    }

    private static Mono<Void> store(int price) {
        return Mono.fromRunnable(() -> SEEN.addAndGet(price));
    }
}
