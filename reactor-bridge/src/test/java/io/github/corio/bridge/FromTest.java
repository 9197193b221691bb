package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.CancelledError;
import io.github.corio.Task;
import io.github.corio.bridge.From.OnCancel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.test.StepVerifier;

class FromTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Nested
    class EveryShape {
        private final Shape.Foreign foreign = new Shape.Foreign();
        private final List<Object> dropped = new ArrayList<>();

        private Mono<String> mono(Shape shape) {
            Consumer<Object> value = dropped::add;
            Consumer<Throwable> error = dropped::add;
            return shape.mono(foreign)
                    .contextWrite(context -> context.put("reactor.onNextDropped.local", value)
                            .put("reactor.onErrorDropped.local", error));
        }

        @ParameterizedTest
        @EnumSource
        void beginsNothingBeforeItIsSubscribedTo(Shape shape) {
            Mono<String> mono = mono(shape);
            assertThat(foreign.begun).hasValue(0);
            foreign.atOnce = () -> foreign.succeed("again");
            assertThat(mono.repeat(1).collectList().block(SOON)).containsExactly("again", "again");
            assertThat(foreign.begun).hasValue(2);
        }

        @ParameterizedTest
        @EnumSource
        void givesTheValue(Shape shape) {
            StepVerifier.create(mono(shape))
                    .then(() -> foreign.succeed("value"))
                    .expectNext("value")
                    .expectComplete()
                    .verify(SOON);
            assertThat(dropped).isEmpty();
        }

        @ParameterizedTest
        @EnumSource
        void givesTheErrorAsItIs(Shape shape) {
            IOException error = new IOException("no");
            StepVerifier.create(mono(shape))
                    .then(() -> foreign.fail(error))
                    .expectErrorSatisfies(e -> assertThat(e).isSameAs(error))
                    .verify(SOON);
        }

        @ParameterizedTest
        @EnumSource
        void dropsASecondOutcome(Shape shape) {
            IOException late = new IOException("late");
            StepVerifier.create(mono(shape))
                    .then(() -> {
                        foreign.succeed("first");
                        foreign.succeed("second");
                        foreign.fail(late);
                    })
                    .expectNext("first")
                    .expectComplete()
                    .verify(SOON);
            if (shape.tellsOfASecondOutcome()) {
                assertThat(dropped).containsExactly("second", late);
            } else {
                assertThat(dropped).isEmpty();
            }
        }

        @ParameterizedTest
        @EnumSource
        void callsTheCancelHookOnce(Shape shape) {
            Disposable subscription = mono(shape).subscribe();
            subscription.dispose();
            subscription.dispose();
            assertThat(foreign.cancels).hasValue(shape.cancels());
        }

        @ParameterizedTest
        @EnumSource
        void callsNoCancelHookAfterTheOutcome(Shape shape) {
            Disposable subscription = mono(shape).subscribe();
            foreign.succeed("value");
            subscription.dispose();
            // that of a listener takes it away, which is due then
            assertThat(foreign.cancels).hasValue(shape == Shape.LISTENER ? 1 : 0);
        }

        @ParameterizedTest
        @EnumSource
        void callsTheCancelHookAfterACancelInsideTheRegistration(Shape shape) {
            AtomicReference<Disposable> subscription = new AtomicReference<>();
            foreign.atOnce = () -> subscription.get().dispose();
            Disposable.Swap swap = reactor.core.Disposables.swap();
            subscription.set(swap);
            reactor.core.publisher.BaseSubscriber<String> subscriber = new reactor.core.publisher.BaseSubscriber<>() {};
            swap.update(subscriber);
            mono(shape).subscribe(subscriber);
            assertThat(foreign.cancels).hasValue(shape.cancels());
        }

        @ParameterizedTest
        @EnumSource
        void takesAnOutcomeInsideTheRegistration(Shape shape) {
            foreign.atOnce = () -> foreign.succeed("at once");
            assertThat(run(async(() -> await(mono(shape))))).isEqualTo("at once");
            foreign.atOnce = () -> foreign.fail(new IOException("at once"));
            assertThatThrownBy(() -> run(async(() -> await(mono(shape))))).hasMessage("at once");
        }

        @ParameterizedTest
        @EnumSource
        void takesAnOutcomeFromAForeignThread(Shape shape) {
            foreign.atOnce = () -> new Thread(() -> foreign.succeed("from afar"), "foreign").start();
            for (int i = 0; i < 20; i++) {
                assertThat(run(async(() -> await(mono(shape))))).isEqualTo("from afar");
            }
            assertThat(dropped).isEmpty();
        }

        @ParameterizedTest
        @EnumSource
        void isCancelledWithTheTaskThatAwaitsIt(Shape shape) {
            run(async(() -> {
                Task<String> task = io.github.corio.Asyncio.createTask(async(() -> await(mono(shape))));
                await(io.github.corio.Asyncio.sleep(Duration.ZERO));
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            }));
            assertThat(foreign.cancels).hasValue(shape.cancels());
        }

        @ParameterizedTest
        @EnumSource
        void racesOfOutcomeAndCancelLoseNothing(Shape shape) throws Exception {
            for (int i = 0; i < 200; i++) {
                Shape.Foreign racing = new Shape.Foreign();
                List<Object> seen = new ArrayList<>();
                Consumer<Object> drop = seen::add;
                Disposable subscription = shape.mono(racing)
                        .contextWrite(context ->
                                context.put("reactor.onNextDropped.local", drop).put("reactor.onDiscard.local", drop))
                        .subscribe(seen::add);
                Thread other = new Thread(() -> racing.succeed("value"));
                other.start();
                subscription.dispose();
                other.join();
                assertThat(racing.cancels.get()).isLessThanOrEqualTo(1);
                assertThat(seen.size()).isLessThanOrEqualTo(1);
            }
        }
    }

    @Nested
    class WhatTheCallThrows {
        @Test
        void isTheErrorOfTheMono() {
            Mono<String> mono = From.nodeCallback(callback -> {
                throw new IOException("refused");
            });
            StepVerifier.create(mono).verifyErrorMessage("refused");
        }

        @Test
        void isDroppedAfterAnOutcome() {
            List<Throwable> dropped = new ArrayList<>();
            Hooks.onErrorDropped(dropped::add);
            try {
                Mono<String> mono = From.callbacks((ok, failed) -> {
                    ok.accept("first");
                    throw new IOException("then this");
                });
                assertThat(mono.block(SOON)).isEqualTo("first");
            } finally {
                Hooks.resetOnErrorDropped();
            }
            assertThat(dropped).singleElement().satisfies(e -> assertThat(e).hasMessage("then this"));
        }
    }

    @Nested
    class Null {
        @Test
        void makesTheMonoEmpty() {
            StepVerifier.create(From.<String>nodeCallback(callback -> callback.accept(null, null)))
                    .verifyComplete();
        }
    }

    @Nested
    class Channels {
        @TempDir
        Path folder;

        @Test
        void readAFile() throws IOException {
            Path file = Files.writeString(folder.resolve("text"), "forty-two");
            String text;
            try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(file, StandardOpenOption.READ)) {
                text = run(async(() -> {
                    ByteBuffer buffer = ByteBuffer.allocate(100);
                    Integer read = await(From.completionHandler(handler -> channel.read(buffer, 0, null, handler)));
                    return StandardCharsets.UTF_8.decode(buffer.flip()) + " in " + read;
                }));
            }
            assertThat(text).isEqualTo("forty-two in 9");
        }

        @Test
        void acceptAndReadASocketAndAreClosedByACancel() throws Exception {
            try (AsynchronousServerSocketChannel server = AsynchronousServerSocketChannel.open()
                            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    Socket client = new Socket()) {
                client.connect(server.getLocalAddress());
                client.getOutputStream().write("hi".getBytes(StandardCharsets.UTF_8));
                List<Throwable> dropped = new ArrayList<>();
                Hooks.onErrorDropped(dropped::add);
                try {
                    assertThat(run(async(() -> {
                                AsynchronousSocketChannel channel =
                                        await(From.<AsynchronousSocketChannel>completionHandler(
                                                handler -> server.accept(null, handler)));
                                ByteBuffer buffer = ByteBuffer.allocate(2);
                                await(read(channel, buffer));
                                Task<Integer> more =
                                        io.github.corio.Asyncio.createTask(read(channel, ByteBuffer.allocate(1)));
                                await(io.github.corio.Asyncio.sleep(Duration.ZERO));
                                more.cancel();
                                assertThatThrownBy(() -> await(more)).isInstanceOf(CancelledError.class);
                                assertThat(channel.isOpen()).isFalse();
                                return StandardCharsets.UTF_8
                                        .decode(buffer.flip())
                                        .toString();
                            })))
                            .isEqualTo("hi");
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                } finally {
                    Hooks.resetOnErrorDropped();
                }
                assertThat(dropped).isEmpty();
            }
        }

        private Mono<Integer> read(AsynchronousSocketChannel channel, ByteBuffer buffer) {
            return From.completionHandler(
                    handler -> {
                        channel.read(buffer, null, handler);
                        return channel;
                    },
                    AsynchronousSocketChannel::close);
        }
    }

    @Nested
    class Futures {
        @Test
        void areWaitedForByAThreadOfNoScheduler() throws Exception {
            CompletableFuture<String> source = new CompletableFuture<>();
            LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
            Disposable subscription = From.future(() -> new Shape.PlainFuture(source), OnCancel.CANCEL_SOURCE)
                    .subscribe(value -> threads.add(Thread.currentThread()));
            source.complete("value");
            Thread waiter = threads.poll(10, TimeUnit.SECONDS);
            assertThat(waiter.getName()).startsWith("corio-future-");
            assertThat(waiter).isNotInstanceOf(NonBlocking.class);
            assertThat(subscription.isDisposed()).isTrue();
        }

        @Test
        void areLeftAloneIfAskedFor() {
            CompletableFuture<String> source = new CompletableFuture<>();
            From.completionStage(() -> source, OnCancel.LEAVE_SOURCE)
                    .subscribe()
                    .dispose();
            From.future(() -> new Shape.PlainFuture(source), OnCancel.LEAVE_SOURCE)
                    .subscribe()
                    .dispose();
            assertThat(source).isNotDone();
            From.future(() -> new Shape.PlainFuture(source), OnCancel.CANCEL_SOURCE)
                    .subscribe()
                    .dispose();
            assertThat(source).isCancelled();
        }

        @Test
        void thatAreCancelledByOthersCancelTheTask() {
            CompletableFuture<String> source = new CompletableFuture<>();
            source.cancel(true);
            assertThatThrownBy(() -> run(async(() -> await(From.completionStage(() -> source, OnCancel.LEAVE_SOURCE)))))
                    .isInstanceOf(CancelledError.class);
        }
    }

    @Nested
    class Listeners {
        @Test
        void giveAllEventsOfSeveralThreads() throws Exception {
            List<Consumer<Integer>> listeners = new java.util.concurrent.CopyOnWriteArrayList<>();
            Flux<Integer> flux = From.<Integer, Consumer<Integer>>listener(
                    FluxSink.OverflowStrategy.BUFFER, events -> events::next, listeners::add, listeners::remove);
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                Thread thread = new Thread(() -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    for (int i = 0; i < 500; i++) {
                        int event = i;
                        listeners.forEach(listener -> listener.accept(event));
                    }
                });
                thread.start();
                threads.add(thread);
            }
            StepVerifier.create(flux.take(2000))
                    .then(go::countDown)
                    .expectNextCount(2000)
                    .expectComplete()
                    .verify(SOON);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(listeners).isEmpty();
        }

        @Test
        void overflowAsTold() {
            AtomicReference<Events<Integer>> feed = new AtomicReference<>();
            Flux<Integer> latest = From.<Integer, Events<Integer>>listener(
                    FluxSink.OverflowStrategy.LATEST, events -> events, feed::set, events -> {});
            StepVerifier.create(latest, 0)
                    .then(() -> {
                        feed.get().next(1);
                        feed.get().next(2);
                        feed.get().next(3);
                    })
                    .thenRequest(1)
                    .expectNext(3)
                    .thenCancel()
                    .verify(SOON);
            Flux<Integer> error = From.<Integer, Events<Integer>>listener(
                    FluxSink.OverflowStrategy.ERROR, events -> events, feed::set, events -> {});
            StepVerifier.create(error, 0)
                    .then(() -> feed.get().next(1))
                    .expectErrorMatches(reactor.core.Exceptions::isOverflow)
                    .verify(SOON);
        }

        @Test
        void thatCannotBeRegisteredAreNotUnregistered() {
            List<String> calls = new ArrayList<>();
            Flux<Integer> flux = From.<Integer, Events<Integer>>listener(
                    FluxSink.OverflowStrategy.BUFFER,
                    events -> events,
                    events -> {
                        throw new IllegalStateException("full");
                    },
                    events -> calls.add("unregistered"));
            StepVerifier.create(flux).verifyErrorMessage("full");
            assertThat(calls).isEmpty();
        }
    }

    @Nested
    class ListenersThatMisbehave {
        private final List<Throwable> dropped = new CopyOnWriteArrayList<>();
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private final AtomicReference<Events<String>> feed = new AtomicReference<>();

        private Flux<String> flux(Consumer<Events<String>> register, Runnable unregister) {
            Consumer<Throwable> drop = dropped::add;
            return From.<String, Events<String>>listener(
                            FluxSink.OverflowStrategy.BUFFER,
                            events -> events,
                            events -> {
                                feed.set(events);
                                register.accept(events);
                            },
                            events -> {
                                calls.add("unregister");
                                unregister.run();
                            })
                    .contextWrite(context -> context.put("reactor.onErrorDropped.local", drop));
        }

        @Test
        void mayThrowAnythingWhenUnregistered() {
            for (Throwable thrown : ClientTableTest.Property.thrown()) {
                for (boolean cancel : List.of(true, false)) {
                    calls.clear();
                    dropped.clear();
                    List<String> got = new ArrayList<>();
                    Disposable subscription = flux(
                                    events -> {}, () -> ClientTableTest.Property.<RuntimeException>sneak(thrown))
                            .subscribe(got::add, error -> got.add("error"), () -> got.add("end"));
                    feed.get().next("event");
                    if (cancel) {
                        subscription.dispose();
                        subscription.dispose();
                    } else {
                        feed.get().complete();
                    }
                    assertThat(got).isEqualTo(cancel ? List.of("event") : List.of("event", "end"));
                    assertThat(dropped).containsExactly(thrown);
                    assertThat(calls).containsExactly("unregister");
                }
            }
        }

        @Test
        void mayPassOnNull() {
            StepVerifier.create(flux(events -> {}, () -> {}))
                    .then(() -> {
                        feed.get().next("event");
                        feed.get().next(null);
                        feed.get().next("late");
                    })
                    .expectNext("event")
                    .expectError(NullPointerException.class)
                    .verify(SOON);
            assertThat(calls).containsExactly("unregister");
        }

        @Test
        void mayBeNull() {
            Flux<String> flux = From.<String, Object>listener(
                    FluxSink.OverflowStrategy.BUFFER,
                    events -> null,
                    listener -> calls.add("register"),
                    listener -> calls.add("unregister"));
            StepVerifier.create(flux).expectError(NullPointerException.class).verify(SOON);
            assertThat(calls).isEmpty();
        }

        @Test
        void mayThrowInTheRegistrationAfterAnEvent() {
            for (Throwable thrown : ClientTableTest.Property.thrown()) {
                StepVerifier.create(flux(
                                events -> {
                                    events.next("event");
                                    ClientTableTest.Property.<RuntimeException>sneak(thrown);
                                },
                                () -> {}))
                        .expectNext("event")
                        .expectErrorSatisfies(e -> assertThat(e).isSameAs(thrown))
                        .verify(SOON);
            }
            assertThat(calls).isEmpty();
            assertThat(dropped).isEmpty();
        }

        @Test
        void mayThrowInTheRegistrationAfterACancelOrTheEnd() {
            IllegalStateException thrown = new IllegalStateException("no");
            Consumer<Events<String>> throwing = events -> {
                events.next("event");
                throw thrown;
            };
            assertThat(flux(throwing, () -> {}).take(1).collectList().block(SOON))
                    .containsExactly("event");
            assertThat(flux(
                                    events -> {
                                        events.complete();
                                        throw thrown;
                                    },
                                    () -> {})
                            .collectList()
                            .block(SOON))
                    .isEmpty();
            assertThat(dropped).containsExactly(thrown, thrown);
        }

        @Test
        void isUnregisteredOnceWhereverTheEndComesFrom() throws Exception {
            for (int round = 0; round < 500; round++) {
                calls.clear();
                Disposable subscription = flux(events -> {}, () -> {}).subscribe(event -> {}, error -> {});
                Thread complete = new Thread(feed.get()::complete);
                Thread fail = new Thread(() -> feed.get().error(new IOException("no")));
                complete.start();
                fail.start();
                subscription.dispose();
                complete.join();
                fail.join();
                assertThat(calls).containsExactly("unregister");
            }
        }

        @Test
        void hearsNothingOfASubscriberThatThrows() {
            Disposable unused = flux(events -> {}, () -> {}).subscribe(event -> {
                throw new NoClassDefFoundError("subscriber");
            });
            feed.get().next("event");
            feed.get().next("another");
        }
    }

    @Nested
    class FlowPublishers {
        @Test
        void comeInAndGoOut() {
            try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>()) {
                StepVerifier.create(From.flowPublisher(publisher).take(2))
                        .then(() -> {
                            publisher.submit(1);
                            publisher.submit(2);
                        })
                        .expectNext(1, 2)
                        .expectComplete()
                        .verify(SOON);
            }
            assertThat(From.flowPublisher(To.flowPublisher(async(() -> "there and back")))
                            .blockFirst(SOON))
                    .isEqualTo("there and back");
        }
    }
}
