package sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class OrdersTest {
    private final Orders orders = new Orders((product, found, failed) -> {
        if (product.endsWith("9")) {
            failed.accept(new IllegalArgumentException(product));
        } else {
            found.accept(product.length() - 8);
        }
    });

    @Test
    void orders() {
        assertEquals("product12: 1", orders.order(12).block());
        assertEquals("unknown", orders.order(9).block());
        assertThrows(IllegalStateException.class, () -> orders.order(1).block());
        assertThrows(IllegalStateException.class, () -> orders.order(0).block());
    }

    @Test
    void both() {
        assertEquals("product1 and product2", orders.two(1, 2).block());
    }

    @Test
    void all() {
        assertEquals(
                List.of("product10", "product121"),
                orders.all(Flux.just(12, 1, 0)).sort().collectList().block());
    }

    @Test
    void length() {
        assertEquals(4, orders.length(CompletableFuture.completedFuture("abc")).join());
    }

    @Test
    void later() {
        StepVerifier.withVirtualTime(() -> Mono.just("late").delayElement(Duration.ofHours(1)))
                .thenAwait(Duration.ofHours(1))
                .expectNext("late")
                .verifyComplete();
    }
}
