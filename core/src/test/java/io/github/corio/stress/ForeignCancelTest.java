package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.staggeredRace;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Asyncio.zip;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncFuture;
import io.github.corio.CancelledError;
import io.github.corio.loop.EventLoop;
import io.github.corio.sync.AsyncLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.function.Tuple2;

/**
 * A cancel from another thread, by each of Reactor's ways, while the second of five statements runs on the thread that has
 * subscribed to it: once it has been made, no statement begins that a plain chain would not begin, and a resource is given back in the
 * same way. Positions are where the five statements are.
 */
class ForeignCancelTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    /** What one run does: its statements, which note that they were begun; the second waits until it has been cancelled. */
    private static final class Run {
        final List<String> events = new CopyOnWriteArrayList<>();
        final CountDownLatch inTwo = new CountDownLatch(1);
        final CountDownLatch cancelled = new CountDownLatch(1);
        final CountDownLatch over = new CountDownLatch(1);
        final Sinks.One<String> other = Sinks.one();

        void begin(int i) {
            events.add("s" + i);
            if (i == 2) {
                inTwo.countDown();
                Await.uninterruptibly(cancelled);
            }
        }

        /** Not a Callable, so that it is subscribed to. */
        Mono<Integer> statement(int i) {
            return Mono.<Integer>fromCallable(() -> {
                        begin(i);
                        return i;
                    })
                    .hide();
        }

        Mono<Integer> callable(int i) {
            return Mono.fromCallable(() -> {
                begin(i);
                return i;
            });
        }

        Mono<Integer> chain() {
            return statement(1)
                    .then(statement(2))
                    .then(statement(3))
                    .then(statement(4))
                    .then(statement(5));
        }

        private void all(Function<Integer, Mono<Integer>> how) {
            for (int i = 1; i <= 5; i++) {
                Object unused = await(how.apply(i));
            }
        }
    }

    private static final class Await {
        static void uninterruptibly(CountDownLatch latch) {
            boolean interrupted = false;
            for (; ; ) {
                try {
                    if (!latch.await(60, TimeUnit.SECONDS)) {
                        throw new AssertionError("nothing has come");
                    }
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Map<String, Function<Run, Mono<Integer>>> positions() {
        Map<String, Function<Run, Mono<Integer>>> positions = new LinkedHashMap<>();
        positions.put(
                "in the body",
                run -> async(() -> {
                    run.all(run::statement);
                    return 5;
                }));
        positions.put(
                "callables",
                run -> async(() -> {
                    run.all(run::callable);
                    return 5;
                }));
        positions.put(
                "coroutines in place",
                run -> async(() -> {
                    run.all(i -> async(() -> {
                        run.begin(i);
                        return i;
                    }));
                    return 5;
                }));
        positions.put(
                "done futures between",
                run -> async(() -> {
                    AsyncFuture<Integer> done = new AsyncFuture<>();
                    done.setResult(1);
                    for (int i = 1; i <= 5; i++) {
                        Integer unused = await(done);
                        run.begin(i);
                    }
                    return 5;
                }));
        positions.put(
                "a free lock between",
                run -> async(() -> {
                    AsyncLock lock = new AsyncLock();
                    for (int i = 1; i <= 5; i++) {
                        try (var held = io.github.corio.Asyncio.awaitSingle(lock.acquire())) {
                            run.begin(i);
                        }
                    }
                    return 5;
                }));
        positions.put(
                "given-up turns between",
                run -> async(() -> {
                    for (int i = 1; i <= 5; i++) {
                        await(sleep(Duration.ZERO));
                        run.begin(i);
                    }
                    return 5;
                }));
        positions.put(
                "each",
                run -> async(() -> {
                    for (int i : each(Flux.range(1, 5))) {
                        run.begin(i);
                    }
                    return 5;
                }));
        positions.put(
                "each, begun anew",
                run -> async(() -> {
                    for (int i = 1; i <= 5; i++) {
                        int x = i;
                        for (int each : each(Mono.fromSupplier(() -> x))) {
                            run.begin(each);
                        }
                    }
                    return 5;
                }));
        positions.put(
                "emit",
                run -> generate((io.github.corio.Emitter<Integer> out) -> {
                            for (int i = 1; i <= 5; i++) {
                                run.begin(i);
                                out.emit(i);
                            }
                        })
                        .last());
        positions.put(
                "awaits of a generator",
                run -> generate((io.github.corio.Emitter<Integer> out) -> {
                            run.all(run::statement);
                            out.emit(5);
                        })
                        .last());
        positions.put(
                "a nested coroutine",
                run -> async(() -> await(async(() -> {
                    run.all(run::statement);
                    return 5;
                }))));
        positions.put(
                "a child task",
                run -> async(() -> await(createTask(async(() -> {
                    run.all(run::statement);
                    return 5;
                })))));
        positions.put(
                "a child through an operator",
                run -> async(() -> await(async(() -> {
                            run.all(run::statement);
                            return 5;
                        })
                        .map(x -> x))));
        positions.put(
                "gather",
                run -> async(() -> await(gather(List.of(Mono.<Integer>never(), async(() -> {
                            run.all(run::statement);
                            return 5;
                        }))))
                        .get(1)));
        positions.put(
                "a gather that is subscribed to",
                run -> gather(List.of(Mono.<Integer>never(), async(() -> {
                            run.all(run::statement);
                            return 5;
                        })))
                        .map(all -> all.get(1)));
        positions.put(
                "zip",
                run -> async(() -> await(zip(Mono.<Integer>never(), async(() -> {
                            run.all(run::statement);
                            return 5;
                        })))
                        .getT2()));
        positions.put(
                "a zip that is subscribed to",
                run -> zip(Mono.<Integer>never(), async(() -> {
                            run.all(run::statement);
                            return 5;
                        }))
                        .map(Tuple2::getT2));
        positions.put(
                "a group that ends",
                run -> async(() -> await(taskGroup(group -> {
                    group.createTask(async(() -> {
                        run.all(run::statement);
                    }));
                    return 5;
                }))));
        positions.put(
                "a group in a group",
                run -> async(() -> await(taskGroup(outer -> {
                    outer.createTask(taskGroup(group -> {
                        group.createTask(async(() -> {
                            run.all(run::statement);
                        }));
                        return 5;
                    }));
                    return 5;
                }))));
        positions.put(
                "a time limit",
                run -> async(() -> await(timeout(LONG, limit -> {
                    run.all(run::statement);
                    return 5;
                }))));
        positions.put(
                "waitFor",
                run -> async(() -> await(waitFor(
                        async(() -> {
                            run.all(run::statement);
                            return 5;
                        }),
                        LONG))));
        positions.put(
                "a race",
                run -> async(() -> await(staggeredRace(
                        List.of(async(() -> {
                            run.all(run::statement);
                            return 5;
                        })),
                        null))));
        positions.put(
                "after a catch of something else",
                run -> async(() -> {
                    try {
                        Object unused = await(Mono.error(new IllegalStateException()));
                    } catch (IllegalStateException e) {
                        run.all(run::statement);
                    }
                    return 5;
                }));
        return positions;
    }

    /** Each subscribes, and gives what cancels, both on this thread. */
    private static Map<String, Function<Run, Function<Mono<Integer>, Runnable>>> operators() {
        Map<String, Function<Run, Function<Mono<Integer>, Runnable>>> operators = new LinkedHashMap<>();
        operators.put("dispose", run -> body -> body.subscribe(x -> {}, e -> {})::dispose);
        operators.put("takeUntilOther", run -> body -> other(run, body.takeUntilOther(run.other.asMono())));
        operators.put(
                "timeout",
                run -> body -> other(run, body.timeout(run.other.asMono()).onErrorResume(e -> Mono.empty())));
        operators.put(
                "firstWithSignal",
                run -> body ->
                        other(run, Mono.firstWithSignal(run.other.asMono().then(Mono.empty()), body)));
        operators.put(
                "switchMap",
                run -> body -> other(
                        run,
                        Flux.merge(run.other.asMono(), Flux.just("first"))
                                .switchMap(x -> x.equals("first") ? body : Mono.<Integer>empty())
                                .then(Mono.empty())));
        operators.put(
                "flatMap error",
                run -> body -> other(
                        run,
                        Flux.merge(run.other.asMono(), Flux.just("first"))
                                .flatMap(x ->
                                        x.equals("first") ? body : Mono.<Integer>error(new IllegalStateException()))
                                .then(Mono.<Integer>empty())
                                .onErrorResume(e -> Mono.empty())));
        operators.put("toFuture", run -> body -> {
            var future = body.toFuture();
            return () -> {
                boolean unused = future.cancel(true);
            };
        });
        return operators;
    }

    private static Mono<Integer> over(Run run, Mono<Integer> body) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> {
                    run.events.add("begin");
                    return "tx";
                }),
                tx -> body,
                tx -> Mono.fromRunnable(() -> {
                    run.events.add("COMMIT");
                    run.over.countDown();
                }),
                (tx, e) -> Mono.fromRunnable(() -> {
                    run.events.add("ROLLBACK after " + e);
                    run.over.countDown();
                }),
                tx -> Mono.fromRunnable(() -> {
                    run.events.add("ROLLBACK on cancel");
                    run.over.countDown();
                }));
    }

    /** On another thread than the operator, which subscribes to more than this. */
    private static Mono<Integer> within(Run run, Mono<Integer> body) {
        return over(run, body).subscribeOn(Schedulers.boundedElastic());
    }

    /** When this has returned, all is subscribed to. */
    private static Runnable other(Run run, Mono<Integer> whole) {
        Disposable unused = whole.subscribe(x -> {}, e -> {});
        return () -> {
            Sinks.EmitResult ignored = run.other.tryEmitValue("other");
        };
    }

    private static List<String> events(
            Function<Run, Function<Mono<Integer>, Runnable>> operator, Function<Run, Mono<Integer>> position) {
        Run run = new Run();
        Runnable cancel = operator.apply(run).apply(position.apply(run));
        Await.uninterruptibly(run.inTwo);
        cancel.run();
        run.cancelled.countDown();
        Await.uninterruptibly(run.over);
        return new ArrayList<>(run.events);
    }

    @TestFactory
    Stream<DynamicTest> nothingIsBegunAfterIt() {
        List<DynamicTest> rows = new ArrayList<>();
        operators()
                .forEach((how, operator) -> positions()
                        .forEach((where, position) -> rows.add(
                                DynamicTest.dynamicTest(how + ", " + where, () -> compare(operator, position)))));
        assertThat(rows).hasSizeGreaterThan(60);
        return rows.stream();
    }

    private static void compare(
            Function<Run, Function<Mono<Integer>, Runnable>> operator, Function<Run, Mono<Integer>> position) {
        List<String> expected = events(operator, run -> within(run, run.chain()));
        Run[] seen = {null};
        List<String> events = events(operator, run -> {
            seen[0] = run;
            return within(run, position.apply(run));
        });
        assertThat(events).isEqualTo(expected);
        settle();
        assertThat(seen[0].events).isEqualTo(expected);
    }

    /** All loops have had a turn since: those of other coroutines of the same Scheduler as well. */
    private static void settle() {
        for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
            CountDownLatch turn = new CountDownLatch(1);
            EventLoop loop = EventLoop.create();
            loop.callSoon(turn::countDown);
            Await.uninterruptibly(turn);
            loop.dispose();
        }
    }

    /** Not only in a body: what was cancelled before its first step does not run, and what it is counts once. */
    @TestFactory
    Stream<DynamicTest> theBodyOfWhatHasNotBegunDoesNotRun() {
        return operators().keySet().stream()
                .map(how -> DynamicTest.dynamicTest(how, () -> {
                    EventLoop loop = EventLoop.on(Schedulers.boundedElastic()); // whose threads may block
                    try {
                        CountDownLatch busy = new CountDownLatch(1);
                        CountDownLatch go = new CountDownLatch(1);
                        loop.callSoon(() -> {
                            busy.countDown();
                            Await.uninterruptibly(go);
                        });
                        Await.uninterruptibly(busy);
                        List<String> ran = new CopyOnWriteArrayList<>();
                        var task = async(() -> {
                                    ran.add("ran");
                                })
                                .on(loop)
                                .start();
                        boolean unused = task.cancel(how);
                        assertThat(task.cancelling()).isOne();
                        go.countDown();
                        try {
                            Object unusedToo = task.toFuture().get(60, TimeUnit.SECONDS);
                        } catch (java.util.concurrent.ExecutionException
                                | java.util.concurrent.CancellationException e) {
                            assertThat(e)
                                    .satisfiesAnyOf(
                                            x -> assertThat(x).hasCauseInstanceOf(CancelledError.class),
                                            x -> assertThat(x)
                                                    .isInstanceOf(java.util.concurrent.CancellationException.class));
                        }
                        assertThat(ran).isEmpty();
                        assertThat(task.cancelling()).isOne();
                    } finally {
                        loop.dispose();
                    }
                }));
    }
}
