package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.each;

import io.github.corio.Coroutine;
import io.github.corio.bridge.AsyncLazy;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** The code that docs/sharing.md shows: each thing as it is right, and as it is wrong. */
final class SharingSnippets {
    private SharingSnippets() {}

    /** A balance that is kept elsewhere. */
    interface Store {
        Mono<Integer> read();

        Mono<Void> write(int balance);
    }

    // snippet: lock-wrong
    static Mono<Boolean> withdrawWrong(Store account, int amount) {
        return async(() -> {
            int balance = awaitSingle(account.read()); // another request reads the same balance here
            if (balance < amount) {
                return false;
            }
            await(account.write(balance - amount));
            return true;
        });
    }
    // end

    // snippet: lock-right
    static Mono<Boolean> withdraw(AsyncLock lock, Store account, int amount) {
        return lock.withLock(async(() -> {
            int balance = awaitSingle(account.read());
            if (balance < amount) {
                return false;
            }
            await(account.write(balance - amount));
            return true;
        }));
    }
    // end

    // snippet: limit-wrong
    static <T> Mono<T> limitedWrong(AsyncSemaphore connections, Mono<T> call) {
        return async(() -> {
            await(connections.acquire());
            T answer = await(call); // an error or a cancel leaves here with the permit
            connections.release();
            return answer;
        });
    }
    // end

    // snippet: limit-right
    static <T> Mono<T> limited(AsyncSemaphore connections, Mono<T> call) {
        return connections.limit(call);
    }
    // end

    // snippet: workers-wrong
    static Coroutine<Void> workWrong(AsyncQueue<String> orders, Consumer<String> handler) {
        return async(() -> {
            while (!orders.isEmpty()) { // empty for a moment, and the worker is gone
                handler.accept(await(orders.get()));
            }
        });
    }
    // end

    // snippet: workers-right
    static Coroutine<Void> work(AsyncQueue<String> orders, Consumer<String> handler) {
        return async(() -> {
            for (String order : each(orders.asFlux(), 1)) { // until the queue is shut down and empty
                handler.accept(order);
            }
        });
    }
    // end

    // snippet: load-wrong
    static final class PricesWrong {
        private final Map<String, Integer> known = new ConcurrentHashMap<>();
        private final Function<String, Mono<Integer>> load;

        PricesWrong(Function<String, Mono<Integer>> load) {
            this.load = load;
        }

        Mono<Integer> price(String product) {
            return async(() -> {
                Integer price = known.get(product);
                if (price == null) { // a hundred requests see this before the first answer
                    price = awaitSingle(load.apply(product));
                    known.put(product, price);
                }
                return price;
            });
        }
    }
    // end

    // snippet: load-right
    static final class Prices {
        private final Map<String, AsyncLazy<Integer>> known = new ConcurrentHashMap<>();
        private final Function<String, Mono<Integer>> load;

        Prices(Function<String, Mono<Integer>> load) {
            this.load = load;
        }

        Mono<Integer> price(String product) {
            return known.computeIfAbsent(product, key -> AsyncLazy.of(load.apply(key)))
                    .get();
        }
    }
    // end
}
