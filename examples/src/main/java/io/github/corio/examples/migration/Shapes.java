package io.github.corio.examples.migration;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.toThread;

import io.github.corio.bridge.Events;
import io.github.corio.bridge.From;
import io.github.corio.bridge.From.OnCancel;
import io.github.corio.bridge.To;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink.OverflowStrategy;
import reactor.core.publisher.Mono;

/** Each shape of callback, before and after, as docs/migrating-from-callbacks.md shows them; a test runs both. */
final class Shapes {
    private Shapes() {}

    // ---- node style ----

    static final class Node {
        // snippet: node-before
        static void greetBoth(
                Legacy legacy, String one, String other, BiConsumer<@Nullable Throwable, @Nullable String> done) {
            legacy.find(one, (error, first) -> {
                if (error != null) {
                    done.accept(error, null);
                    return;
                }
                legacy.find(other, (error2, second) -> {
                    if (error2 != null) {
                        done.accept(error2, null);
                        return;
                    }
                    done.accept(null, "Hello " + first + " and " + second);
                });
            });
        }
        // end

        // snippet: node-after
        static Mono<String> find(Legacy legacy, String key) {
            return From.nodeCallback(callback -> legacy.find(key, callback));
        }

        static Mono<String> greetBoth(Legacy legacy, String one, String other) {
            return async(() -> {
                String first = await(find(legacy, one));
                String second = await(find(legacy, other));
                return "Hello " + first + " and " + second;
            });
        }
        // end
    }

    // ---- the JDK's order ----

    static final class Jdk {
        // snippet: biconsumer-before
        static void length(Legacy legacy, String key, Consumer<Integer> done, Consumer<Throwable> failed) {
            legacy.ask(key, (value, error) -> {
                if (error != null) {
                    failed.accept(error);
                } else {
                    done.accept(value == null ? 0 : value.length());
                }
            });
        }
        // end

        // snippet: biconsumer-after
        static Mono<String> ask(Legacy legacy, String key) {
            return From.biConsumer(callback -> legacy.ask(key, callback));
        }

        static Mono<Integer> length(Legacy legacy, String key) {
            return async(() -> {
                String value = await(ask(legacy, key));
                return value == null ? 0 : value.length();
            });
        }
        // end
    }

    // ---- two functions, with a way to cancel ----

    static final class TwoFunctions {
        // snippet: functions-before
        static Legacy.Request shout(
                Legacy legacy, String key, Consumer<String> onSuccess, Consumer<Throwable> onFailure) {
            return legacy.fetch(key, value -> onSuccess.accept(value + "!"), onFailure);
        }
        // end

        // snippet: functions-after
        static Mono<String> fetch(Legacy legacy, String key) {
            return From.callbacks(
                    (onSuccess, onFailure) -> legacy.fetch(key, onSuccess, onFailure), Legacy.Request::abort);
        }

        static Mono<String> shout(Legacy legacy, String key) {
            return async(() -> await(fetch(legacy, key)) + "!"); // a cancel aborts the request
        }
        // end
    }

    // ---- what has to be given back ----

    static final class Pooled {
        // snippet: pool-before
        static Legacy.Request ask(Legacy legacy, String key, BiConsumer<@Nullable String, @Nullable Throwable> done) {
            return legacy.connect(
                    connection -> connection.ask(key).whenComplete((value, error) -> {
                        connection.close();
                        done.accept(value, error);
                    }),
                    error -> done.accept(null, error));
        }
        // end

        // snippet: pool-after
        static Mono<Legacy.Connection> connect(Legacy legacy) {
            return From.callbacks(
                    (onSuccess, onFailure) -> legacy.connect(onSuccess, onFailure),
                    Legacy.Request::abort,
                    Legacy.Connection::close); // one that comes after a cancel all the same
        }

        static Mono<String> ask(Legacy legacy, String key) {
            return async(() -> {
                        try (Legacy.Connection connection = awaitSingle(connect(legacy))) {
                            return await(connection.ask(key));
                        }
                    })
                    .doOnDiscard(
                            Legacy.Connection.class, Legacy.Connection::close); // one that meets a cancel at the await
        }
        // end
    }

    // ---- asynchronous channels ----

    static final class Channels {
        // snippet: channel-before
        static void read(AsynchronousFileChannel file, Consumer<String> onSuccess, Consumer<Throwable> onFailure) {
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            file.read(buffer, 0, buffer, new CompletionHandler<>() {
                @Override
                public void completed(Integer read, ByteBuffer filled) {
                    onSuccess.accept(
                            StandardCharsets.UTF_8.decode(filled.flip()).toString());
                }

                @Override
                public void failed(Throwable error, ByteBuffer filled) {
                    onFailure.accept(error);
                }
            });
        }
        // end

        // snippet: channel-after
        static Mono<Integer> read(AsynchronousFileChannel file, ByteBuffer into) {
            return From.completionHandler(handler -> file.read(into, 0, null, handler));
        }

