package io.github.corio.examples.webflux;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.timeout;

import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.Permit;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.util.function.Tuple2;

/**
 * A shop, as a WebFlux application whose handlers are coroutines. Each request is a task on a loop of its own; the semaphore is
 * shared by all of them.
 */
final class Shop implements AutoCloseable {
    /** The key in the Context, in the MDC, and the name of the header. */
    static final String REQUEST_ID = "requestId";

    static final int LOOK_UPS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Shop.class);

    private final Backend backend;
    private final AsyncSemaphore lookUps = new AsyncSemaphore(LOOK_UPS);
    private final DisposableServer server;

    /** The services behind the shop: reactive, as clients for WebFlux are. */
    interface Backend {
        Mono<String> customer(String token);

        Mono<Integer> price(String product);

        Mono<Integer> stock(String product);

        /** Ends when the price changes, which may take hours. */
        Mono<Integer> nextPrice(String product);

        Mono<Void> forget(String product);
    }

    /** Starts it on a free port. */
    Shop(Backend backend) {
        this.backend = backend;
        HandlerStrategies strategies =
                HandlerStrategies.builder().webFilter(new RequestId()).build();
        server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(routes(), strategies)))
                .bindNow();
    }

    private RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET("/products/{product}", this::product)
                .GET("/products/{product}/next-price", this::nextPrice)
                .build();
    }

    // snippet: webflux
    Mono<ServerResponse> product(ServerRequest request) {
        return async(
                () -> { // a task of its own, on a loop of its own
                    String product = request.pathVariable("product");
                    LOG.info("{} is asked for", product);
                    String customer = await(backend.customer(request.headers().firstHeader("token")));
                    LOG.info("{} is asked for by {}", product, customer);
                    try (Permit held = await(lookUps.acquire())) { // shared by all requests
                        Tuple2<Integer, Integer> found = awaitSingle(timeout(
                                Duration.ofSeconds(3),
                                limit -> awaitSingle(gather(backend.price(product), backend.stock(product)))));
                        LOG.info("{} is answered", product);
                        return answer(HttpStatus.OK, found.getT2() + " left at " + found.getT1() + " for " + customer);
                    } catch (Exception e) {
                        LOG.info("{} is not answered: {}", product, e.toString());
                        return answer(
                                e instanceof TimeoutException ? HttpStatus.GATEWAY_TIMEOUT : HttpStatus.BAD_GATEWAY,
                                "");
                    }
                });
    }
    // end

    Mono<ServerResponse> nextPrice(ServerRequest request) {
        return async(() -> {
            String product = request.pathVariable("product");
            try {
                return answer(HttpStatus.OK, "now " + await(backend.nextPrice(product)));
            } finally { // also if the client goes away
                await(backend.forget(product));
                LOG.info("{} is forgotten", product);
            }
        });
    }

    private static ServerResponse answer(HttpStatus status, String text) {
        return awaitSingle(ServerResponse.status(status).bodyValue(text));
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.disposeNow();
    }

    /** Puts the id of the request into the Context, from where it gets into the MDC of every coroutine. */
    private static final class RequestId implements WebFilter {
        @Override
        public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
            String id = exchange.getRequest().getHeaders().getFirst(REQUEST_ID);
            return chain.filter(exchange).contextWrite(context -> id == null ? context : context.put(REQUEST_ID, id));
        }
    }
}
