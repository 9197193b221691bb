package io.github.corio.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.awaitSingle;

import io.github.corio.Task;
import io.github.corio.spring.BackgroundTasks;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** An order, and what follows from it. */
@Component
class Checkout {
    private final Orders orders;
    private final Confirmations confirmations;
    private final BackgroundTasks background;
    private final Feed feed;

    Checkout(Orders orders, Confirmations confirmations, BackgroundTasks background, Feed feed) {
        this.orders = orders;
        this.confirmations = confirmations;
        this.background = background;
        this.feed = feed;
    }

    Mono<Receipt> order(String customer, NewOrder order) {
        return async(() -> {
            Receipt receipt = awaitSingle(orders.place(customer, order)); // committed from here on
            feed.changed();
            // The customer does not wait until there is room in the queue.
            Task<Void> unused = background.start("confirm order " + receipt.order(), confirmations.add(receipt));
            return receipt;
        });
    }
}
