package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.currentContext;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.bridge.AwaitOperators.filterAwait;
import static io.github.corio.bridge.AwaitOperators.mapAwait;

import io.github.corio.Background;
import io.github.corio.Task;
import io.github.corio.bridge.LoopScheduler;
import io.github.corio.bridge.SingleFlight;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The code that docs/reactor.md shows. */
final class ReactorSnippets {
    private ReactorSnippets() {}

    /** Something reactive that an application has already. */
    interface Users {
        Mono<String> name(int id);

        Mono<Boolean> active(int id);
    }

    // snippet: reactor-operators
    static Flux<String> greetings(Flux<Integer> ids, Users users) {
        return ids.transform(filterAwait(4, id -> Boolean.TRUE.equals(await(users.active(id)))))
                .transform(mapAwait(
                        8,
                        id -> { // eight at a time, results in the order of the ids
                            String name = await(users.name(id));
                            return name == null ? null : "Hello " + name; // null: left out
                        }));
    }
    // end

    // snippet: reactor-context
    static Mono<String> tenant() {
        return async(() -> {
            String before = currentContext().get("tenant");
            await(sleep(Duration.ofMillis(1)));
            String awaited = await(Mono.deferContextual(inner -> Mono.just(inner.<String>get("tenant"))));
            return before + " and still " + awaited; // what the subscriber has put there
        });
    }
    // end

    // snippet: reactor-loop
    static Mono<Integer> countOnTheLoop(Flux<Integer> source) {
        return async(() -> {
            AtomicInteger evens = new AtomicInteger();
            await(source.publishOn(Schedulers.parallel())
                    .publishOn(LoopScheduler.of(EventLoop.current())) // back to where nobody else runs
                    .doOnNext(value -> {
                        if (value % 2 == 0) {
                            evens.set(evens.get() + 1);
                        }
                    })
                    .then());
            return evens.get();
        });
    }
    // end

    // snippet: reactor-background
    static Mono<String> order(Background background, Mono<Void> audit) {
        return async(() -> {
            Task<Void> unused = background.start(audit); // goes on when the request has been answered
            return "accepted";
        });
    }

    static boolean shutDown(Background background) throws InterruptedException {
        boolean ended = background.awaitEnd(Duration.ofSeconds(30)); // lets the work end by itself
        background.close(); // takes no more, and cancels what is left
        return ended;
    }
    // end

    // snippet: reactor-single-flight
    static final class Names {
        private final SingleFlight<Integer, String> flights;

        Names(Users users) {
            flights = new SingleFlight<>(users::name);
        }

        /** However many ask at once, the users are asked once; cancelled when the last one has left. */
        Mono<String> name(int id) {
            return flights.load(id);
        }
    }
    // end
}
