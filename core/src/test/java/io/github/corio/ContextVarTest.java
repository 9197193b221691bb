package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentContext;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

class ContextVarTest {
    private static final ContextVar<String> VARIABLE = ContextVar.of("variable", "default");

    private final List<Object> log = new ArrayList<>();

    @Nested
    class OfATask {
        @Test
        @DisplayName("CTX-01 a task sees the values of its creation; later changes are invisible in both directions")
        void copiedAtCreation() {
            Virtual.runVirtually(() -> {
                VARIABLE.set("at creation");
                Task<Void> task = createTask(async(() -> {
                    log.add(VARIABLE.get());
                    VARIABLE.set("by the task");
                    turn();
                    log.add(VARIABLE.get());
                }));
                VARIABLE.set("by the creator, later");
                await(task);
                assertThat(log).containsExactly("at creation", "by the task");
                assertThat(VARIABLE.get()).isEqualTo("by the creator, later");
            });
        }

        @Test
        @DisplayName("CTX-02 a callback's change affects neither who registered it nor who awaits the future")
        void aCallbacksChange() {
            Virtual.runVirtually(() -> {
                VARIABLE.set("mine");
                AsyncFuture<String> future = new AsyncFuture<>();
                future.addDoneCallback(done -> {
                    log.add(VARIABLE.get());
                    VARIABLE.set("of the callback");
                });
                EventLoop.current().callSoon(() -> future.setResult("x"));
                await(future);
                assertThat(VARIABLE.get()).isEqualTo("mine");
                turn();
                assertThat(VARIABLE.get()).isEqualTo("mine");
                await(sleep(Duration.ofSeconds(1)));
                assertThat(VARIABLE.get()).isEqualTo("mine");
                assertThat(log).containsExactly("mine");
            });
        }

        @Test
        @DisplayName("CTX-03 a hundred tasks that change one variable across awaits never see each other's value")
        void aHundredTasks() {
            Virtual.runVirtually(() -> {
                List<Coroutine<Void>> all = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    String own = "own " + i;
                    int millis = i * 7 % 10;
                    all.add(async(() -> {
                        for (int round = 0; round < 5; round++) {
                            VARIABLE.set(own + round);
                            await(sleep(Duration.ofMillis(millis)));
                            assertThat(VARIABLE.get()).isEqualTo(own + round);
                        }
                    }));
                }
                await(gather(all));
                assertThat(VARIABLE.get()).isEqualTo("default");
            });
        }

        @Test
        @DisplayName(
                "CTX-04 a context that is given to two tasks in turn: each one's changes are in it, for the next too")
        void aGivenContext() {
            Virtual.runVirtually(() -> {
                AsyncContext given = AsyncContext.copy();
                Coroutine<Void> child = async(() -> {
                    log.add(VARIABLE.get());
                    turn();
                    VARIABLE.set(VARIABLE.get() + "+");
                });
                await(createTask(child, given));
                assertThat(given.view().<String>get(VARIABLE)).isEqualTo("default+");
                await(createTask(child, null, given, false));
                await(createTask(child, null, given, true));
                assertThat(given.run(VARIABLE::get)).isEqualTo("default+++");
                assertThat(log).containsExactly("default", "default+", "default++");
                assertThat(VARIABLE.get()).isEqualTo("default");
            });
        }

        @Test
        @DisplayName("CTX-05 a task's context is the very object that was given at its creation")
        void theVeryContext() {
            Virtual.runVirtually(() -> {
                AsyncContext given = AsyncContext.copy();
                Task<Void> task = createTask(sleep(Duration.ZERO), given);
                assertThat(task.context()).isSameAs(given);
                assertThat(Objects.requireNonNull(currentTask()).context()).isNotSameAs(given);
            });
        }

