package io.github.corio.errorprone;

import com.google.errorprone.CompilationTestHelper;
import com.google.errorprone.bugpatterns.BugChecker;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check with what is right and what is wrong. */
class ChecksTest {
    private static final String HEAD = """
            import static io.github.corio.Asyncio.*;
            import io.github.corio.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.locks.*;
            import java.time.Duration;
            import org.springframework.stereotype.Service;
            import reactor.core.publisher.*;
            """;

    private static final String STEREOTYPE = """
            package org.springframework.stereotype;
            public @interface Service {}
            """;

    static Stream<Arguments> checks() {
        return Stream.of(
                check(ColdValueThrownAway.class, """
                        class A {
                            Mono<Void> a(Mono<Void> log) {
                                return async(() -> {
                                    // BUG: Diagnostic contains: does nothing until
                                    log.retry();
                                    // BUG: Diagnostic contains: does nothing until
                                    sleep(Duration.ZERO);
                                    await(log);
                                    createTask(log);
                                    log.subscribe();
                                });
                            }
                        }
                        """),
                check(AwaitOutsideOfBody.class, """
                        class A {
                            Mono<Integer> a(Mono<Integer> one, Executor executor, List<Mono<Integer>> all) {
                                return async(() -> {
                                    // BUG: Diagnostic contains: does not run in the body
                                    one.subscribe(value -> await(one));
                                    // BUG: Diagnostic contains: does not run in the body
                                    executor.execute(() -> await(one));
                                    // BUG: Diagnostic contains: does not run in the body
                                    all.parallelStream().forEach(each -> await(each));
                                    // BUG: Diagnostic contains: does not run in the body
                                    new Thread(() -> await(one)).start();
                                    // BUG: Diagnostic contains: does not run in the body
                                    await(toThread(() -> await(one)));
                                    // BUG: Diagnostic contains: does not run in the body
                                    CompletableFuture.runAsync(() -> await(one));
                                    all.forEach(each -> await(each));
                                    executor.execute(() -> one.subscribe());
                                    return await(async(() -> await(one)));
                                });
                            }
                        }
                        """),
                check(BlockingInBody.class, """
                        class A {
                            Mono<Integer> a(Mono<Integer> one, BlockingQueue<Integer> queue) {
                                return async(() -> {
                                    // BUG: Diagnostic contains: blocks the loop
                                    Thread.sleep(10);
                                    // BUG: Diagnostic contains: blocks the loop
                                    one.block();
                                    // BUG: Diagnostic contains: blocks the loop
                                    int taken = queue.take();
                                    await(sleep(Duration.ofMillis(10)));
                                    int other = await(toThread(() -> queue.take()));
                                    return await(one);
                                });
                            }
                            int outside(Mono<Integer> one) {
                                return one.block();
                            }
                        }
                        """),
                check(LockHeldAcrossAwait.class, """
                        class A {
                            final Lock lock = new ReentrantLock();
                            Mono<Integer> a(Mono<Integer> one) {
                                return async(() -> {
                                    // BUG: Diagnostic contains: A lock is held
                                    synchronized (this) {
                                        await(one);
                                    }
                                    lock.lock();
                                    // BUG: Diagnostic contains: A lock is held
                                    try {
                                        await(one);
                                    } finally {
                                        lock.unlock();
                                    }
                                    synchronized (this) {
                                        one.subscribe();
                                    }
                                    lock.lock();
                                    try {
                                        one.subscribe();
                                    } finally {
                                        lock.unlock();
                                    }
                                    try {
                                        return await(one);
                                    } finally {
                                        await(sleep(Duration.ZERO));
                                    }
                                });
                            }
                        }
                        """),
                check(SwallowedCancel.class, """
                        class A {
                            Mono<Integer> a(Mono<Integer> one) {
                                return async(() -> {
                                    try {
                                        await(one);
                                        // BUG: Diagnostic contains: swallows a cancel
                                    } catch (Throwable e) {
                                        System.out.println(e);
                                    }
                                    try {
                                        await(one);
                                        // BUG: Diagnostic contains: swallows a cancel
                                    } catch (RuntimeException | Error e) {
                                        System.out.println(e);
                                    }
                                    try {
                                        await(one);
                                    } catch (CancelledError e) {
                                        throw e;
                                    } catch (Throwable e) {
                                        System.out.println(e);
                                    }
                                    try {
                                        await(one);
                                    } catch (Throwable e) {
                                        throw new IllegalStateException(e);
                                    }
                                    try {
                                        return await(one);
                                    } catch (Exception e) {
                                        return 0;
                                    }
                                });
                            }
                        }
                        """),
                check(NullableAwaitUnboxed.class, """
                        class A {
                            Mono<Integer> a(Mono<Integer> one, Mono<Boolean> flag) {
                                return async(() -> {
                                    // BUG: Diagnostic contains: cannot be unboxed
                                    int sum = await(one);
                                    // BUG: Diagnostic contains: cannot be unboxed
                                    sum += await(one);
                                    // BUG: Diagnostic contains: cannot be unboxed
                                    if (await(flag)) {
                                        sum++;
                                    }
                                    int certain = awaitSingle(one);
                                    Integer maybe = await(one);
                                    return await(one);
                                });
                            }
                        }
                        """),
                check(FutureSetByCallback.class, """
                        class A {
                            void a(CompletableFuture<String> foreign, AsyncFuture<String> future, EventLoop loop) {
                                // BUG: Diagnostic contains: may come twice
                                foreign.thenAccept(value -> future.setResult(value));
                                // BUG: Diagnostic contains: may come twice
                                foreign.thenAccept(future::setResult);
                                foreign.thenAccept(value -> future.trySetResult(value));
                                future.setResult("mine");
                            }
                            interface EventLoop {}
                        }
                        """),
                check(EndlessEach.class, """
                        class A {
                            Mono<Void> a(Flux<Integer> some) {
                                return async(() -> {
                                    // BUG: Diagnostic contains: never ends
                                    for (long tick : each(Flux.interval(Duration.ofSeconds(1)))) {
                                        System.out.println(tick);
                                    }
                                    // BUG: Diagnostic contains: never ends
                                    for (int value : each(some.repeat().map(x -> x + 1))) {
                                        System.out.println(value);
                                    }
                                    for (long tick : each(Flux.interval(Duration.ofSeconds(1)).take(3))) {
                                        System.out.println(tick);
                                    }
                                    for (long tick : each(Flux.interval(Duration.ofSeconds(1)))) {
                                        if (tick > 3) {
                                            break;
                                        }
                                    }
                                    for (int value : each(some)) {
                                        System.out.println(value);
                                    }
                                });
                            }
                        }
                        """),
                check(CoroutineFromProxiedBean.class, """
                        @Service
                        class A {
                            // BUG: Diagnostic contains: A proxy cannot return
                            public Coroutine<String> wrong() {
                                return async(() -> "a");
                            }
                            public Mono<String> right() {
                                return async(() -> "a");
                            }
                            private Coroutine<String> mine() {
                                return async(() -> "a");
                            }
                        }
                        class B {
                            public Coroutine<String> noBean() {
                                return async(() -> "a");
                            }
                        }
                        """));
    }

    private static Arguments check(Class<? extends BugChecker> check, String code) {
        return Arguments.of(check.getSimpleName(), check, code);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("checks")
    void findsWhatIsWrongAndLeavesWhatIsRight(String name, Class<? extends BugChecker> check, String code) {
        CompilationTestHelper.newInstance(check, getClass())
                .addSourceLines("org/springframework/stereotype/Service.java", STEREOTYPE.split("\n"))
                .addSourceLines("A.java", (HEAD + code).split("\n"))
                .doTest();
    }
}
