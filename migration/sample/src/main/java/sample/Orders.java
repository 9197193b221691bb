package sample;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A service as many are. */
public class Orders {
    /** A client with callbacks. */
    public interface Stock {
        void ask(String product, Consumer<Integer> found, Consumer<Throwable> failed);
    }

    private final Stock stock;

    public Orders(Stock stock) {
        this.stock = stock;
    }

    public Mono<Integer> stock(String product) {
        return Mono.create(sink -> stock.ask(product, sink::success, sink::error));
    }

    public Mono<String> product(int id) {
        return id == 0 ? Mono.empty() : Mono.just("product" + id).delayElement(Duration.ofMillis(10));
    }

    public Mono<String> order(int id) {
        return product(id)
                .flatMap(product -> stock(product).filter(left -> left > 0).map(left -> product + ": " + left))
                .switchIfEmpty(Mono.error(new IllegalStateException("none left")))
                .onErrorResume(IllegalArgumentException.class, e -> Mono.just("unknown"));
    }

    public Mono<String> two(int one, int other) {
        return Mono.zip(product(one), product(other)).map(both -> both.getT1() + " and " + both.getT2());
    }

    public Flux<String> all(Flux<Integer> ids) {
        return ids.flatMap(id -> product(id).flatMap(product -> stock(product).map(left -> product + left)), 4);
    }

    public CompletableFuture<Integer> length(CompletableFuture<String> text) {
        return text.thenCompose(found -> CompletableFuture.supplyAsync(found::length)).thenApply(length -> length + 1);
    }
}
