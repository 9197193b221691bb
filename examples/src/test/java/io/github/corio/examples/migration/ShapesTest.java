package io.github.corio.examples.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.bridge.From.OnCancel;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the guide shows: before and after do the same, and errors come through. */
class ShapesTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private final OnPool legacy = new OnPool();
    private final OnPool connecting = new OnPool();
    private final CompletableFuture<Object> before = new CompletableFuture<>();

    @AfterEach
    void close() {
        pool.shutdownNow();
    }

    private void tell(@Nullable Throwable error, @Nullable Object value) {
        if (error == null) {
            before.complete(value);
        } else {
            before.completeExceptionally(error);
        }
    }

    private void same(Mono<?> after, Object value) throws Exception {
        assertThat(after.block(SOON)).isEqualTo(value);
        assertThat(before.get(20, TimeUnit.SECONDS)).isEqualTo(value);
    }

    private static void fails(Mono<?> after) {
        assertThatThrownBy(() -> after.block(SOON))
                .hasMessageContaining("no bad")
                .rootCause()
                .isInstanceOf(IOException.class);
    }

    @Test
    void nodeStyle() throws Exception {
        Shapes.Node.greetBoth(legacy, "a", "b", this::tell);
        same(Shapes.Node.greetBoth(legacy, "a", "b"), "Hello A and B");
        fails(Shapes.Node.greetBoth(legacy, "a", "bad"));
    }

    @Test
    void whatHasToBeGivenBack() throws Exception {
        Shapes.Pooled.ask(legacy, "abc", (value, error) -> tell(error, value));
        legacy.connecting.join().accept(legacy.new Lent());
        assertThat(before.get(20, TimeUnit.SECONDS)).isEqualTo("ABC");
        CompletableFuture<String> after = Shapes.Pooled.ask(connecting, "abc").toFuture();
        connecting.connecting.join().accept(connecting.new Lent());
        assertThat(after.get(20, TimeUnit.SECONDS)).isEqualTo("ABC");
        assertThat(legacy.returned).hasValue(1);
        assertThat(connecting.returned).hasValue(1);
    }

    @Test
    void whatComesAfterACancelIsGivenBack() {
        Disposable asking = Shapes.Pooled.ask(connecting, "abc").subscribe();
        Consumer<Legacy.Connection> late = connecting.connecting.join();
        asking.dispose();
        late.accept(connecting.new Lent());
        for (long end = System.nanoTime() + SOON.toNanos();
                connecting.returned.get() == 0 && System.nanoTime() < end; ) {
            Thread.onSpinWait();
        }
        assertThat(connecting.returned).hasValue(1);
    }

    @Test
    void theJdksOrder() throws Exception {
        Shapes.Jdk.length(legacy, "abc", before::complete, before::completeExceptionally);
        same(Shapes.Jdk.length(legacy, "abc"), 3);
        fails(Shapes.Jdk.length(legacy, "bad"));
    }

    @Test
    void twoFunctions() throws Exception {
        Shapes.TwoFunctions.shout(legacy, "a", before::complete, before::completeExceptionally);
        same(Shapes.TwoFunctions.shout(legacy, "a"), "A!");
        fails(Shapes.TwoFunctions.shout(legacy, "bad"));
    }

    @Test
    void aCancelAborts() {
        Disposable running = Shapes.TwoFunctions.shout(legacy, "endless").subscribe();
        await(() -> legacy.fetches.get() == 1);
        running.dispose();
        await(() -> legacy.aborts.get() == 1);
    }

    @Test
    void channels(@TempDir Path folder) throws Exception {
        Path path = Files.writeString(folder.resolve("text"), "text");
        try (AsynchronousFileChannel file = AsynchronousFileChannel.open(path, StandardOpenOption.READ)) {
            Shapes.Channels.read(file, before::complete, before::completeExceptionally);
            same(Shapes.Channels.read(file), "text");
        }
        try (AsynchronousFileChannel file = AsynchronousFileChannel.open(path, StandardOpenOption.READ)) {
            file.close();
            assertThatThrownBy(() -> Shapes.Channels.read(file).block(SOON)).hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void stages() throws Exception {
        before.complete(Shapes.Stages.both(legacy, "a", "b").get(20, TimeUnit.SECONDS));
        same(Shapes.Stages.both(legacy, "a", "b", ""), "AB");
        fails(Shapes.Stages.both(legacy, "a", "bad", ""));
    }

    @Test
    void futures() throws Exception {
        before.complete(Shapes.Futures.get(legacy, "a"));
        same(Shapes.Futures.get(legacy, "a", OnCancel.CANCEL_SOURCE), "A");
        fails(Shapes.Futures.get(legacy, "bad", OnCancel.CANCEL_SOURCE));
    }

    @Test
    void listeners() throws Exception {
        Shapes.Listeners.sumOfThree(legacy, before::complete);
        CompletableFuture<Integer> after = Shapes.Listeners.sumOfThree(legacy).toFuture();
        await(() -> legacy.listeners.size() == 2);
        for (int price = 1; price <= 4; price++) {
            int now = price;
            legacy.listeners.forEach(listener -> listener.accept(now));
        }
        assertThat(after.get(20, TimeUnit.SECONDS)).isEqualTo(6);
        assertThat(before.get(20, TimeUnit.SECONDS)).isEqualTo(6);
        assertThat(legacy.listeners).isEmpty();
    }

    @Test
    void publishers() throws Exception {
        Shapes.Publishers.join(legacy, "a", before::complete, before::completeExceptionally);
        same(Shapes.Publishers.join(legacy, "a"), "AA");
        fails(Shapes.Publishers.join(legacy, "bad"));
    }

    @Test
    void blockingCalls() throws Exception {
        Shapes.Blocking.read(legacy, "a", pool, this::tell);
        same(Shapes.Blocking.read(legacy, "a"), "A");
        fails(Shapes.Blocking.read(legacy, "bad"));
    }

    @Test
    void theWayOut() throws Exception {
        Disposable unused = Shapes.greetBoth(legacy, "a", "b", this::tell);
        same(Mono.fromFuture(Shapes.greetBothLater(legacy, "a", "b")), "Hello A and B");
        assertThat(Shapes.greetBothNow(legacy, "a", "b")).isEqualTo("Hello A and B");
        assertThatThrownBy(() -> Shapes.greetBothNow(legacy, "a", "bad")).isInstanceOf(IOException.class);
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        Flux.interval(Duration.ofMillis(2))
                .filter(tick -> condition.getAsBoolean())
                .blockFirst(SOON);
    }

    /** Answers with the key in capitals, on another thread. */
    private final class OnPool implements Legacy {
        final List<IntConsumer> listeners = new CopyOnWriteArrayList<>();
        final AtomicInteger fetches = new AtomicInteger();
        final AtomicInteger aborts = new AtomicInteger();
        final AtomicInteger returned = new AtomicInteger();
        final CompletableFuture<Consumer<Connection>> connecting = new CompletableFuture<>();

        @Override
        public void find(String key, BiConsumer<@Nullable Throwable, @Nullable String> callback) {
            ask(key, (value, error) -> callback.accept(error, value));
        }

        @Override
        public void ask(String key, BiConsumer<@Nullable String, @Nullable Throwable> whenDone) {
            pool.execute(() -> {
                String value;
                try {
                    value = read(key);
                } catch (IOException e) {
                    whenDone.accept(null, e);
                    return;
                }
                whenDone.accept(value, null);
            });
        }

        @Override
        public Request fetch(String key, Consumer<@Nullable String> onSuccess, Consumer<Throwable> onFailure) {
            if (!key.equals("endless")) {
                find(key, (error, value) -> {
                    if (error == null) {
                        onSuccess.accept(value);
                    } else {
                        onFailure.accept(error);
                    }
                });
            }
            fetches.incrementAndGet();
            return aborts::incrementAndGet;
        }

        @Override
        public Request connect(Consumer<Connection> onSuccess, Consumer<Throwable> onFailure) {
            connecting.complete(onSuccess);
            return aborts::incrementAndGet;
        }

        final class Lent implements Connection {
            @Override
            public CompletionStage<String> ask(String key) {
                return load(key);
            }

            @Override
            public void close() {
                returned.incrementAndGet();
            }
        }

        @Override
        public CompletionStage<String> load(String key) {
            CompletableFuture<String> stage = new CompletableFuture<>();
            fetch(key, stage::complete, stage::completeExceptionally);
            return stage;
        }

        @Override
        public Future<String> submit(String key) {
            return pool.submit(() -> read(key));
        }

        @Override
        public Flow.Publisher<String> lines(String key) {
            return JdkFlowAdapter.publisherToFlowPublisher(
                    Mono.fromCallable(() -> read(key)).repeat(1));
        }

        @Override
        public void addListener(IntConsumer listener) {
            listeners.add(listener);
        }

        @Override
        public void removeListener(IntConsumer listener) {
            listeners.remove(listener);
        }

        @Override
        public String read(String key) throws IOException {
            if (key.equals("bad")) {
                throw new IOException("no bad");
            }
            return key.toUpperCase(java.util.Locale.ROOT);
        }
    }
}
