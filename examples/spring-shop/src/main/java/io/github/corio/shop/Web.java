package io.github.corio.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;

import jakarta.validation.Valid;
import java.security.Principal;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the shop answers. */
@RestController
class Web {
    private final Products products;
    private final Orders orders;
    private final Checkout checkout;
    private final Feed feed;

    Web(Products products, Orders orders, Checkout checkout, Feed feed) {
        this.products = products;
        this.orders = orders;
        this.checkout = checkout;
        this.feed = feed;
    }

    @GetMapping("/api/products")
    Flux<Product> products() {
        return products.all();
    }

    @PostMapping("/api/orders")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<Receipt> order(@Valid @RequestBody Mono<NewOrder> body, Principal customer) {
        return async(() -> {
                    NewOrder order = awaitSingle(body); // an invalid one throws here, and is answered by 400
                    return awaitSingle(checkout.order(customer.getName(), order));
                })
                .named("order of " + customer.getName());
    }

    @GetMapping("/api/orders")
    Flux<Orders.Line> orders(Principal customer) {
        return orders.lastOf(customer.getName(), 20);
    }

    /** For administrators, as {@link Security} says. */
    @PostMapping("/api/products/{id}/stock")
    Mono<Product> deliver(@PathVariable int id, @RequestParam int units) {
        return async(() -> {
            await(products.add(id, units));
            feed.changed();
            Product product = await(products.find(id));
            if (product == null) {
                throw new UnknownProductException(id);
            }
            return product;
        });
    }

    @GetMapping(path = "/api/feed", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<Feed.State> feed() {
        return feed.states();
    }

    @ExceptionHandler
    ProblemDetail unknown(UnknownProductException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, e.getMessage());
    }

    @ExceptionHandler
    ProblemDetail soldOut(SoldOutException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, e.getMessage());
    }
}
