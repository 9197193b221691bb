package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

class DroppedSignalsTest {
    private static final Duration LONG = Duration.ofSeconds(100);

    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());
    private final Virtual virtual = new Virtual();

    @AfterEach
    void close() {
        virtual.close();
        Hooks.resetOnErrorDropped();
        Hooks.resetOnNextDropped();
    }

    private void listen() {
        Hooks.onErrorDropped(error -> log.add("dropped " + error.getMessage()));
        Hooks.onNextDropped(value -> log.add("dropped value " + value));
    }

    private Coroutine<String> failsWhenCancelled() {
        return async(() -> {
            try {
                return await(sleep(LONG, "x"));
            } finally {
                await(Mono.error(new IllegalStateException("after cancel")));
            }
        });
    }

    @Test
    @DisplayName("an error after the subscriber has cancelled: exactly once, and nowhere else")
    void anErrorAfterCancel() {
        listen();
        var subscription = failsWhenCancelled().contextWrite(virtual.context()).subscribe(log::add, log::add);
        virtual.advance(Duration.ZERO);
        subscription.dispose();
        virtual.advance(Duration.ofSeconds(1));
        virtual.loop().close();
        assertThat(log).containsExactly("dropped after cancel");
        assertThat(virtual.reported()).isEmpty();
    }

    @Test
    @DisplayName("a local hook in the subscriber's Context gets it instead of the global one")
    void aLocalHook() {
        listen();
        var subscription = failsWhenCancelled()
                .contextWrite(virtual.context())
                .contextWrite(Context.of("reactor.onErrorDropped.local", (java.util.function.Consumer<Throwable>)
                        error -> log.add("local " + error.getMessage())))
                .subscribe();
        virtual.advance(Duration.ZERO);
        subscription.dispose();
        virtual.advance(Duration.ofSeconds(1));
        assertThat(log).containsExactly("local after cancel");
    }

    @Test
    @DisplayName("an expected cancel is not dropped, nor reported")
    void anExpectedCancel() {
        listen();
        var subscription = async(() -> await(sleep(LONG, "x")))
                .contextWrite(virtual.context())
                .subscribe(log::add, log::add);
        virtual.advance(Duration.ZERO);
        subscription.dispose();
        virtual.advance(Duration.ofSeconds(1));
        virtual.loop().close();
        assertThat(log).isEmpty();
        assertThat(virtual.reported()).isEmpty();
    }

    @Test
    @DisplayName("a value after the subscriber has cancelled is discarded once, not dropped")
    void aValueAfterCancel() {
        listen();
        Coroutine<String> stubborn = async(() -> {
            try {
                await(sleep(LONG));
            } catch (CancelledError e) {
                return "late";
            }
            return "x";
        });
        var subscription = stubborn.contextWrite(virtual.context())
                .contextWrite(context -> Operators.enableOnDiscard(context, value -> log.add("discarded " + value)))
                .subscribe(log::add, log::add);
        virtual.advance(Duration.ZERO);
        subscription.dispose();
        virtual.advance(Duration.ofSeconds(1));
        assertThat(log).containsExactly("discarded late");
    }

    @Test
    @DisplayName("a source that a cancelled task has left and that fails all the same: exactly once")
    void aSourceThatFailsLater() {
        listen();
        TestPublisher<String> source = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        Task<String> task = async(() -> await(Mono.from(unstoppable(source))))
                .on(virtual.loop())
                .start();
        virtual.advance(Duration.ZERO);
        task.cancel();
        virtual.advance(Duration.ZERO);
        assertThat(task.isCancelled()).isTrue();
        source.error(new IllegalStateException("too late"));
        virtual.advance(Duration.ZERO);
        assertThat(log).containsExactly("dropped too late");
    }

    /** Passes on signals even after a cancel. */
    private Publisher<String> unstoppable(TestPublisher<String> source) {
        return subscriber -> source.flux().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription s) {
                subscriber.onSubscribe(new Subscription() {
                    @Override
                    public void request(long n) {
                        s.request(n);
                    }

                    @Override
                    public void cancel() {}
                });
            }

            @Override
            protected void hookOnNext(String value) {
                subscriber.onNext(value);
            }

            @Override
            protected void hookOnError(Throwable error) {
                subscriber.onError(error);
            }
        });
    }

    @Test
    @DisplayName("a source that goes on after its end: its value and error are dropped once each")
    void afterTheEnd() {
        listen();
        Mono<String> broken = new Mono<>() {
            @Override
            public void subscribe(reactor.core.CoreSubscriber<? super String> actual) {
                actual.onSubscribe(Operators.emptySubscription());
                actual.onComplete();
                actual.onNext("late");
                actual.onError(new IllegalStateException("late too"));
            }
        };
        Task<String> task = async(() -> await(broken)).on(virtual.loop()).start();
        virtual.advance(Duration.ZERO);
        assertThat(task.result()).isNull();
        assertThat(log).containsExactly("dropped value late", "dropped late too");
    }
}
