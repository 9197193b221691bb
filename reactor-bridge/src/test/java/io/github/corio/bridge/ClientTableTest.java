package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.CancelledError;
import io.github.corio.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Every shape of client against every property that a client may have: what the subscriber, and what nobody, gets. */
class ClientTableTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @ParameterizedTest(name = "{0} x {1}")
    @MethodSource("table")
    void holds(Shape shape, Property property) throws Exception {
        property.check(new Client(shape));
    }

    static Stream<Arguments> table() {
        return Stream.of(Property.values())
                .flatMap(property -> Stream.of(Shape.values())
                        .filter(property::applies)
                        .map(shape -> Arguments.of(shape, property)));
    }

    /** One client, and all that nobody waits for any more. */
    static final class Client {
        final Shape shape;
        final Shape.Foreign foreign = new Shape.Foreign();
        final List<Object> nextDropped = new CopyOnWriteArrayList<>();
        final List<Throwable> errors = new CopyOnWriteArrayList<>();
        final List<Object> discarded = new CopyOnWriteArrayList<>();
        final List<Object> released = new CopyOnWriteArrayList<>();

        Client(Shape shape) {
            this.shape = shape;
        }

        Mono<String> mono() {
            return hooked(shape.mono(foreign));
        }

        Mono<String> releasing() {
            return hooked(shape.releasing(foreign, released::add));
        }

        private Mono<String> hooked(Mono<String> mono) {
            Consumer<Object> next = nextDropped::add;
            Consumer<Throwable> error = errors::add;
            Consumer<Object> discard = discarded::add;
            return mono.contextWrite(context -> context.put("reactor.onNextDropped.local", next)
                    .put("reactor.onErrorDropped.local", error)
                    .put("reactor.onDiscard.local", discard));
        }

        void isCancelled() {
            Disposable subscription = mono().subscribe();
            subscription.dispose();
        }

        void nothingIsLost() {
            assertThat(nextDropped).isEmpty();
            assertThat(errors).isEmpty();
            assertThat(discarded).isEmpty();
        }
    }

    enum Property {
        VALUE {
            @Override
            void check(Client client) {
                StepVerifier.create(client.mono())
                        .then(() -> client.foreign.succeed("value"))
                        .expectNext("value")
                        .expectComplete()
                        .verify(SOON);
                client.nothingIsLost();
            }
        },
        NULL {
            @Override
            boolean applies(Shape shape) {
                return shape != Shape.FLOW_PUBLISHER; // forbids it
            }

            @Override
            void check(Client client) {
                StepVerifier.FirstStep<String> step = StepVerifier.create(client.mono());
                if (client.shape == Shape.LISTENER) {
                    step.then(() -> client.foreign.succeed(null))
                            .expectError(NullPointerException.class)
                            .verify(SOON);
                } else {
                    step.then(() -> client.foreign.succeed(null))
                            .expectComplete()
                            .verify(SOON);
                }
                client.nothingIsLost();
            }
        },
        ERROR {
            @Override
            void check(Client client) {
                IOException error = new IOException("no");
                StepVerifier.create(client.mono())
                        .then(() -> client.foreign.fail(error))
                        .expectErrorSatisfies(e -> assertThat(e).isSameAs(error))
                        .verify(SOON);
                client.nothingIsLost();
            }
        },
        NULL_ERROR {
            @Override
            boolean applies(Shape shape) {
                return shape.tellsOfASecondOutcome(); // the JDK's own refuse it
            }

            @Override
            void check(Client client) {
                StepVerifier.FirstStep<String> step = StepVerifier.create(client.mono());
                if (client.shape == Shape.NODE || client.shape == Shape.BI_CONSUMER) {
                    step.then(() -> client.foreign.fail(null))
                            .expectComplete() // (null, null) is a value of null
                            .verify(SOON);
                } else {
                    step.then(() -> client.foreign.fail(null))
                            .expectErrorSatisfies(e -> assertThat(e)
                                    .isInstanceOf(NullPointerException.class)
                                    .hasMessageContaining("failed without an error"))
                            .verify(SOON);
                }
                client.nothingIsLost();
            }
        },
        CANCEL_REACHES {
            @Override
            void check(Client client) {
                Disposable subscription = client.mono().subscribe();
                subscription.dispose();
                subscription.dispose();
                assertThat(client.foreign.cancels).hasValue(client.shape.cancels());
                client.nothingIsLost();
            }
        },
        CANCEL_OF_A_TASK_REACHES {
            @Override
            void check(Client client) {
                run(async(() -> {
                    Task<String> task = createTask(async(() -> await(client.mono())));
                    await(sleep(Duration.ZERO));
                    task.cancel();
                    assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                }));
                assertThat(client.foreign.cancels).hasValue(client.shape.cancels());
                client.nothingIsLost();
            }
        },
        CANCEL_WHILE_REGISTERING_REACHES {
            @Override
            void check(Client client) {
                BaseSubscriber<String> subscriber = new BaseSubscriber<>() {};
                client.foreign.atOnce = subscriber::cancel;
                client.mono().subscribe(subscriber);
                assertThat(client.foreign.cancels).hasValue(client.shape.cancels());
                client.nothingIsLost();
            }
        },
        CANCEL_BEFORE_REGISTERING_BEGINS_NOTHING {
            @Override
            boolean applies(Shape shape) {
                return shape != Shape.FLOW_PUBLISHER; // which is asked first
            }

            @Override
            void check(Client client) {
                BaseSubscriber<String> subscriber = new BaseSubscriber<>() {};
                subscriber.cancel();
                client.mono().subscribe(subscriber);
                assertThat(client.foreign.begun).hasValue(0);
                assertThat(client.foreign.cancels).hasValue(0);
                client.nothingIsLost();
            }
        },
        QUIET_ANSWER_TO_THE_CANCEL {
            @Override
            boolean applies(Shape shape) {
                return shape.asksTheClient();
            }

            @Override
            void check(Client client) {
                IOException answer = new IOException("Canceled");
                client.foreign.answer = () -> client.foreign.fail(answer);
                client.isCancelled();
                client.foreign.fail(answer);
                client.nothingIsLost();
                IOException other = new IOException("disk full");
                client.foreign.fail(other);
                assertThat(client.errors).containsExactly(other);
            }
        },
        QUIET_ANSWER_THAT_COMES_LATER_FROM_ANOTHER_THREAD {
            @Override
            boolean applies(Shape shape) {
                return shape.asksTheClient();
            }

            @Override
            void check(Client client) throws InterruptedException {
                client.isCancelled();
                on(() -> client.foreign.fail(new IOException("Canceled")));
                client.nothingIsLost();
                IOException other = new IOException("disk full");
                on(() -> client.foreign.fail(other));
                assertThat(client.errors).containsExactly(other);
            }
        },
        NO_ANSWER_WHERE_NOBODY_WAS_ASKED {
            @Override
            boolean applies(Shape shape) {
                return shape == Shape.PAIR_WITHOUT_HOOK || shape == Shape.STAGE_LEFT_ALONE;
            }

            @Override
            void check(Client client) {
                client.isCancelled();
                IOException late = new IOException("late");
                client.foreign.fail(late);
                assertThat(client.errors).containsExactly(late);
            }
        },
        NO_ANSWER_BEFORE_THE_HOOK_IS_CALLED {
            @Override
            boolean applies(Shape shape) {
                return shape.asksTheClient();
            }

            @Override
            void check(Client client) {
                IOException late = new IOException("late");
                BaseSubscriber<String> subscriber = new BaseSubscriber<>() {};
                client.foreign.atOnce = () -> {
                    subscriber.cancel();
                    client.foreign.fail(late);
                };
                client.mono().subscribe(subscriber);
                assertThat(client.errors).containsExactly(late);
            }
        },
        LATE_VALUE_IS_DISCARDED {
            @Override
            boolean applies(Shape shape) {
                return shape.hasALateValue();
            }

            @Override
            void check(Client client) {
                client.isCancelled();
                client.foreign.succeed("late");
                until(client.discarded, 1);
                assertThat(client.discarded).containsExactly("late");
                assertThat(client.nextDropped).isEmpty();
                assertThat(client.errors).isEmpty();
            }
        },
        LATE_VALUE_IS_RELEASED {
            @Override
            boolean applies(Shape shape) {
                return shape.hasALateValue() && shape.hasOneOutcome();
            }

            @Override
            void check(Client client) {
                Disposable subscription = client.releasing().subscribe();
                subscription.dispose();
                client.foreign.succeed("late");
                until(client.released, 1);
                assertThat(client.released).containsExactly("late");
                client.nothingIsLost();
            }
        },
        VALUE_THAT_IS_HAD_IS_NOT_RELEASED {
            @Override
            boolean applies(Shape shape) {
                return shape.hasOneOutcome();
            }

            @Override
            void check(Client client) {
                client.foreign.atOnce = () -> client.foreign.succeed("value");
                assertThat(client.releasing().block(SOON)).isEqualTo("value");
                assertThat(client.released).isEmpty();
                client.nothingIsLost();
            }
        },
        VALUE_THAT_IS_NOT_REQUESTED_IS_RELEASED {
            @Override
            boolean applies(Shape shape) {
                return shape.hasOneOutcome() && shape.isSynchronous();
            }

            @Override
            void check(Client client) {
                BaseSubscriber<String> subscriber = unrequesting();
                client.releasing().subscribe(subscriber);
                client.foreign.succeed("value");
                assertThat(client.released).isEmpty();
                subscriber.cancel();
                subscriber.cancel();
                assertThat(client.released).containsExactly("value");
                client.nothingIsLost();
            }
        },
        A_RELEASE_FUNCTION_THAT_THROWS {
            @Override
            boolean applies(Shape shape) {
                return shape.hasALateValue() && shape.hasOneOutcome();
            }

            @Override
            void check(Client client) {
                IOException error = new IOException("close");
                client.hooked(client.shape.releasing(client.foreign, value -> {
                            throw error;
                        }))
                        .subscribe()
                        .dispose();
                client.foreign.succeed("late");
                until(client.errors, 1);
                assertThat(client.errors).containsExactly(error);
                assertThat(client.discarded).isEmpty();
            }
        },
        TWICE {
            @Override
            void check(Client client) {
                IOException late = new IOException("late");
                StepVerifier.create(client.mono())
                        .then(() -> {
                            client.foreign.succeed("first");
                            client.foreign.succeed("second");
                            client.foreign.fail(late);
                            client.foreign.fail(new IOException("later"));
                        })
                        .expectNext("first")
                        .expectComplete()
                        .verify(SOON);
                if (client.shape.tellsOfASecondOutcome()) {
                    assertThat(client.nextDropped).containsExactly("second");
                    assertThat(client.discarded).containsExactly("second");
                    assertThat(client.errors).hasSize(2).startsWith(late);
                } else {
                    client.nothingIsLost();
                }
            }
        },
        TWICE_THE_SAME_IS_NOT_TAKEN_AWAY {
            @Override
            boolean applies(Shape shape) {
                return shape.tellsOfASecondOutcome() && shape.hasOneOutcome();
            }

            @Override
            void check(Client client) {
                StepVerifier.create(client.releasing())
                        .then(() -> {
                            client.foreign.succeed("value");
                            client.foreign.succeed("value");
                        })
                        .expectNext("value")
                        .expectComplete()
                        .verify(SOON);
                assertThat(client.nextDropped).containsExactly("value");
                assertThat(client.released).isEmpty();
                assertThat(client.discarded).isEmpty();
            }
        },
        VALUE_AFTER_AN_ERROR {
            @Override
            boolean applies(Shape shape) {
                return shape.tellsOfASecondOutcome();
            }

            @Override
            void check(Client client) {
                StepVerifier.create(client.mono())
                        .then(() -> {
                            client.foreign.fail(new IOException("no"));
                            client.foreign.succeed("late");
                        })
                        .expectErrorMessage("no")
                        .verify(SOON);
                assertThat(client.discarded).containsExactly("late");
                assertThat(client.errors).isEmpty();
            }
        },
        FROM_ANOTHER_THREAD {
            @Override
            void check(Client client) {
                client.foreign.atOnce = () -> new Thread(() -> client.foreign.succeed("from afar"), "foreign").start();
                for (int i = 0; i < 20; i++) {
                    assertThat(run(async(() -> await(client.mono())))).isEqualTo("from afar");
                }
                client.nothingIsLost();
            }
        },
        INSIDE_REGISTER {
            @Override
            void check(Client client) {
                client.foreign.atOnce = () -> client.foreign.succeed("inside");
                assertThat(run(async(() -> await(client.mono())))).isEqualTo("inside");
                client.foreign.atOnce = () -> client.foreign.fail(new IOException("inside"));
                assertThatThrownBy(() -> run(async(() -> await(client.mono())))).hasMessage("inside");
                client.nothingIsLost();
            }
        },
        REGISTER_THROWS {
            @Override
            boolean applies(Shape shape) {
                return shape != Shape.FLOW_PUBLISHER; // must not, by its specification
            }

            @Override
            void check(Client client) {
                for (Throwable thrown : thrown()) {
                    client.foreign.atOnce = () -> sneak(thrown);
                    StepVerifier.create(client.mono())
                            .expectErrorSatisfies(e -> assertThat(e).isSameAs(thrown))
                            .verify(SOON);
                }
                assertThat(client.foreign.cancels).hasValue(0);
                client.nothingIsLost();
            }
        },
        REGISTER_THROWS_AFTER_A_VALUE {
            @Override
            boolean applies(Shape shape) {
                return shape.tellsOfASecondOutcome();
            }

            @Override
            void check(Client client) {
                IOException thrown = new IOException("then this");
                client.foreign.atOnce = () -> {
                    client.foreign.succeed("first");
                    sneak(thrown);
                };
                assertThat(client.mono().block(SOON)).isEqualTo("first");
                assertThat(client.errors).containsExactly(thrown);
                assertThat(client.discarded).isEmpty();
            }
        },
        HOOK_THROWS {
            @Override
            boolean applies(Shape shape) {
                return shape.asksTheClient();
            }

            @Override
            void check(Client client) {
                for (Throwable thrown : thrown()) {
                    client.errors.clear();
                    client.foreign.answer = () -> sneak(thrown);
                    client.isCancelled();
                    assertThat(client.errors).containsExactly(thrown);
                }
            }
        },
        SUBSCRIBER_THROWS {
            @Override
            boolean applies(Shape shape) {
                return shape.hasOneOutcome() && shape.isSynchronous();
            }

            @Override
            void check(Client client) {
                for (Throwable thrown : thrown()) {
                    client.errors.clear();
                    client.releasing().subscribe(new ThrowingSubscriber(thrown));
                    client.foreign.succeed("value"); // on the thread of the client, which must not hear of it
                    assertThat(client.errors).containsExactly(thrown);
                }
            }
        };

        boolean applies(Shape shape) {
            return true;
        }

        abstract void check(Client client) throws Exception;

        static List<Throwable> thrown() {
            return List.of(
                    new IllegalStateException("runtime"),
                    new IOException("checked"),
                    new AssertionError("error"),
                    new CancelledError("cancel"),
                    new NoClassDefFoundError("linkage"),
                    new StackOverflowError("vm"));
        }

        @SuppressWarnings({"unchecked", "DoNotCallSuggester"}) // it is called for that
        static <E extends Throwable> void sneak(Throwable error) throws E {
            throw (E) error;
        }

        static void on(Runnable work) throws InterruptedException {
            Thread thread = new Thread(work, "client");
            thread.start();
            thread.join();
        }

        static BaseSubscriber<String> unrequesting() {
            return new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {}
            };
        }

        /** Only a plain Future gives its outcome on another thread. */
        static void until(List<?> list, int size) {
            for (long end = System.nanoTime() + SOON.toNanos(); list.size() < size && System.nanoTime() < end; ) {
                Thread.onSpinWait();
            }
        }
    }

    /** Throws the same from all of its methods. */
    private record ThrowingSubscriber(Throwable thrown) implements reactor.core.CoreSubscriber<String> {
        @Override
        public void onSubscribe(org.reactivestreams.Subscription s) {
            s.request(1);
        }

        @Override
        public void onNext(String value) {
            Property.<RuntimeException>sneak(thrown);
        }

        @Override
        public void onError(Throwable error) {
            Property.<RuntimeException>sneak(thrown);
        }

        @Override
        public void onComplete() {
            throw new IllegalStateException("after an onNext that has thrown");
        }
    }
}