        @Test
        @DisplayName("CTX-07 callSoon and timers capture the context where they are registered")
        void capturedAtRegistration() {
            Virtual.runVirtually(() -> {
                VARIABLE.set("at registration");
                EventLoop.current().callSoon(() -> log.add(VARIABLE.get()));
                EventLoop.current().callLater(Duration.ofSeconds(1), () -> log.add(VARIABLE.get()));
                EventLoop.current().callSoon(() -> log.add(VARIABLE.get()), Context.of(VARIABLE, "given"));
                VARIABLE.set("later");
                await(sleep(Duration.ofSeconds(2)));
                assertThat(log).containsExactly("at registration", "given", "at registration");
            });
        }
    }

    @Nested
    class Values {
        @Test
        @DisplayName("CTX-01 set gives a token, with which reset puts back what was there; each token once")
        void reset() {
            ContextVar<String> other = ContextVar.of("other");
            Virtual.runVirtually(() -> {
                ContextVar.Token<String> first = VARIABLE.set("one");
                ContextVar.Token<String> second = VARIABLE.set("two");
                VARIABLE.reset(second);
                assertThat(VARIABLE.get()).isEqualTo("one");
                VARIABLE.reset(first);
                assertThat(VARIABLE.get()).isEqualTo("default");
                assertThatThrownBy(() -> VARIABLE.reset(first)).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> other.reset(VARIABLE.set("x"))).isInstanceOf(IllegalArgumentException.class);
            });
        }

        @Test
        @DisplayName("CTX-01 without a value and a default: an error that names the variable and the thread")
        void missing() {
            ContextVar<String> unset = ContextVar.of("unset");
            assertThatThrownBy(unset::get)
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessageContaining("unset")
                    .hasMessageContaining(Thread.currentThread().getName());
        }

        @Test
        @DisplayName("CTX-04 run in a copied context: its changes stay in it")
        void runInACopy() {
            Virtual.runVirtually(() -> {
                AsyncContext copy = AsyncContext.copy();
                String inside = copy.run(() -> {
                    VARIABLE.set("inside");
                    return VARIABLE.get();
                });
                assertThat(inside).isEqualTo("inside");
                assertThat(VARIABLE.get()).isEqualTo("default");
                assertThat(copy.run(VARIABLE::get)).isEqualTo("inside");
            });
        }

        @Test
        @DisplayName("run inside of run of the same context is refused, on a loop and off it, and says what to do")
        void nested() throws Exception {
            Virtual.runVirtually(this::nest);
            CompletableFuture<Void> inACallback = new CompletableFuture<>();
            EventLoop loop = EventLoop.create();
            loop.callSoon(() -> {
                try {
                    nest();
                    inACallback.complete(null);
                } catch (Throwable e) {
                    inACallback.completeExceptionally(e);
                }
            });
            inACallback.get(10, TimeUnit.SECONDS);
            loop.close();
            nest();
        }

        private void nest() throws Exception {
            AsyncContext entered = AsyncContext.copy();
            AsyncContext between = AsyncContext.copy();
            entered.run(() -> {
                VARIABLE.set("outer");
                assertRefused(entered);
                between.run(() -> {
                    assertRefused(entered);
                    return "";
                });
                assertThat(VARIABLE.get()).isEqualTo("outer");
                return "";
            });
            assertThat(entered.run(VARIABLE::get)).isEqualTo("outer");
            assertThatThrownBy(() -> entered.run(() -> {
                        throw new IOException("disk");
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(entered.run(VARIABLE::get)).isEqualTo("outer");
        }

        private void assertRefused(AsyncContext entered) {
            assertThatThrownBy(() -> entered.run(() -> VARIABLE.set("inner")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("already entered")
                    .hasMessageContaining(Thread.currentThread().getName())
                    .hasMessageContaining("copy");
        }

        @Test
        @DisplayName("run by another task while the first is suspended in it is refused too; later it is not")
        void enteredByASuspendedTask() {
            Virtual.runVirtually(() -> {
                AsyncContext shared = AsyncContext.copy();
                Task<String> first = createTask(async(() -> shared.run(() -> {
                    VARIABLE.set("first");
                    turn();
                    turn();
                    return VARIABLE.get();
                })));
                turn();
                assertRefused(shared);
                assertThat(await(first)).isEqualTo("first");
                assertThat(shared.run(VARIABLE::get)).isEqualTo("first");
            });
        }

        @Test
        @DisplayName("run in the context of a task: the task sees the changes, be it another one or the running one")
        void runInTheContextOfATask() {
            Virtual.runVirtually(() -> {
                Task<String> other = createTask(async(() -> {
                    turn();
                    turn();
                    return VARIABLE.get();
                }));
                turn();
                other.context().run(() -> VARIABLE.set("for the other"));
                assertThat(await(other)).isEqualTo("for the other");
                assertThat(VARIABLE.get()).isEqualTo("default");

                Objects.requireNonNull(currentTask()).context().run(() -> VARIABLE.set("for this one"));
                assertThat(VARIABLE.get()).isEqualTo("for this one");
            });
        }
    }

    @Nested
    class ReactorsContext {
        @Test
        @DisplayName("the subscriber's Context is what the body sees")
        void fromTheSubscriber() {
            assertThat(async(() -> currentContext().get("key") + ", " + VARIABLE.get())
                            .contextWrite(context -> context.put("key", "value").put(VARIABLE, "written"))
                            .block())
                    .isEqualTo("value, written");
        }

        @Test
        @DisplayName("it is written into what the body awaits, changed variables included")
        void intoWhatIsAwaited() {
            Mono<String> upstream =
                    Mono.deferContextual(view -> Mono.just(view.get("key") + ", " + view.<String>get(VARIABLE)));
            assertThat(async(() -> {
                                VARIABLE.set("changed");
                                return await(upstream) + "; " + await(createTask(upstream.hide())) + "; "
                                        + await(gather(List.of(upstream, async(() -> VARIABLE.get()))));
                            })
                            .contextWrite(Context.of("key", "value"))
                            .block())
                    .isEqualTo("value, changed; value, changed; [value, changed, changed]");
        }

        @Test
        @DisplayName("a coroutine awaited through an operator runs on the awaiting one's loop")
        void theLoopGoesAlong() {
            Virtual.runVirtually(() -> {
                EventLoop loop = EventLoop.current();
                EventLoop inner = await(async(EventLoop::current).hide());
                assertThat(inner).isSameAs(loop);
            });
        }
    }
}
