package io.github.corio.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.waitFor;

import io.github.corio.Outcome;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** Asks the couriers, who have a service of their own, which is slow and fails at times. */
@Component
class Couriers {
    private static final Logger LOG = LoggerFactory.getLogger(Couriers.class);

    private final WebClient client;
    private final Duration limit;

    Couriers(CourierService service, ShopSettings settings) {
        client = WebClient.create("http://localhost:" + service.port());
        limit = settings.couriers().limit();
    }

    /** The cheapest of the quotes that have come in time. Empty if none has: then the order goes without. */
    Mono<Quote> cheapest(long order) {
        return async(() -> {
                    List<Mono<Quote>> questions = CourierService.NAMES.stream()
                            .map(courier -> ask(courier, order))
                            .toList();
                    Quote best = null;
                    for (Outcome<Quote> answer : awaitSingle(gatherOutcomes(questions))) { // all at the same time
                        if (answer instanceof Outcome.Failure<Quote> failure) {
                            LOG.info(
                                    "No quote for order {}: {}",
                                    order,
                                    failure.error().getMessage());
                            continue;
                        }
                        Quote quote = answer.get();
                        if (quote != null && (best == null || quote.price() < best.price())) {
                            best = quote;
                        }
                    }
                    return best;
                })
                .named("couriers of order " + order);
    }

    private Mono<Quote> ask(String courier, long order) {
        Mono<Quote> answer = client.get()
                .uri("/couriers/{courier}/quote?order={order}", courier, order)
                .retrieve()
                .bodyToMono(Quote.class);
        return async(() -> awaitSingle(waitFor(answer, limit))).named("ask " + courier);
    }
}
