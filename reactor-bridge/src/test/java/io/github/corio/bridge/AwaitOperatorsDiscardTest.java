package io.github.corio.bridge;

import static io.github.corio.Asyncio.await;
import static io.github.corio.bridge.AwaitOperators.filterAwait;
import static io.github.corio.bridge.AwaitOperators.mapAwait;
import static io.github.corio.bridge.AwaitOperators.mapAwaitUnordered;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.bridge.AwaitOperators.AwaitFunction;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What becomes of the values and results that are under way when the end comes: each is had by one, or discarded once. */
class AwaitOperatorsDiscardTest {
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final EventLoop loop = EventLoop.on(time);
    private final List<Object> taken = new ArrayList<>();
    private final List<Object> got = new ArrayList<>();
    private final List<Object> discarded = new ArrayList<>();
    private final Sinks.Empty<Void> never = Sinks.empty();

    enum Operator {
        MAP {
            @Override
            <T> Function<Flux<T>, Flux<T>> of(AwaitFunction<T, T> function) {
                return mapAwait(3, function);
            }
        },
        MAP_UNORDERED {
            @Override
            <T> Function<Flux<T>, Flux<T>> of(AwaitFunction<T, T> function) {
                return mapAwaitUnordered(3, function);
            }
        },
        FILTER {
            @Override
            <T> Function<Flux<T>, Flux<T>> of(AwaitFunction<T, T> function) {
                return filterAwait(3, value -> function.apply(value) != null);
            }
        };

        abstract <T> Function<Flux<T>, Flux<T>> of(AwaitFunction<T, T> function);
    }

    @AfterEach
    void close() {
        loop.dispose();
        time.dispose();
    }

    private BaseSubscriber<Integer> subscribe(
            Flux<Integer> source, Operator operator, AwaitFunction<Integer, Integer> f) {
        return subscribe(source, operator, f, Long.MAX_VALUE);
    }

    private BaseSubscriber<Integer> subscribe(
            Flux<Integer> source, Operator operator, AwaitFunction<Integer, Integer> f, long demand) {
        BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                if (demand > 0) {
                    subscription.request(demand);
                }
            }

            @Override
            protected void hookOnNext(Integer value) {
                got.add(value);
            }

            @Override
            protected void hookOnError(Throwable error) {
                got.add(error.getMessage());
            }
        };
        source.transform(operator.of(value -> {
                    taken.add(value);
                    return f.apply(value);
                }))
                .doOnDiscard(Integer.class, discarded::add)
                .contextWrite(context -> context.put(EventLoop.CONTEXT_KEY, loop))
                .subscribe(subscriber);
        return subscriber;
    }

    private void pass() {
        time.advanceTimeBy(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @EnumSource
    void aValueWhoseCallHasNotBegunIsDiscarded(Operator operator) {
        loop.callSoon(
                () -> { // on the loop, where nothing runs at once
                    BaseSubscriber<Integer> subscriber = subscribe(Flux.just(1, 2), operator, value -> value);
                    subscriber.cancel();
                    subscriber.cancel();
                });
        pass();
        assertThat(taken).isEmpty();
        assertThat(discarded).containsExactlyInAnyOrder(1, 2);
        assertThat(got).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aResultThatIsNotAskedForIsDiscarded(Operator operator) {
        BaseSubscriber<Integer> subscriber = subscribe(Flux.just(1, 2, 3), operator, value -> value, 0);
        pass();
        assertThat(taken).containsExactly(1, 2, 3);
        assertThat(discarded).isEmpty();
        subscriber.cancel();
        pass();
        assertThat(discarded).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(got).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aValueThatItsCallHoldsIsTheFunctions(Operator operator) {
        BaseSubscriber<Integer> subscriber = subscribe(Flux.just(1, 2), operator, value -> {
            await(never.asMono());
            return value;
        });
        pass();
        subscriber.cancel();
        pass();
        assertThat(taken).containsExactly(1, 2);
        if (operator == Operator.FILTER) { // which only looks at it
            assertThat(discarded).containsExactlyInAnyOrder(1, 2);
        } else {
            assertThat(discarded).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatThrowsEndsTheOthers(Operator operator) {
        BaseSubscriber<Integer> unused = subscribe(Flux.just(1, 2, 3), operator, value -> {
            if (value == 2) {
                throw new IllegalStateException("two");
            }
            await(never.asMono());
            return value;
        });
        pass();
        assertThat(got).containsExactly("two");
        if (operator == Operator.FILTER) {
            assertThat(discarded).contains(1, 2).doesNotHaveDuplicates();
        } else {
            assertThat(discarded).doesNotContain(1, 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSourceThatFailsEndsTheCalls(Operator operator) {
        Flux<Integer> source = Flux.concat(Flux.just(1), Mono.error(new IllegalStateException("source")));
        loop.callSoon(() -> {
            BaseSubscriber<Integer> unused = subscribe(source, operator, value -> value);
        });
        pass();
        assertThat(got).contains("source");
        assertThat(taken.isEmpty() ? discarded : taken).containsExactly(1);
    }

    @ParameterizedTest
    @EnumSource
    void aSourceThatThrowsEndsTheFlux(Operator operator) {
        Flux<Integer> source = Flux.from(subscriber -> {
            throw new IllegalStateException("subscribe");
        });
        BaseSubscriber<Integer> unused = subscribe(source, operator, value -> value);
        pass();
        assertThat(got).containsExactly("subscribe");
    }

    @Test
    void whatAFilterDoesNotKeepIsDiscarded() {
        BaseSubscriber<Integer> unused =
                subscribe(Flux.range(1, 6), Operator.FILTER, value -> value % 2 == 0 ? value : null);
        pass();
        assertThat(got).containsExactly(2, 4, 6);
        assertThat(discarded).containsExactly(1, 3, 5);
    }
}
