package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AsyncFutureTest {
    private final Virtual virtual = new Virtual();
    private final AsyncFuture<String> future = new AsyncFuture<>(virtual.loop());
    private final List<Object> log = new ArrayList<>();

    @AfterEach
    void close() {
        virtual.close();
    }

    @Nested
    class States {
        @Test
        @DisplayName("FUT-02 cancelled: done at once, everything throws CancelledError, and nothing can be set")
        void isCancelled() {
            assertThat(future.isDone()).isFalse();
            assertThat(future.cancel()).isTrue();

            assertThat(future.isDone()).isTrue();
            assertThat(future.isCancelled()).isTrue();
            assertThatThrownBy(future::result).isInstanceOf(CancelledError.class);
            assertThatThrownBy(future::exception).isInstanceOf(CancelledError.class);
            assertThatThrownBy(() -> future.setResult("x")).isInstanceOf(InvalidStateException.class);
            assertThatThrownBy(() -> future.setException(new RuntimeException()))
                    .isInstanceOf(InvalidStateException.class);
            assertThat(future.cancel()).isFalse();
        }

        @Test
        @DisplayName("FUT-02 pending: result and exception say that it is too early")
        void pending() {
            assertThatThrownBy(future::result)
                    .isInstanceOf(InvalidStateException.class)
                    .hasMessageContaining("not there yet");
            assertThatThrownBy(future::exception).isInstanceOf(InvalidStateException.class);
            assertThat(future.isCancelled()).isFalse();
        }

        @Test
        @DisplayName("FUT-04 failed: result throws the very error, exception returns it, and nothing can be set")
        void failed() {
            RuntimeException error = new RuntimeException("x");
            future.setException(error);

            assertThat(future.isDone()).isTrue();
            assertThat(future.isCancelled()).isFalse();
            assertThat(catchThrowable(future::result)).isSameAs(error);
            assertThat(future.exception()).isSameAs(error);
            assertThatThrownBy(() -> future.setResult("x")).isInstanceOf(InvalidStateException.class);
            assertThatThrownBy(() -> future.setException(error)).isInstanceOf(InvalidStateException.class);
            assertThat(future.cancel()).isFalse();
        }

        @Test
        @DisplayName("FUT-04 with a result, which may be null: exception is null")
        void succeeded() {
            future.setResult(null);
            assertThat(future.result()).isNull();
            assertThat(future.exception()).isNull();
            assertThatThrownBy(() -> future.setResult("again")).isInstanceOf(InvalidStateException.class);
        }

        @Test
        @DisplayName("FUT-04 a checked error comes out as it is")
        void checkedErrors() {
            Exception error = new Exception("checked");
            future.setException(error);
            assertThat(catchThrowable(future::result)).isSameAs(error);
        }

        @Test
        @DisplayName("FUT-13 an outcome copied onto a pending future carries result, error or cancellation")
        void copied() {
            RuntimeException error = new RuntimeException("x");
            AsyncFuture<String> failed = new AsyncFuture<>(virtual.loop());
            AsyncFuture<String> cancelled = new AsyncFuture<>(virtual.loop());

            assertThat(future.complete(new Outcome.Success<>("value"))).isTrue();
            assertThat(failed.complete(new Outcome.Failure<>(error))).isTrue();
            assertThat(cancelled.complete(new Outcome.Cancelled<>(new CancelledError("why"))))
                    .isTrue();

            assertThat(future.result()).isEqualTo("value");
            assertThat(failed.exception()).isSameAs(error);
            assertThat(cancelled.isCancelled()).isTrue();
            assertThatThrownBy(cancelled::result).hasMessage("why");
        }

        @Test
        @DisplayName("FUT-14 what would set a cancelled future leaves it as it is, without an error")
        void setUnlessCancelled() {
            future.cancel("first");
            assertThat(future.complete(new Outcome.Success<>("late"))).isFalse();
            assertThat(future.isCancelled()).isTrue();
            assertThatThrownBy(future::result).hasMessage("first");
        }
    }

    @Nested
    class Callbacks {
        @Test
        @DisplayName("FUT-11 run in the order they were added, on the loop, and never inside setResult")
        void inOrder() {
            future.addDoneCallback(done -> log.add("a " + done.result()));
            future.addDoneCallback(done -> log.add("b"));
            virtual.loop().callSoon(() -> {
                future.setResult("x");
                log.add("set");
            });
            virtual.advance(Duration.ZERO);
            assertThat(log).containsExactly("set", "a x", "b");
        }

        @Test
        @DisplayName("FUT-11 those taken out do not run, the others keep their order, and it may be repeated")
        void removed() {
            Consumer<Object> a = done -> log.add("a");
            Consumer<Object> b = done -> log.add("b");
            Consumer<Object> c = done -> log.add("c");
            List.of(a, b, a, c).forEach(future::addDoneCallback);

            assertThat(future.removeDoneCallback(a)).isEqualTo(2);
            assertThat(future.removeDoneCallback(a)).isZero();
            future.setResult("x");
            virtual.advance(Duration.ZERO);

            assertThat(log).containsExactly("b", "c");
            assertThat(future.removeDoneCallback(b)).isZero();
        }

        @Test
        @DisplayName("FUT-11 the last, the middle, and all of them may be taken out")
        void removedAll() {
            Consumer<Object> a = done -> log.add("a");
            Consumer<Object> b = done -> log.add("b");
            Consumer<Object> c = done -> log.add("c");
            List.of(a, b, c).forEach(future::addDoneCallback);
            assertThat(future.removeDoneCallback(b)).isEqualTo(1);
            assertThat(future.removeDoneCallback(c)).isEqualTo(1);
            assertThat(future.removeDoneCallback(a)).isEqualTo(1);
            future.addDoneCallback(c);
            future.cancel();
            virtual.advance(Duration.ZERO);
            assertThat(log).containsExactly("c");
        }

        @Test
        @DisplayName("FUT-11 one added to a done future is queued, not run at once")
        void onADoneFuture() {
            future.setResult("x");
            virtual.loop().callSoon(() -> {
                future.addDoneCallback(done -> log.add("callback"));
                log.add("added");
            });
            virtual.advance(Duration.ZERO);
            assertThat(log).containsExactly("added", "callback");
        }

        @Test
        @DisplayName("FUT-11 one that throws goes to the exception handler, and the others run")
        void oneThatThrows() {
            future.addDoneCallback(done -> {
                throw new IllegalStateException("broken callback");
            });
            future.addDoneCallback(done -> log.add("b"));
            future.setResult("x");
            virtual.advance(Duration.ZERO);
            assertThat(log).containsExactly("b");
            assertThat(virtual.reported())
                    .singleElement()
                    .satisfies(told -> assertThat(told.exception()).hasMessage("broken callback"));
        }

        @Test
        @DisplayName("FUT-11 one that takes out a later one comes too late: that is queued already")
        void removedByACallback() {
            Consumer<Object> later = done -> log.add("later");
            future.addDoneCallback(done -> log.add(done.removeDoneCallback(later)));
            future.addDoneCallback(later);
            future.setResult("x");
            virtual.advance(Duration.ZERO);
            assertThat(log).containsExactly(0, "later");
        }
    }

    @Nested
    class UnseenErrors {
        private void failAndForget() {
            new AsyncFuture<String>(virtual.loop()).setException(new IllegalArgumentException("unseen"));
        }

        @Test
        @DisplayName("FUT-15 failed and dropped unseen: reported when it is collected")
        void reportedWhenCollected() {
            failAndForget();
            Garbage.collectUntil(() -> {
                virtual.advance(Duration.ZERO);
                return !virtual.reported().isEmpty();
            });
            assertThat(virtual.reported()).singleElement().satisfies(this::isTheUnseen);
        }

        private void isTheUnseen(ExceptionContext told) {
            assertThat(told.message()).isEqualTo("Future exception was never retrieved");
            assertThat(told.exception()).hasMessage("unseen");
        }

        @Test
        @DisplayName("FUT-15 failed and unseen when the loop is closed: reported then, once")
        void reportedAtClose() {
            failAndForget();
            virtual.loop().close();
            assertThat(virtual.reported()).singleElement().satisfies(this::isTheUnseen);
        }

        @Test
        @DisplayName("FUT-16 exception() was read: not reported")
        void exceptionRead() {
            future.setException(new IllegalArgumentException("seen"));
            assertThat(future.exception()).hasMessage("seen");
            virtual.loop().close();
            assertThat(virtual.reported()).isEmpty();
        }

        @Test
        @DisplayName("FUT-16 awaited: not reported")
        void awaited() {
            virtual.loop().callSoon(() -> future.setException(new IllegalArgumentException("seen")));
            virtual.run(async(() -> {
                assertThatThrownBy(() -> await(future)).hasMessage("seen");
            }));
            virtual.loop().close();
            assertThat(virtual.reported()).isEmpty();
        }

        @Test
        @DisplayName("FUT-16 subscribed to as a Mono: not reported")
        void subscribedTo() {
            future.subscribe(value -> {}, error -> log.add(error.getMessage()));
            future.setException(new IllegalArgumentException("seen"));
            virtual.advance(Duration.ZERO);
            virtual.loop().close();
            assertThat(log).containsExactly("seen");
            assertThat(virtual.reported()).isEmpty();
        }

        @Test
        @DisplayName("FUT-18 a cancel of a future that has failed counts as a look at it")
        void cancelledAfterwards() {
            future.setException(new IllegalArgumentException("acknowledged"));
            assertThat(future.cancel()).isFalse();
            virtual.loop().close();
            assertThat(virtual.reported()).isEmpty();
        }

        @Test
        @DisplayName("FUT-19 a pending future that is dropped is silent")
        void pendingAndDropped() {
            Garbage.collect(() -> new AsyncFuture<String>(virtual.loop()));
            virtual.advance(Duration.ZERO);
            virtual.loop().close();
            assertThat(virtual.reported()).isEmpty();
        }

        @Test
        @DisplayName("FUT-19 so is a cancelled one")
        void cancelledAndDropped() {
            future.cancel();
            virtual.loop().close();
            assertThat(virtual.reported()).isEmpty();
        }
    }

    @Nested
    class Awaited {
        @Test
        @DisplayName("FUT-27 a failed future awaited five times: the same error, whose stack does not grow")
        void theErrorDoesNotGrow() {
            IllegalArgumentException error = new IllegalArgumentException("x");
            future.setException(error);
            StackTraceElement[] stack = error.getStackTrace();
            virtual.run(async(() -> {
                for (int i = 0; i < 5; i++) {
                    assertThat(catchThrowable(() -> await(future))).isSameAs(error);
                    assertThat(catchThrowable(() -> await(createTask(future.hide()))))
                            .isSameAs(error);
                }
            }));
            assertThat(error.getStackTrace()).isEqualTo(stack);
            assertThat(error.getSuppressed()).hasSize(1).hasOnlyElementsOfType(AwaitedHere.class);
            assertThat(error.getCause()).isNull();
        }

        @Test
        @DisplayName("FUT-02 a waiter and a callback of a cancelled future are woken in order")
        void wokenByCancel() {
            virtual.run(async(() -> {
                future.addDoneCallback(done -> log.add("callback"));
                Task<String> waiter = createTask(async(() -> {
                    try {
                        return await(future);
                    } finally {
                        log.add("waiter");
                    }
                }));
                await(sleep(Duration.ZERO));
                future.cancel("why");
                assertThat(log).isEmpty();
                assertThatThrownBy(() -> await(waiter)).hasMessage("why");
            }));
            assertThat(log).containsExactly("callback", "waiter");
        }

        @Test
        @DisplayName("FUT-28 in debug mode the place of its creation is recorded")
        void creationSite() {
            assertThat(future.creationSite()).isNull();
            virtual.loop().setDebug(true);
            Throwable site = new AsyncFuture<String>(virtual.loop()).creationSite();
            assertThat(site).isNotNull();
            assertThat(site.getStackTrace())
                    .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("creationSite"));
            assertThat(site.getStackTrace())
                    .anySatisfy(frame -> assertThat(frame.getClassName()).contains("AsyncFutureTest"));
        }

        @Test
        @DisplayName("FUT-02 may be made on the running loop only, unless it is told its loop")
        void needsALoop() {
            assertThatThrownBy(AsyncFuture::new)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("No running event loop");
            virtual.run(async(() -> {
                assertThat(new AsyncFuture<String>().loop()).isSameAs(EventLoop.current());
            }));
        }
    }
}
