package io.github.corio.shop;

import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Puts the id of the request into the Context, from where corio.mdc-keys brings it into the log lines of coroutines. */
@Component
class RequestId implements WebFilter {
    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String id = exchange.getRequest().getId();
        return chain.filter(exchange).contextWrite(context -> context.put("requestId", id));
    }
}
