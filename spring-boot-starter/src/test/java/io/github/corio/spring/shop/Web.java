package io.github.corio.spring.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.timeout;

import io.github.corio.Coroutine;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@RestController
public class Web {
    private static final AtomicInteger CLOSED = new AtomicInteger();

    private final Orders orders;

    Web(Orders orders) {
        this.orders = orders;
    }

    /** How many streams were closed. */
    public static int closed() {
        return CLOSED.get();
    }

    record NewOrder(@NotEmpty List<@NotBlank String> products) {}

    // snippet: boot-controller
    @PostMapping("/orders")
    Coroutine<String> place(@Valid @RequestBody Mono<NewOrder> request) {
        return async(() -> {
            NewOrder order = awaitSingle(request); // validated: an invalid one throws, and is answered by 400
            int count = awaitSingle(orders.place(order.products()));
            return "placed " + count;
        });
    }
    // end

    @PostMapping("/orders/eager")
    Coroutine<String> placeEagerly(@Valid @RequestBody NewOrder order) {
        return async(() -> "placed " + awaitSingle(orders.place(order.products())));
    }

    @DeleteMapping("/mine/orders")
    Mono<String> deleteAll() {
        return async(() -> "deleted " + (awaitSingle(orders.deleteAll()) >= 0));
    }

    @GetMapping("/late")
    Mono<String> late() {
        return timeout(Duration.ofMillis(5), limit -> await(Mono.<String>never()));
    }

    // snippet: boot-user
    @GetMapping("/mine/name")
    Mono<String> name() {
        return async(() -> awaitSingle(user()).getName());
    }

    static Mono<Authentication> user() {
        return ReactiveSecurityContextHolder.getContext().map(context -> context.getAuthentication());
    }
    // end

    /** The user before and after waits, in tasks, and on another thread. */
    @GetMapping("/mine/names")
    Mono<List<String>> names() {
        return async(() -> {
            String first = awaitSingle(user()).getName();
            await(sleep(Duration.ofMillis(2)));
            String second =
                    awaitSingle(user().subscribeOn(Schedulers.boundedElastic())).getName();
            var inTasks = awaitSingle(gather(name(), async(() -> {
                await(sleep(Duration.ofMillis(1)));
                return await(name());
            })));
            return List.of(first, second, inTasks.getT1(), inTasks.getT2());
        });
    }

    // snippet: boot-sse
    @GetMapping(path = "/prices", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<Integer> prices() {
        return generate(out -> {
            try {
                for (int price = 1; ; price++) {
                    out.emit(price); // suspends until the client wants it
                    await(sleep(Duration.ofMillis(1)));
                }
            } finally {
                CLOSED.incrementAndGet(); // the client has gone away
            }
        });
    }
    // end

    // snippet: boot-websocket
    @Bean
    static HandlerMapping sockets() {
        WebSocketHandler echo = session -> async(() -> {
            for (String said : each(session.receive().map(message -> message.getPayloadAsText()))) {
                await(session.send(Mono.just(session.textMessage(said + "!"))));
            }
        });
        return new SimpleUrlHandlerMapping(Map.of("/echo", echo), -1);
    }
    // end
}
