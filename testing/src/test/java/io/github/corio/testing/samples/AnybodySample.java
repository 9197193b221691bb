package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncFuture;
import io.github.corio.Asyncio;
import io.github.corio.ContextVar;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncEvent;
import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.Faults;
import io.github.corio.testing.TestLoop;
import io.github.corio.testing.TestSettings;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What anybody runs into. */
public final class AnybodySample {
    private AnybodySample() {}

    /** Each of them fails, since nobody handles an error. */
    @Sample
    public static class BareSubscribe {
        @CoroutineTest
        void inTheBody() {
            Disposable unused = Mono.error(new IllegalStateException("bare")).subscribe();
        }

        @CoroutineTest
        void later() {
            Disposable unused = Mono.delay(Duration.ofHours(1))
                    .then(Mono.error(new IllegalStateException("bare")))
                    .subscribe();
            await(sleep(Duration.ofHours(2)));
        }

        @CoroutineTest
        void inATask() {
            await(Asyncio.createTask(async(this::inTheBody)));
        }

        @CoroutineTest
        void inABlockingCall() {
            await(toThread(() -> {
                inTheBody();
                return true;
            }));
        }

        @CoroutineTest
        void inAnExecutorOfTheTest(TestLoop loop) {
            await(CompletableFuture.runAsync(this::inTheBody, loop.executor()));
        }

        @CoroutineTest
        void onAWorker() {
            AsyncFuture<Boolean> over = new AsyncFuture<>();
            Disposable unused = Schedulers.parallel().schedule(() -> {
                inTheBody();
                over.setResult(true);
            });
            await(over);
        }

        @CoroutineTest(allowUnobservedErrors = true)
        void mayDoSo() {
            inTheBody();
        }
    }

    /** As many bodies spin as there are processors, and the rest passes. */
    @Sample
    @TestMethodOrder(MethodOrderer.MethodName.class)
    public static class Spinning {
        private static volatile boolean over;

        /** Lets the threads go when the test of this is over. */
        public static void end() {
            over = true;
        }

        private static void spin() {
            while (!over) {
                Thread.onSpinWait();
            }
        }

        /** As many as there are processors, but not so many that it takes long. */
        public static int bodies() {
            return Math.max(2, Math.min(Runtime.getRuntime().availableProcessors(), 8));
        }

        static IntStream all() {
            return IntStream.range(0, bodies());
        }

        @CoroutineTest(timeoutSeconds = 1)
        @ParameterizedTest
        @MethodSource("all")
        void aSpins(int number) {
            assertThat(number).isNotNegative();
            spin();
        }

        @CoroutineTest
        void cPasses() {
            await(sleep(Duration.ofHours(1)));
        }

        @CoroutineTest
        void dPasses() {
            await(sleep(Duration.ofHours(1)));
        }
    }

    /** A clock that begins where and when the annotation says. */
    @Sample
    public static class Settings {
        /** Settings of a project. */
        public static class OfProject implements Supplier<TestSettings> {
            @Override
            public TestSettings get() {
                return TestSettings.defaults().startingAt(Instant.EPOCH).allowingLeakedTasks();
            }
        }

        @CoroutineTest(start = "2024-02-29T23:59:59Z", zone = "Asia/Tokyo")
        void haveStartAndZone(Clock clock) {
            await(sleep(Duration.ofSeconds(1)));
            assertThat(clock.instant()).isEqualTo(Instant.parse("2024-03-01T00:00:00Z"));
            assertThat(clock.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
        }

        @CoroutineTest(settings = OfProject.class, start = "2024-02-29T23:59:59Z", zone = "Asia/Tokyo")
        void comeFromBoth(Clock clock) {
            assertThat(clock.instant()).isEqualTo(Instant.parse("2024-02-29T23:59:59Z"));
            assertThat(clock.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
            var unused = Asyncio.createTask(sleep(Duration.ofHours(1)));
        }

        @CoroutineTest(settings = OfProject.class)
        void comeFromAClass(Clock clock) {
            assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
            var unused = Asyncio.createTask(sleep(Duration.ofHours(1)));
        }
    }

    /** Somebody else resolves the same types. */
    @Sample
    @ExtendWith(OtherResolver.OfClocks.class)
    public static class OtherResolver {
        static final Clock FIXED = Clock.fixed(Instant.EPOCH, ZoneId.of("UTC"));

        /** Gives every clock. */
        public static class OfClocks implements ParameterResolver {
            @Override
            public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
                return parameter.getParameter().getType() == Clock.class;
            }

            @Override
            public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
                return FIXED;
            }
        }

        /** Gives what is marked as its own. */
        public static class OfMarked implements ParameterResolver {
            @Override
            public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
                return parameter.isAnnotated(Mine.class);
            }

