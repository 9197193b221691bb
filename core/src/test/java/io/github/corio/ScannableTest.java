package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Scannable;
import reactor.core.Scannable.Attr;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;

class ScannableTest {
    private static final Duration LONG = Duration.ofSeconds(100);

    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());
    private final Virtual virtual = new Virtual();

    @AfterEach
    void close() {
        virtual.close();
    }

    @Test
    @DisplayName("every Mono can be scanned and says that it runs asynchronously")
    void everyMono() {
        assertThat(HandedOut.monos())
                .allSatisfy((name, mono) -> assertThat(Scannable.from(mono.get()))
                        .as(name)
                        .matches(Scannable::isScanAvailable)
                        .satisfies(scanned ->
                                assertThat(scanned.scan(Attr.RUN_STYLE)).isEqualTo(Attr.RunStyle.ASYNC)));
    }

    @Test
    @DisplayName("names: a coroutine's own, a task's, and what an operation is")
    void names() {
        assertThat(Scannable.from(async(() -> "x").named("mine")).name()).isEqualTo("mine");
        assertThat(Scannable.from(sleep(LONG)).name()).isEqualTo("sleep(PT1M40S)");
        assertThat(Scannable.from(gather(Mono.just(1), Mono.just(2))).name()).isEqualTo("gather of 2");
        Task<String> task = async(() -> "x").named("worker").on(virtual.loop()).start();
        assertThat(Scannable.from(task).name()).isEqualTo("worker");
    }

    @Test
    @DisplayName("a task: its parent is what it runs, and it tells how it has ended")
    void aTask() {
        Coroutine<String> endless = async(() -> await(Mono.<String>never())).on(virtual.loop());
        Task<String> cancelled = endless.start();
        assertThat(cancelled.scan(Attr.PARENT)).isSameAs(endless);
        assertThat(cancelled.scan(Attr.TERMINATED)).isFalse();
        assertThat(cancelled.scan(Attr.CANCELLED)).isFalse();
        cancelled.cancel();
        virtual.advance(Duration.ZERO);
        assertThat(cancelled.scan(Attr.CANCELLED)).isTrue();
        assertThat(cancelled.scan(Attr.TERMINATED)).isFalse();

        RuntimeException error = new IllegalArgumentException("x");
        Task<String> failed = Coroutine.<String>of(() -> {
                    throw error;
                })
                .on(virtual.loop())
                .start();
        virtual.advance(Duration.ZERO);
        assertThat(failed.scan(Attr.TERMINATED)).isTrue();
        assertThat(failed.scan(Attr.ERROR)).isSameAs(error);
        assertThat(failed.exception()).isSameAs(error);
    }

    @Test
    @DisplayName("a subscription: actual, parent, cancelled, terminated, run style")
    void aSubscription() {
        Coroutine<String> coroutine = async(() -> await(sleep(Duration.ofSeconds(1), "x")));
        AtomicReference<Subscription> subscription = new AtomicReference<>();
        Recorder recorder = new Recorder(log, virtual.context()) {
            @Override
            protected void hookOnSubscribe(Subscription s) {
                subscription.set(s);
                s.request(1);
            }
        };
        coroutine.subscribe(recorder);
        Scannable scanned = Scannable.from(subscription.get());
        assertThat(scanned.scanUnsafe(Attr.ACTUAL)).isSameAs(recorder); // which cannot be scanned
        assertThat(scanned.steps()).isNotEmpty();
        assertThat(scanned.parents().map(Object.class::cast)).contains(coroutine);
        assertThat(scanned.scan(Attr.RUN_STYLE)).isEqualTo(Attr.RunStyle.ASYNC);
        assertThat(scanned.scan(Attr.TERMINATED)).isFalse();
        virtual.advance(Duration.ofSeconds(1));
        assertThat(scanned.scan(Attr.TERMINATED)).isTrue();
        assertThat(scanned.scan(Attr.CANCELLED)).isFalse();
        assertThat(log).containsExactly("x", "complete");

        coroutine.subscribe(recorder(subscription));
        Scannable second = Scannable.from(subscription.get());
        subscription.get().cancel();
        assertThat(second.scan(Attr.CANCELLED)).isTrue();
        assertThat(second.scan(Attr.TERMINATED)).isFalse();
    }

    private Recorder recorder(AtomicReference<Subscription> subscription) {
        return new Recorder(log, virtual.context()) {
            @Override
            protected void hookOnSubscribe(Subscription s) {
                subscription.set(s);
            }
        };
    }

    @Test
    @DisplayName("what a task subscribes with: its parent is the upstream, and it names the task")
    void whatATaskSubscribesWith() {
        TestPublisher<String> source = TestPublisher.create();
        AtomicReference<Scannable> wait = new AtomicReference<>();
        Task<String> task = async(() -> await(Mono.from(subscriber -> {
                            wait.set(Scannable.from(subscriber));
                            source.subscribe(subscriber);
                        })
                        .cast(String.class)))
                .named("awaiting")
                .on(virtual.loop())
                .start();
        virtual.advance(Duration.ZERO);
        List<String> downstream = wait.get().actuals().map(Scannable::name).toList();
        assertThat(downstream).anySatisfy(name -> assertThat(name).contains("awaiting"));
        source.emit("x");
        virtual.advance(Duration.ZERO);
        assertThat(task.result()).isEqualTo("x");
    }
}
