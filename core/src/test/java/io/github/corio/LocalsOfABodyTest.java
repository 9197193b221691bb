package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.corio.loop.FiberKind;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the JVM keeps for a thread (bindings, monitors, locks, the class loader) belongs to one body, across all that it awaits. */
@DisplayName("what belongs to the thread of a body")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LocalsOfABodyTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int BODIES = 20;

    private static void turn() {
        await(sleep(Duration.ZERO));
    }

    private static void leave() {
        await(Mono.delay(Duration.ofNanos(1)));
    }

    /** Before 24 a monitor pins a virtual thread: an await under it holds up the carrier of the JDK's pool. */
    private static void monitorsDoNotPin() {
        assumeTrue(
                FiberKind.current() == FiberKind.PLATFORM || Runtime.version().feature() >= 24);
    }

    /** By reflection, since it is final only in Java 25, and the tests are compiled for 17. */
    private static final class Scoped {
        private final Object value;
        private final MethodHandle get;
        private final MethodHandle where;
        private final MethodHandle run;

        Scoped() throws ReflectiveOperationException {
            Class<?> type = Class.forName("java.lang.ScopedValue");
            Class<?> bindings = Class.forName("java.lang.ScopedValue$Carrier");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            get = lookup.findVirtual(type, "orElse", MethodType.methodType(Object.class, Object.class));
            where = lookup.findStatic(type, "where", MethodType.methodType(bindings, type, Object.class));
            run = lookup.findVirtual(bindings, "run", MethodType.methodType(void.class, Runnable.class));
            value = type.getMethod("newInstance").invoke(null);
        }

        Object get() {
            return invoke(get, value, "none");
        }

        void where(Object bound, Runnable action) {
            invoke(run, invoke(where, value, bound), action);
        }

        private static Object invoke(MethodHandle handle, Object... arguments) {
            try {
                return handle.invokeWithArguments(arguments);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }
    }

    @Nested
    @DisplayName("a ScopedValue, bound twice")
    class ScopedValues {
        private final Scoped scoped = scoped();

        private static Scoped scoped() {
            assumeTrue(Runtime.version().feature() >= 25, "ScopedValue is final since 25");
            try {
                return new Scoped();
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }

        private void expect(Object value) {
            for (int i = 0; i < 20; i++) {
                if (i % 5 == 0) {
                    leave();
                } else {
                    turn();
                }
                assertThat(scoped.get()).isEqualTo(value);
            }
        }

        private void bindTwice(int number) {
            expect("none");
            scoped.where("outer" + number, () -> {
                expect("outer" + number);
                scoped.where("inner" + number, () -> expect("inner" + number));
                expect("outer" + number);
            });
            expect("none");
        }

        @Test
        void acrossAwaitsOfManyBodiesOnOneLoop() {
            run(async(() -> {
                await(gather(IntStream.range(0, BODIES)
                        .mapToObj(i -> async(() -> bindTwice(i)))
                        .toList()));
            }));
        }

        @Test
        void acrossAwaitsOfManyLoops() {
            Flux.range(0, BODIES)
                    .flatMap(i -> async(() -> bindTwice(i)), BODIES)
                    .blockLast(LIMIT);
        }

        @Test
        void inTheConsumerOfAGeneratorAndInTheGenerator() {
            run(async(() -> {
                Flux<Object> values = generate(sink -> {
                    for (int i = 0; i < 5; i++) {
                        turn();
                        scoped.where("generator's", ScopedValues.this::touch);
                        sink.emit(scoped.get());
                    }
                });
                scoped.where("consumer's", () -> {
                    for (Object seen : each(values)) {
                        assertThat(seen).isEqualTo("none");
                        expect("consumer's");
                    }
                });
            }));
        }

        private void touch() {
            expect("generator's");
        }

        @Test
        void isNotTheOneOfAGroupsChildren() {
            run(async(() -> scoped.where("parent's", () -> {
                List<Object> seen = new ArrayList<>();
                await(taskGroup(group -> {
                    for (int i = 0; i < 3; i++) {
                        group.createTask(async(() -> {
                            turn();
                            seen.add(scoped.get());
                        }));
                    }
                    expect("parent's");
                }));
                assertThat(seen).containsExactly("none", "none", "none");
                expect("parent's");
            })));
        }
    }

    @Nested
    @DisplayName("a monitor")
    class Monitors {
        private final Object monitor = new Object();
        private int turns;

        @Test
        void isReentrantAndExcludesAcrossAwaits() {
            monitorsDoNotPin();
            AtomicInteger inside = new AtomicInteger();
            Flux.range(0, 8)
                    .flatMap(i -> async(() -> {
                        for (int k = 0; k < 10; k++) {
                            synchronized (monitor) {
                                assertThat(inside.incrementAndGet()).isEqualTo(1);
                                leave();
                                synchronized (monitor) {
                                    turn();
                                }
                                assertThat(Thread.holdsLock(monitor)).isTrue();
                                assertThat(inside.decrementAndGet()).isZero();
                            }
                            turn();
                        }
                    }))
                    .blockLast(LIMIT);
        }

        /** Each on a loop of its own: who waits for a notify holds up its loop. */
        @Test
        void isWaitedForAndNotified() {
            monitorsDoNotPin();
            int bodies = 4;
            Flux.range(0, bodies)
                    .flatMap(
                            mine -> async(() -> {
                                for (int k = 0; k < 10; k++) {
                                    turn();
                                    synchronized (monitor) {
                                        while (turns % bodies != mine) {
                                            monitor.wait();
                                        }
                                        turns++;
                                        monitor.notifyAll();
                                    }
                                    leave();
                                }
                            }),
                            bodies)
                    .blockLast(LIMIT);
            assertThat(turns).isEqualTo(40);
        }
    }

    @Test
    @DisplayName("a ReentrantLock is held across awaits, and its condition is waited for")
    void locks() {
        ReentrantLock lock = new ReentrantLock();
        Condition changed = lock.newCondition();
        int[] turns = {0};
        int bodies = 4;
        Flux.range(0, bodies)
                .flatMap(
                        mine -> async(() -> {
                            for (int k = 0; k < 10; k++) {
                                lock.lock();
                                try {
                                    while (turns[0] % bodies != mine) {
                                        changed.await();
                                    }
                                    leave();
                                    assertThat(lock.isHeldByCurrentThread()).isTrue();
                                    turns[0]++;
                                    changed.signalAll();
                                } finally {
                                    lock.unlock();
                                }
                                turn();
                            }
                        }),
                        bodies)
                .blockLast(LIMIT);
        assertThat(turns).containsExactly(40);
    }

    @Test
    @DisplayName("the context class loader is the body's own, and the next body's is the ordinary one")
    void contextClassLoader() throws Exception {
        try (URLClassLoader mine = new URLClassLoader(new URL[0])) {
            run(async(() -> {
                ClassLoader ordinary = await(createTask(contextClassLoaderOfAnother()));
                Thread.currentThread().setContextClassLoader(mine);
                turn();
                assertThat(await(createTask(contextClassLoaderOfAnother())))
                        .isSameAs(ordinary)
                        .isNotSameAs(mine);
                leave();
                assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(mine);
            }));
            for (int i = 0; i < 10; i++) { // on fibers that had a body before
                assertThat(run(contextClassLoaderOfAnother())).isNotSameAs(mine);
            }
        }
    }

    private static Mono<ClassLoader> contextClassLoaderOfAnother() {
        return async(() -> {
            turn();
            return Thread.currentThread().getContextClassLoader();
        });
    }

    @Test
    @DisplayName("an InheritableThreadLocal of who subscribes is not inherited, and one that a body sets is its own")
    void inheritableThreadLocals() {
        InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        local.set("the subscriber's");
        assertThat(run(async(() -> {
                    List<String> seen = new ArrayList<>();
                    seen.add("before " + local.get());
                    local.set("the body's");
                    leave();
                    seen.add("own " + local.get());
                    seen.add("child's " + await(createTask(async(() -> String.valueOf(local.get())))));
                    return seen;
                })))
                .containsExactly("before null", "own the body's", "child's null");
        assertThat(local.get()).isEqualTo("the subscriber's");
    }

    @Test
    @DisplayName("an interrupt of a body is the body's, and survives its awaits")
    void interrupts() {
        run(async(() -> {
            Thread.currentThread().interrupt();
            turn();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            assertThat(await(createTask(async(() -> Thread.currentThread().isInterrupted()))))
                    .isFalse();
            assertThat(Thread.interrupted()).isTrue();
        }));
    }

    /** What ruled out Reactor's workers as carriers: a virtual thread that owns a lock which the worker's own stack needs. */
    @Nested
    @DisplayName("many delays under a contended lock and a contended monitor")
    class ManyDelays {
        private final ReentrantLock lock = new ReentrantLock();
        private final Object monitor = new Object();

        @Test
        void end() {
            monitorsDoNotPin();
            delays(1);
        }

        @Test
        @Tag("stress-long")
        void endInAHundredRounds() {
            monitorsDoNotPin();
            delays(100);
        }

        private void delays(int rounds) {
            for (int round = 0; round < rounds; round++) {
                int[] sums = new int[2];
                Mono<Void> locked = async(() -> {
                    for (int i = 0; i < 250; i++) {
                        await(Mono.delay(Duration.ofNanos(1)));
                        lock.lock();
                        try {
                            sums[0]++;
                            if (i % 50 == 0) {
                                await(Mono.delay(Duration.ofNanos(1)));
                            }
                        } finally {
                            lock.unlock();
                        }
                    }
                });
                Mono<Void> synchronizes = async(() -> {
                    for (int i = 0; i < 250; i++) {
                        await(Mono.delay(Duration.ofNanos(1)));
                        synchronized (monitor) {
                            sums[1]++;
                            if (i % 50 == 0) {
                                await(Mono.delay(Duration.ofNanos(1)));
                            }
                        }
                    }
                });
                Flux.range(0, 80)
                        .flatMap(i -> i % 2 == 0 ? locked : synchronizes, 80)
                        .blockLast(LIMIT);
                assertThat(sums).containsExactly(10_000, 10_000);
            }
        }
    }
}
