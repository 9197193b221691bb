package io.github.corio.shop;

import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.generate;

import io.github.corio.sync.AsyncEvent;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** The state of the shop, as often as it changes and its reader keeps up. A slow reader misses what lies between: nothing is piled up for it. */
@Component
class Feed {
    private static final int LINES = 8;

    private final Products products;
    private final Orders orders;
    private volatile AsyncEvent change = new AsyncEvent();

    Feed(Products products, Orders orders) {
        this.products = products;
        this.orders = orders;
    }

    /** The state of one moment. */
    record State(List<Product> products, List<Orders.Line> orders) {}

    /** Wakes all streams. From any thread. */
    void changed() {
        AsyncEvent now;
        synchronized (this) {
            now = change;
            change = new AsyncEvent();
        }
        now.set();
    }

    Flux<State> states() {
        return generate(out -> {
            while (true) {
                AsyncEvent next = change; // before the queries: what changes during them wakes this again
                out.emit(new State(
                        awaitSingle(products.all().collectList()),
                        awaitSingle(orders.last(LINES).collectList())));
                await(next.waitUntilSet());
            }
        });
    }
}
