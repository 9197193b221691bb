package io.github.corio.spring.start;

import java.time.Duration;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

// snippet: start-warehouse
@Service
public class Warehouse {
    /** Takes 200 ms, as a remote service would. Empty if there is no such product. */
    public Mono<Integer> price(String product) {
        return product.equals("tea") ? Mono.just(250).delayElement(Duration.ofMillis(200)) : Mono.empty();
    }

    /** Takes 300 ms. */
    public Mono<Integer> stock(String product) {
        return Mono.just(7).delayElement(Duration.ofMillis(300));
    }
}
// end
