package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ExceptionGroupTest {
    private final IOException disk = new IOException("disk");
    private final ArithmeticException division = new ArithmeticException("division");
    private final IllegalStateException state = new IllegalStateException("state");
    private final ExceptionGroup inner = new ExceptionGroup("inner", List.of(disk, division));
    private final ExceptionGroup outer = new ExceptionGroup("outer", List.of(inner, state));

    private static List<Throwable> parts(ExceptionGroup group) {
        return group.exceptions();
    }

    @Test
    @DisplayName("its parts are its suppressed exceptions, its message counts them, and there is at least one")
    void parts() {
        assertThat(outer.exceptions()).containsExactly(inner, state);
        assertThat(outer.getSuppressed()).containsExactly(inner, state);
        assertThat(outer).hasMessage("outer (2 sub-exceptions)");
        assertThat(new ExceptionGroup("one", List.of(disk))).hasMessage("one (1 sub-exception)");
        assertThatThrownBy(() -> new ExceptionGroup("none", List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Nested
    class DividedByType {
        @Test
        @DisplayName("both parts keep the nesting and the message")
        void keepsTheNesting() {
            ExceptionGroup.Split split = outer.split(ArithmeticException.class);

            assertThat(split.matching()).hasMessage("outer (1 sub-exception)");
            ExceptionGroup matchingInner =
                    (ExceptionGroup) parts(split.matching()).get(0);
            assertThat(matchingInner).hasMessage("inner (1 sub-exception)");
            assertThat(matchingInner.exceptions()).containsExactly(division);

            assertThat(parts(split.rest())).hasSize(2).endsWith(state);
            ExceptionGroup restOfInner = (ExceptionGroup) parts(split.rest()).get(0);
            assertThat(restOfInner.exceptions()).containsExactly(disk);
            assertThat(outer.exceptions()).containsExactly(inner, state);
        }

        @Test
        @DisplayName("nothing of it, or all of it: one part is the group itself, the other null")
        void nothingOrAll() {
            assertThat(outer.split(InterruptedException.class)).isEqualTo(new ExceptionGroup.Split(null, outer));
            assertThat(outer.subgroup(InterruptedException.class)).isNull();
            assertThat(outer.split(Exception.class)).isEqualTo(new ExceptionGroup.Split(outer, null));
            assertThat(inner.subgroup(Exception.class)).isSameAs(inner);
        }

        @Test
        @DisplayName("a group is a RuntimeException, but does not count as one of its parts")
        void supertypeOfGroups() {
            ExceptionGroup runtime = outer.subgroup(RuntimeException.class);
            assertThat(runtime.exceptions()).hasSize(2).endsWith(state);
            assertThat(((ExceptionGroup) runtime.exceptions().get(0)).exceptions())
                    .containsExactly(division);
            assertThat(outer.subgroup(ExceptionGroup.class)).isSameAs(outer);
        }
    }

    @Nested
    class DividedByCondition {
        @Test
        @DisplayName("a group that fulfils it is taken whole")
        void wholeGroups() {
            ExceptionGroup.Split split = outer.split(error -> error == inner);
            assertThat(parts(split.matching())).containsExactly(inner);
            assertThat(parts(split.rest())).containsExactly(state);
            assertThat(outer.subgroup(error -> error == outer)).isSameAs(outer);
        }
    }

    @Nested
    class WhatAPartKeeps {
        @Test
        @DisplayName("the stack trace and the cause of the whole")
        void traceAndCause() {
            outer.initCause(disk);
            ExceptionGroup part = outer.subgroup(IllegalStateException.class);
            assertThat(part).hasCause(disk);
            assertThat(part.getStackTrace()).isEqualTo(outer.getStackTrace());
        }

        @Test
        @DisplayName("the TimeoutException that was added to the whole")
        void theTimeout() {
            Virtual.runVirtually(() -> {
                ExceptionGroup whole = (ExceptionGroup) catchThrowable(() -> await(timeout(
                        Duration.ofSeconds(1),
                        limit -> await(taskGroup(group -> {
                            group.createTask(failingWhenCancelled(division));
                            group.createTask(failingWhenCancelled(state));
                            await(sleep(Duration.ofDays(1)));
                            return null;
                        })))));
                ExceptionGroup.Split split = whole.split(ArithmeticException.class);
                assertThat(split.matching().getSuppressed()).hasSize(2).contains(division);
                assertThat(split.matching().getSuppressed()).hasAtLeastOneElementOfType(TimeoutException.class);
                assertThat(split.rest().getSuppressed()).hasSize(2).contains(state);
                assertThat(split.rest().getSuppressed()).hasAtLeastOneElementOfType(TimeoutException.class);
            });
        }

        private Coroutine<Void> failingWhenCancelled(RuntimeException error) {
            return async(() -> {
                try {
                    await(sleep(Duration.ofDays(1)));
                } catch (CancelledError e) {
                    throw error;
                }
            });
        }
    }
}
