package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.examples.FirstScreen.Order;
import io.github.corio.examples.FirstScreen.Repository;
import io.github.corio.examples.FirstScreen.User;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class FirstScreenTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Repository repository = new Repository() {
        @Override
        public Mono<User> find(String id) {
            return id.equals("nobody") ? Mono.empty() : Mono.just(new User(id));
        }

        @Override
        public Mono<Integer> credit(User user) {
            return Mono.delay(Duration.ofMillis(1)).thenReturn(100);
        }

        @Override
        public Flux<Order> orders(User user) {
            return Flux.just(new Order(30), new Order(12));
        }
    };

    @ParameterizedTest(name = "{0} has {1}, in both forms")
    @CsvSource({"ann, 58", "nobody, 0"})
    void bothFormsAgree(String id, int balance) {
        assertThat(new FirstScreen(repository).balance(id).block(LIMIT)).isEqualTo(balance);
        assertThat(new FirstScreen.InOperators(repository).balance(id).block(LIMIT))
                .isEqualTo(balance);
    }
}
