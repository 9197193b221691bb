package io.github.corio.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;

import java.util.List;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A second service, in this JVM for the sake of the example: quotes of couriers, on a port of its own. */
@Component
class CourierService implements DisposableBean {
    static final List<String> NAMES = List.of("swift", "steady", "snail");

    private final Weather weather;
    private final DisposableServer server;

    CourierService(Weather weather, ShopSettings settings) {
        this.weather = weather;
        var routes = RouterFunctions.route()
                .GET("/couriers/{courier}/quote", this::quote)
                .build();
        server = HttpServer.create()
                .host("localhost")
                .port(settings.couriers().port())
                .handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(routes)))
                .bindNow();
    }

    private Mono<ServerResponse> quote(ServerRequest request) {
        String courier = request.pathVariable("courier");
        return async(() -> {
                    await(weather.pass(courier));
                    int price = 700 - 200 * NAMES.indexOf(courier); // the slower, the cheaper
                    return awaitSingle(ServerResponse.ok().bodyValue(new Quote(courier, price)));
                })
                .named("quote of " + courier);
    }

    int port() {
        return server.port();
    }

    @Override
    public void destroy() {
        server.disposeNow();
    }
}
