package sample;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.bridge.From;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;

/** What things cost. */
final class Prices {
    private Prices() {}

    static Mono<Integer> price(int net) {
        return async(() -> {
            await(sleep(Duration.ofMinutes(1)));
            return net + await(From.completionStage(() -> CompletableFuture.completedFuture(net / 5), From.OnCancel.CANCEL_SOURCE));
        });
    }
}
