package io.github.corio.sync;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.CancelledError;
import io.github.corio.Task;
import io.github.corio.Virtual;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class AsyncEventTest {
    private final AsyncEvent event = new AsyncEvent();
    private final List<Object> log = new ArrayList<>();

    private Task<Void> waiting(String name) {
        return createTask(async(() -> {
            await(event.waitUntilSet());
            log.add(name);
        }));
    }

    @Nested
    class InCoroutines {
        @Test
        @DisplayName("EVENT-01 a task queued before the wake-ups is done before those who waited")
        void whoWasQueuedBeforeIsFirst() {
            Virtual.runVirtually(() -> {
                Task<Void> t1 = waiting("t1");
                Task<Void> t2 = waiting("t2");
                turn();
                assertThat(log).isEmpty();
                Task<Void> t3 = waiting("t3");
                event.set();
                await(gather(List.of(t1, t2, t3)));
                assertThat(log).containsExactly("t3", "t1", "t2");
            });
        }

        @Test
        @DisplayName("a wait on one that is set does not give up the turn")
        void aSetOneDoesNotSuspend() {
            Virtual.runVirtually(() -> {
                event.set();
                Task<Void> other = createTask(async(() -> {
                    log.add("other");
                }));
                await(event.waitUntilSet());
                assertThat(log).isEmpty();
                await(other);
            });
        }

        @Test
        @DisplayName("EVENT-03 a cancelled waiter is removed")
        void aCancelledOneIsRemoved() {
            Virtual.runVirtually(() -> {
                Task<Void> task = waiting("t");
                turn();
                assertThat(event.statistics().waiting()).isEqualTo(1);
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(event.statistics().waiting()).isZero();
            });
        }

        @Test
        @DisplayName("EVENT-04 set and clear before the waiter runs: it wakes all the same; a repeated set is harmless")
        void aClearDoesNotHoldUpTheWoken() {
            Virtual.runVirtually(() -> {
                Task<Void> t1 = waiting("t1");
                Task<Void> t2 = waiting("t2");
                turn();
                event.set();
                event.set();
                event.clear();
                Task<Void> t3 = waiting("t3");
                turn();
                assertThat(log).containsExactly("t1", "t2");
                assertThat(event.isSet()).isFalse();
                event.set();
                await(gather(List.of(t1, t2, t3)));
                assertThat(log).containsExactly("t1", "t2", "t3");
            });
        }

        @Test
        @DisplayName("EVENT-05 clear resets the flag")
        void clearResetsTheFlag() {
            Virtual.runVirtually(() -> {
                assertThat(event.isSet()).isFalse();
                event.set();
                assertThat(event.isSet()).isTrue();
                event.clear();
                assertThat(event.isSet()).isFalse();
                Task<Void> task = waiting("t");
                turn();
                assertThat(task.isDone()).isFalse();
                assertThat(event).hasToString("AsyncEvent[unset, waiting=1]");
                event.set();
                await(task);
                assertThat(event).hasToString("AsyncEvent[set]");
            });
        }
    }

    @Nested
    class ForSubscribers {
        @Test
        void theyCompleteWhenItIsSet() {
            StepVerifier.create(event.waitUntilSet())
                    .then(() -> assertThat(event.statistics().waiting()).isEqualTo(1))
                    .then(event::set)
                    .verifyComplete();
            StepVerifier.create(event.waitUntilSet()).verifyComplete();
        }

        @Test
        void aCancelledOneIsRemoved() {
            event.waitUntilSet().subscribe().dispose();
            assertThat(event.statistics().waiting()).isZero();
        }
    }
}
