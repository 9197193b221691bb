package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;

import io.github.corio.AsyncFuture;
import io.github.corio.CancelledError;
import io.github.corio.Coroutine;
import io.github.corio.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/** The code that the documentation shows; see SnippetsTest. */
final class Snippets {
    private Snippets() {}

    // snippet: first
    static Coroutine<String> fetch(String name, Duration latency) {
        return async(() -> {
            System.out.println("asking " + name);
            await(sleep(latency)); // suspends; no thread is blocked
            return name + " has answered";
        });
    }

    static Coroutine<Void> mainCoroutine() {
        return async(() -> {
            Task<String> prices = createTask(fetch("prices", Duration.ofMillis(300))); // runs from now on
            Tuple2<String, String> others = awaitSingle(
                    gather(fetch("inventory", Duration.ofMillis(200)), fetch("reviews", Duration.ofMillis(100))));
            System.out.println(others + " and " + await(prices)); // 300 ms after the start
        });
    }

    public static void main(String... args) {
        run(mainCoroutine());
    }
    // end

    record User(String id) {}

    record Order(int price) {}

    /** Something reactive that an application has already. */
    interface Repository {
        Mono<User> find(String id);

        Flux<Order> orders(User user);
    }

    // snippet: reactor
    static Mono<Integer> total(Repository repository, String id) {
        // A Mono: return it from a controller, compose it, retry it.
        return async(() -> {
            User user = await(repository.find(id)); // null if it is empty
            if (user == null) {
                return 0;
            }
            int total = 0;
            for (Order order : awaitSingle(repository.orders(user).collectList())) {
                total += order.price();
            }
            return total;
        });
    }

    static Mono<Integer> totalOrNothing(Repository repository, String id) {
        return total(repository, id)
                .timeout(Duration.ofSeconds(2)) // Reactor's operators: the body is cancelled, its finally runs
                .onErrorReturn(0);
    }
    // end

    // snippet: cancel
    static Coroutine<Void> patient() {
        return async(() -> {
            try {
                await(sleep(Duration.ofHours(1)));
            } catch (CancelledError e) { // an Error, as in Python: catch (Exception e) does not swallow a cancel
                System.out.println("cancelled");
                throw e;
            } finally {
                await(sleep(Duration.ofMillis(10))); // cleaning up may take its time
            }
        });
    }
    // end

    /** A client as callbacks have it. */
    interface CallbackClient {
        void get(String key, BiConsumer<? super String, ? super Throwable> whenDone);

        CompletableFuture<String> getLater(String key);
    }

    // snippet: callbacks
    static Mono<String> lookUp(CallbackClient client, String key) {
        return async(() -> {
            AsyncFuture<String> answer = new AsyncFuture<>(); // of the running loop; set from any thread
            client.get(key, (value, error) -> {
                if (error != null) { // one that comes after a cancel does no harm
                    answer.trySetException(error);
                } else {
                    answer.trySetResult(value);
                }
            });
            return await(answer);
        });
    }

    static Mono<String> lookUpAndRead(CallbackClient client, Path path) {
        return async(() -> {
            String key = await(client.getLater("key")); // a CompletionStage; a cancel of the task cancels it
            String file = awaitThrowing(toThread(() -> Files.readString(path)), IOException.class); // a blocking call
            return key + file;
        });
    }
    // end

    // snippet: iteration
    static Flux<Integer> runningTotal(Flux<Order> orders) {
        return generate(out -> {
            int total = 0;
            for (Order order : each(orders)) { // requests as it goes; errors come out of the loop
                total += order.price();
                out.emit(total); // suspends until somebody wants it
            }
        });
    }
    // end
}
