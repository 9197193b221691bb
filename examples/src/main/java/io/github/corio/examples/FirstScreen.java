package io.github.corio.examples;

import static io.github.corio.Asyncio.*;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the README shows first: one method in direct style, and the same in operators. */
final class FirstScreen {
    private final Repository repository;

    FirstScreen(Repository repository) {
        this.repository = repository;
    }

    /** Somebody who may have an account. */
    record User(String id) {}

    /** What somebody has bought. */
    record Order(int price) {}

    /** Something reactive that an application has already. */
    interface Repository {
        Mono<User> find(String id);

        Mono<Integer> credit(User user);

        Flux<Order> orders(User user);
    }

    // snippet: balance
    Mono<Integer> balance(String id) {
        return async(() -> {
            User user = await(repository.find(id)); // suspends; no thread is blocked
            if (user == null) { // an empty Mono gives null
                return 0;
            }
            int total = awaitSingle(repository.credit(user)); // an empty one is an error
            for (Order order : each(repository.orders(user))) {
                total -= order.price();
            }
            return total;
        });
    }
    // end

    /** The same in operators. */
    static final class InOperators {
        private final Repository repository;

        InOperators(Repository repository) {
            this.repository = repository;
        }

        // snippet: balance-operators
        Mono<Integer> balance(String id) {
            return repository
                    .find(id)
                    .flatMap(user -> repository
                            .credit(user)
                            .flatMap(credit -> repository
                                    .orders(user)
                                    .map(Order::price)
                                    .reduce(credit, (total, price) -> total - price)))
                    .defaultIfEmpty(0);
        }
        // end
    }
}
