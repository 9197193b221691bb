package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tests that return what is to be awaited. */
public final class PublisherSample {
    /** What has been run to its end. */
    public static final List<String> LOG = new CopyOnWriteArrayList<>();

    private PublisherSample() {}

    private static <T> Mono<T> logged(String name, Mono<T> mono) {
        return mono.doOnTerminate(() -> LOG.add(name));
    }

    /** All of them pass, since their Mono runs in virtual time. */
    @Sample
    public static class Passing {
        private static boolean prepared;
        private boolean ready;

        @BeforeAll
        static void prepare() {
            prepared = true;
        }

        @BeforeEach
        void before() {
            await(sleep(Duration.ofHours(1)));
            ready = true;
        }

        @AfterEach
        void after(TestLoop loop) {
            LOG.add("after " + loop.currentTime());
        }

        @CoroutineTest
        Mono<Void> aMono() {
            assertThat(prepared).isTrue();
            return logged("mono", Mono.delay(Duration.ofDays(1)).then());
        }

        @CoroutineTest
        Mono<Integer> aCoroutine(TestLoop loop) {
            return async(() -> {
                assertThat(ready).isTrue();
                await(sleep(Duration.ofHours(1)));
                assertThat(loop.currentTime()).isEqualTo(Duration.ofHours(2));
                LOG.add("coroutine");
                return 1;
            });
        }

        @CoroutineTest
        Flux<Long> aFlux() {
            return Flux.interval(Duration.ofHours(1)).take(3).doOnComplete(() -> LOG.add("flux"));
        }

        @CoroutineTest
        CompletionStage<String> aStage() {
            return logged("stage", Mono.delay(Duration.ofDays(1)).thenReturn("a"))
                    .toFuture();
        }

        @CoroutineTest(seeds = 3)
        Mono<Void> withSeeds() {
            return logged("seed", sleep(Duration.ofDays(1)));
        }

        @CoroutineTest
        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        Mono<Void> withParameters(int number) {
            return logged("parameter " + number, sleep(Duration.ofDays(number)));
        }

        @CoroutineTest
        @RepeatedTest(2)
        Mono<Void> repeated() {
            return logged("repeated", sleep(Duration.ofDays(1)));
        }

        @CoroutineTest(explore = 10)
        Mono<Void> explored() {
            return logged("explored", sleep(Duration.ofDays(1)));
        }

        @Disabled
        @CoroutineTest
        Mono<Void> isDisabled() {
            return logged("disabled", Mono.empty());
        }

        @Tag("tagged")
        @CoroutineTest
        Mono<Void> hasATag() {
            return logged("tagged", Mono.empty());
        }

        @CoroutineTest
        void ofTheOtherEngine() {
            LOG.add("void");
        }

        /** Inside. */
        @Nested
        public class Inner {
            @CoroutineTest
            Mono<Void> nested() {
                assertThat(ready).isTrue();
                return logged("nested", sleep(Duration.ofDays(1)));
            }
        }
    }

    /** Inherited by a class without tests of its own. */
    public abstract static class Base {
        @CoroutineTest
        Mono<Void> inherited() {
            return logged("inherited", sleep(Duration.ofDays(1)));
        }
    }

    /** Has inherited a test. */
    @Sample
    public static class Heir extends Base {}

    /** None of them passes. */
    @Sample
    public static class Failing {
        @CoroutineTest
        Mono<Void> withAnError() {
            return Mono.delay(Duration.ofDays(1)).then(Mono.error(new IllegalStateException("boom")));
        }

        @CoroutineTest
        Mono<Void> beforeItIsMade() {
            throw new IllegalStateException("unmade");
        }

        @CoroutineTest
        Mono<Void> byADeadlock() {
            return Mono.never();
        }

        @CoroutineTest
        CompletionStage<Void> byAStage() {
            return CompletableFuture.failedFuture(new IllegalStateException("stage"));
        }

        @CoroutineTest
        @Nullable
        Mono<Void> withNull() {
            return null;
        }

        @CoroutineTest
        @ExtendWith(TakesTheValue.class)
        Mono<Void> whoseMonoWasTaken() {
            return Mono.error(new IllegalStateException("unseen"));
        }

        @CoroutineTest
        Flux<Integer> withALateError() {
            return Flux.just(1, 2).concatWith(Flux.error(new IllegalStateException("late")));
        }
    }

    /** An interceptor behind ours has the value, which JUnit does not hand on. */
    public static class TakesTheValue implements InvocationInterceptor {
        @Override
        public void interceptTestTemplateMethod(
                Invocation<@Nullable Void> invocation,
                ReflectiveInvocationContext<java.lang.reflect.Method> method,
                ExtensionContext context)
                throws Throwable {
            Object unused = invocation.proceed();
        }
    }
}
