package io.github.corio.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;

import io.github.corio.micrometer.CorioMetrics;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.spring.BackgroundTasks;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The worker that mails confirmations. */
@Component
class Confirmations {
    static final int ROOM = 10;

    private final AsyncQueue<Receipt> receipts = new AsyncQueue<>(ROOM);
    private final MailServer mails;
    private final Orders orders;
    private final Feed feed;

    Confirmations(BackgroundTasks background, MailServer mails, Orders orders, Feed feed, CorioMetrics metrics) {
        this.mails = mails;
        this.orders = orders;
        this.feed = feed;
        background.worker("confirmations", receipts, this::confirm);
        CorioMetrics unused = metrics.queue("confirmations", receipts);
    }

    /** Completes when there is room in the queue. */
    Mono<Void> add(Receipt receipt) {
        return receipts.put(receipt);
    }

    private Mono<Void> confirm(Receipt receipt) {
        return async(() -> {
            await(mails.send(receipt.customer(), "Your order " + receipt.order() + " is on its way"));
            await(orders.confirm(receipt.order()));
            feed.changed();
        });
    }
}