            @Override
            public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
                return Schedulers.immediate();
            }
        }

        /** Marks a parameter. */
        @Target(ElementType.PARAMETER)
        @Retention(RetentionPolicy.RUNTIME)
        public @interface Mine {}

        @CoroutineTest
        void isNotInTheWay(Clock clock, TestLoop loop) {
            assertThat(clock).isSameAs(FIXED).isNotSameAs(loop.clock());
        }

        @CoroutineTest
        @ExtendWith(OfMarked.class)
        void isNotInTheWayBesideOurs(@Mine Scheduler theirs, Scheduler ours, EventLoop loop, TestLoop test) {
            assertThat(theirs).isSameAs(Schedulers.immediate());
            assertThat(ours).isSameAs(test.scheduler());
            assertThat(loop).isSameAs(test.loop());
        }
    }

    /** Jupiter leaves these out. */
    @Sample
    public static class ReturnsAMono {
        @CoroutineTest
        Mono<Long> thatEnds() {
            return Mono.delay(Duration.ofDays(1));
        }

        @CoroutineTest
        Mono<Long> thatFails() {
            return Mono.delay(Duration.ofDays(1)).then(Mono.error(new IllegalStateException("at the end")));
        }
    }

    /** Each of them waits in vain. */
    @Sample
    public static class Waits {
        private static final long SHORT = 10;

        @CoroutineTest(patienceMillis = SHORT)
        void forAnEvent() {
            await(new AsyncEvent().waitUntilSet());
        }

        @CoroutineTest(patienceMillis = SHORT)
        void forAQueue() {
            await(new AsyncQueue<>().get());
        }

        @CoroutineTest(patienceMillis = SHORT)
        void forAGather() {
            await(gather(new AsyncFuture<>(), Mono.never()));
        }

        @CoroutineTest(patienceMillis = SHORT)
        void forAGroup() {
            await(Asyncio.taskGroup(group -> {
                Task<Object> unused = group.createTask(Mono.never());
            }));
        }

        @CoroutineTest(patienceMillis = SHORT)
        void forALambda() {
            Callable<Object> body = () -> await(new CompletableFuture<>());
            await(Asyncio.createTask(async(body::call)));
        }

        @CoroutineTest(timeoutSeconds = 1)
        void forAThread() {
            await(toThread(() -> {
                new CountDownLatch(1).await(1, TimeUnit.HOURS);
                return true;
            }));
        }
    }

    /** What a lifecycle method sets, the test sees, and the one after it. */
    @Sample
    public static class ContextVars {
        private static final ContextVar<String> USER = ContextVar.of("user");

        @BeforeEach
        void logIn() {
            await(sleep(Duration.ofHours(1)));
            var unused = USER.set("somebody");
        }

        @CoroutineTest
        void areSeen() {
            assertThat(USER.get()).isEqualTo("somebody");
            assertThat(await(Asyncio.createTask(async(() -> USER.get())))).isEqualTo("somebody");
            var unused = USER.set("somebody else");
        }

        @CoroutineTest(explore = 10)
        void areSeenInEachRun() {
            areSeen();
        }

        @AfterEach
        void logOut() {
            assertThat(USER.get()).isEqualTo("somebody else");
        }
    }

    /** A callback that never comes. */
    @Sample
    public static class WaitsForOutside {
        @CoroutineTest(patienceMillis = 20)
        void forAStage() {
            await(new CompletableFuture<>());
        }

        @CoroutineTest
        void forAFuture() {
            await(new AsyncFuture<>());
        }
    }

    /** Explored, with fields and lifecycle methods. */
    @Sample
    public static class Explored {
        private static int instances;

        private final List<String> log = new ArrayList<>();
        private boolean prepared;

        Explored() {
            instances++;
        }

        public static int instances() {
            return instances;
        }

        @BeforeEach
        void prepare() {
            await(sleep(Duration.ofHours(1)));
            prepared = true;
        }

        private Mono<Void> step(String name) {
            return sleep(Duration.ZERO).then(Mono.fromRunnable(() -> log.add(name)));
        }

        @CoroutineTest(explore = 1000)
        void passes(TestLoop loop) {
            assertThat(prepared).isTrue();
            assertThat(log).isEmpty();
            await(gather(step("a"), step("b")));
            assertThat(log).containsExactlyInAnyOrder("a", "b");
            assertThat(loop.currentTime()).isEqualTo(Duration.ofHours(1));
        }

        @CoroutineTest(explore = 1000)
        void fails() {
            await(gather(step("a"), step("b")));
            assertThat(log).containsExactly("a", "b");
        }

        @CoroutineTest(explore = 1000)
        void failsIfTheDependencyDoes() {
            assertThat(await(Faults.of(Mono.just("value")))).isEqualTo("value");
        }
    }
}
