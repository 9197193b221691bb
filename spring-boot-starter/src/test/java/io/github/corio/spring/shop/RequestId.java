package io.github.corio.spring.shop;

import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

// snippet: boot-request-id
/** Puts the id of the request into the Context, from where corio.mdc-keys=requestId brings it into the MDC of every coroutine. */
@Component
class RequestId implements WebFilter {
    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String id = exchange.getRequest().getId();
        return chain.filter(exchange).contextWrite(context -> context.put("requestId", id));
    }
}
// end