        static Mono<String> read(AsynchronousFileChannel file) {
            return async(() -> {
                ByteBuffer buffer = ByteBuffer.allocate(1024);
                awaitThrowing(read(file, buffer), IOException.class);
                return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
            });
        }
        // end
    }

    // ---- futures ----

    static final class Stages {
        // snippet: stage-before
        static CompletableFuture<String> both(Legacy legacy, String one, String other) {
            return legacy.load(one)
                    .thenCompose(first -> legacy.load(other).thenApply(second -> first + second))
                    .toCompletableFuture(); // a cancel of it reaches neither
        }
        // end

        // snippet: stage-after
        static Mono<String> load(Legacy legacy, String key) {
            return From.completionStage(() -> legacy.load(key), OnCancel.CANCEL_SOURCE);
        }

        static Mono<String> both(Legacy legacy, String one, String other, String between) {
            return async(() -> await(load(legacy, one)) + between + await(load(legacy, other)));
        }
        // end
    }

    static final class Futures {
        // snippet: future-before
        static String get(Legacy legacy, String key) throws ExecutionException, InterruptedException {
            Future<String> future = legacy.submit(key);
            return future.get(); // blocks whoever calls
        }
        // end

        // snippet: future-after
        static Mono<String> get(Legacy legacy, String key, OnCancel onCancel) {
            return From.future(() -> legacy.submit(key), onCancel); // blocks a thread that is made for it
        }
        // end
    }

    // ---- many ----

    static final class Listeners {
        // snippet: listener-before
        static void sumOfThree(Legacy legacy, IntConsumer done) {
            legacy.addListener(new IntConsumer() {
                private final AtomicInteger left = new AtomicInteger(3);
                private final AtomicInteger sum = new AtomicInteger();

                @Override
                public void accept(int price) {
                    int now = sum.addAndGet(price);
                    if (left.decrementAndGet() == 0) {
                        legacy.removeListener(this);
                        done.accept(now);
                    }
                }
            });
        }
        // end

        // snippet: listener-after
        static Flux<Integer> prices(Legacy legacy) {
            return From.<Integer, IntConsumer>listener(
                    OverflowStrategy.BUFFER,
                    (Events<Integer> events) -> events::next,
                    legacy::addListener,
                    legacy::removeListener);
        }

        static Mono<Integer> sumOfThree(Legacy legacy) {
            return async(() -> {
                int sum = 0;
                for (int price : each(prices(legacy).take(3))) { // removed at the end, on an error, on a cancel
                    sum += price;
                }
                return sum;
            });
        }
        // end
    }

    static final class Publishers {
        // snippet: flow-before
        static void join(Legacy legacy, String key, Consumer<String> done, Consumer<Throwable> failed) {
            legacy.lines(key).subscribe(new Flow.Subscriber<>() {
                private final StringBuilder joined = new StringBuilder();

                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(Long.MAX_VALUE);
                }

                @Override
                public void onNext(String line) {
                    joined.append(line);
                }

                @Override
                public void onError(Throwable error) {
                    failed.accept(error);
                }

                @Override
                public void onComplete() {
                    done.accept(joined.toString());
                }
            });
        }
        // end

        // snippet: flow-after
        static Mono<String> join(Legacy legacy, String key) {
            return async(() -> {
                StringBuilder joined = new StringBuilder();
                for (String line : each(From.flowPublisher(legacy.lines(key)))) {
                    joined.append(line);
                }
                return joined.toString();
            });
        }
        // end
    }

    // ---- blocking ----

    static final class Blocking {
        // snippet: blocking-before
        static void read(
                Legacy legacy,
                String key,
                ExecutorService pool,
                BiConsumer<@Nullable Throwable, @Nullable String> done) {
            pool.execute(() -> {
                String value;
                try {
                    value = legacy.read(key);
                } catch (IOException e) {
                    done.accept(e, null);
                    return;
                }
                done.accept(null, value);
            });
        }
        // end

        // snippet: blocking-after
        static Mono<String> read(Legacy legacy, String key) {
            return toThread(() -> legacy.read(key)); // a cancel interrupts it
        }
        // end
    }

    // ---- the way out ----

    // snippet: out
    /** For callers that have not been migrated: what they know, made of what there is now. */
    static Disposable greetBoth(
            Legacy legacy, String one, String other, BiConsumer<@Nullable Throwable, @Nullable String> done) {
        return To.nodeCallback(Node.greetBoth(legacy, one, other), done);
    }

    static CompletableFuture<String> greetBothLater(Legacy legacy, String one, String other) {
        return To.completableFuture(Node.greetBoth(legacy, one, other)); // a cancel of it cancels the coroutine
    }

    static @Nullable String greetBothNow(Legacy legacy, String one, String other)
            throws TimeoutException, InterruptedException {
        return To.blocking(Node.greetBoth(legacy, one, other), Duration.ofSeconds(2));
    }
    // end
}
