package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Code that throws where nobody expects it, and a list of where its errors went. */
final class Hostile {
    static final class Boom extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    static final class BadMessage extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new Boom();
        }
    }

    @SuppressWarnings("OverrideThrowableToString") // it throws
    static final class BadText extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new Boom();
        }
    }

    static final class BadCause extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            throw new Boom();
        }
    }

    private static final class BadKey {
        @Override
        public int hashCode() {
            throw new Boom();
        }

        @Override
        @SuppressWarnings("EqualsUnsafeCast") // it throws
        public boolean equals(@Nullable Object other) {
            throw new Boom();
        }
    }

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    // ---- where it went ----

    void listen() {
        Hooks.onErrorDropped(error -> log.add("dropped " + error.getClass().getSimpleName()));
    }

    void told(ExceptionContext context) {
        if (context.exception() != null) {
            log.add("handler " + context.exception().getClass().getSimpleName());
        }
    }

    String elsewhere() {
        return String.join(", ", log.stream().sorted().toList());
    }

    private void isCancelled() {
        log.add("cancelled");
    }

    // ---- errors ----

    <T> Mono<T> later(Throwable error) {
        return later(Duration.ofMillis(10), error);
    }

    <T> Mono<T> later(Duration when, Throwable error) {
        return sleep(when).then(Mono.error(error));
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    <T> T cleanupFails(RuntimeException error) {
        try {
            await(sleep(Duration.ofDays(1)));
        } catch (CancelledError cancel) {
            throw error;
        }
        throw new AssertionError("was not cancelled");
    }

    RuntimeException circle() {
        RuntimeException first = new Boom();
        RuntimeException second = new Boom();
        RuntimeException third = new Boom();
        first.initCause(second);
        second.initCause(third);
        third.initCause(second);
        return first;
    }

    // ---- Monos ----

    private interface Source<T> {
        void subscribe(CoreSubscriber<? super T> actual);
    }

    private static <T> Mono<T> mono(Source<T> source) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                source.subscribe(actual);
            }
        };
    }

    private Subscription subscription(Runnable request, Runnable cancel) {
        return new Subscription() {
            @Override
            public void request(long n) {
                request.run();
            }

            @Override
            public void cancel() {
                cancel.run();
            }
        };
    }

    private static void boom() {
        throw new Boom();
    }

    <T> Mono<T> subscribeThrows() {
        return mono(actual -> boom());
    }

    <T> Mono<T> subscribesAndThrows() {
        return mono(actual -> {
            actual.onSubscribe(subscription(() -> {}, this::isCancelled));
            boom();
        });
    }

    <T> Mono<T> requestThrows() {
        return mono(actual -> actual.onSubscribe(subscription(Hostile::boom, this::isCancelled)));
    }

    <T> Mono<T> cancelThrows() {
        return mono(actual -> actual.onSubscribe(subscription(() -> {}, Hostile::boom)));
    }

    Flux<Integer> cancelThrowsAfterOne() {
        AtomicInteger sent = new AtomicInteger();
        return Flux.from(actual -> actual.onSubscribe(subscription(
                () -> {
                    if (sent.getAndIncrement() == 0) {
                        actual.onNext(1);
                    }
                },
                Hostile::boom)));
    }

    <T> Mono<T> createThrows() {
        return Mono.create(sink -> sink.onCancel(Hostile::boom));
    }

    <T> Mono<T> cancellable() {
        return mono(actual -> actual.onSubscribe(subscription(() -> {}, this::isCancelled)));
    }

    Mono<Integer> twice() {
        return mono(actual -> {
            actual.onSubscribe(subscription(() -> {}, () -> {}));
            actual.onNext(1);
            actual.onComplete();
            actual.onNext(2);
        });
    }

    Mono<Integer> valueAndNothing() {
        return mono(actual -> {
            actual.onSubscribe(subscription(() -> {}, () -> {}));
            actual.onNext(1);
        });
    }

    Mono<Object> textless() {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Object> actual) {
                actual.onSubscribe(subscription(() -> {}, () -> {}));
            }

            @Override
            public String toString() {
                throw new Boom();
            }
        };
    }

    Mono<Object> hashless() {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Object> actual) {
                throw new AssertionError("not to be subscribed to");
            }

            @Override
            public int hashCode() {
                throw new Boom();
            }

            @Override
            public boolean equals(@Nullable Object other) {
                return this == other;
            }
        };
    }

    // ---- futures and stages ----

    <T> AsyncFuture<T> futureThrows() {
        return new AsyncFuture<>() {
            @Override
            public boolean cancel(@Nullable String message) {
                throw new Boom();
            }
        };
    }

    AsyncFuture<Object> textlessFuture() {
        return new AsyncFuture<>(EventLoop.create()) {
            @Override
            public String toString() {
                throw new Boom();
            }
        };
    }

    CompletionStage<Object> stageThrows() {
        return new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                throw new Boom();
            }

            @Override
            public String toString() {
                throw new Boom();
            }
        };
    }

    Consumer<AsyncFuture<Integer>> badCallback() {
        return new Consumer<>() {
            @Override
            public void accept(AsyncFuture<Integer> future) {}

            @Override
            public int hashCode() {
                throw new Boom();
            }

            @Override
            @SuppressWarnings("EqualsUnsafeCast") // it throws
            public boolean equals(@Nullable Object other) {
                throw new Boom();
            }
        };
    }

    Object badKey() {
        return new BadKey();
    }

    CoroutineBody<Integer> textlessBody() {
        return new CoroutineBody<>() {
            @Override
            public Integer call() {
                return 1;
            }

            @Override
            public String toString() {
                throw new Boom();
            }
        };
    }

    <T> Iterable<T> iteratorThrows(T first) {
        return () -> new Iterator<>() {
            private boolean given;

            @Override
            public boolean hasNext() {
                if (given) {
                    boom();
                }
                return true;
            }

            @Override
            public T next() {
                given = true;
                return first;
            }
        };
    }

    // ---- subscribers ----

    interface Use {
        Object use(Mono<Integer> mono) throws Exception;
    }

    /** How often a coroutine has begun whose use ends in an error. */
    String begun(Use use) {
        AtomicInteger begun = new AtomicInteger();
        Throwable thrown = null;
        try {
            Object unused = use.use(async(begun::incrementAndGet));
        } catch (Throwable e) {
            thrown = e;
        }
        await(sleep(Duration.ofSeconds(1)));
        return (thrown == null ? "no error, begun " : "begun ") + begun;
    }

    /** Subscribes one that throws at a signal, and waits a while. */
    int after(Publisher<?> publisher, String where) {
        publisher.subscribe(new BadSubscriber(this, where));
        await(sleep(Duration.ofSeconds(1)));
        return 1;
    }

    Flux<Integer> endless() {
        return generate(emitter -> {
            try {
                while (true) {
                    emitter.emit(1);
                }
            } catch (CancelledError cancel) {
                isCancelled();
                throw cancel;
            }
        });
    }

    static final class BadSubscriber implements CoreSubscriber<Object> {
        private final Hostile hostile;
        private final String where;
        private final Context context = Context.of(EventLoop.CONTEXT_KEY, EventLoop.current());

        BadSubscriber(Hostile hostile, String where) {
            this.hostile = hostile;
            this.where = where;
        }

        private void at(String signal) {
            if (where.equals(signal)) {
                boom();
            }
        }

        @Override
        public Context currentContext() {
            at("currentContext");
            return context;
        }

        @Override
        public void onSubscribe(Subscription s) {
            at("onSubscribe");
            s.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Object value) {
            at("onNext");
        }

        @Override
        public void onError(Throwable error) {
            at("onError");
            hostile.log.add("onError " + error.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            at("onComplete");
        }
    }
}
