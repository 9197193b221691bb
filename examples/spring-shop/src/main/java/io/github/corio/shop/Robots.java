package io.github.corio.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Coroutine;
import io.github.corio.spring.BackgroundTasks;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.stereotype.Component;

/** Customers who order by themselves, so that there is something to see. */
@Component
class Robots {
    private final Checkout checkout;
    private final Products products;
    private final Feed feed;

    Robots(BackgroundTasks background, ShopSettings settings, Checkout checkout, Products products, Feed feed) {
        this.checkout = checkout;
        this.products = products;
        this.feed = feed;
        for (int i = 1; i <= settings.robots(); i++) {
            background.supervise("robot-" + i, shopping("robot-" + i));
        }
    }

    /** Any error restarts it, after a delay. The shutdown cancels it. */
    private Coroutine<Void> shopping(String name) {
        return async(() -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            while (true) {
                await(sleep(Duration.ofMillis(random.nextInt(500, 4000))));
                NewOrder order = new NewOrder(random.nextInt(1, 6), random.nextInt(1, 6));
                try {
                    await(checkout.order(name, order));
                } catch (SoldOutException e) {
                    await(sleep(Duration.ofSeconds(3)));
                    await(products.add(order.product(), 40));
                    feed.changed();
                }
            }
        });
    }
}
