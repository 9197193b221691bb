package io.github.corio;

import static io.github.corio.Asyncio.asCompleted;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.staggeredRace;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Asyncio.toThread;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Asyncio.waitTasks;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Hostile.BadMessage;
import io.github.corio.Hostile.BadSubscriber;
import io.github.corio.Hostile.BadText;
import io.github.corio.Hostile.Boom;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Code that is not ours throws wherever it is called: whose is the error, and does everybody go on? Each row says what comes out of
 * the program, and what went to {@code onErrorDropped} or the exception handler instead.
 */
class ForeignCodeTest {
    private static final Duration LONG = Duration.ofSeconds(100);
    private static final Duration SHORT = Duration.ofSeconds(1);
    /** Only a hang reaches it: all programs but those of {@code run} are in virtual time. */
    private static final long LIMIT_SECONDS = Long.getLong("corio.test.rowSeconds", 20);

    private final Hostile hostile = new Hostile();

    @BeforeEach
    void listen() {
        hostile.listen();
    }

    @AfterEach
    void reset() {
        Hooks.resetOnErrorDropped();
        Hooks.resetOnNextDropped();
        Hooks.resetOnOperatorError();
    }

    record Row(String name, String outcome, String elsewhere, boolean real, Program program) {
        @Override
        public String toString() {
            return name;
        }
    }

    interface Program {
        Object run(Hostile hostile) throws Exception;
    }

    /** In virtual time, in a coroutine. */
    private static Row row(String name, String outcome, String elsewhere, Program program) {
        return new Row(name, outcome, elsewhere, false, program);
    }

    /** In real time, on a plain thread. */
    private static Row real(String name, String outcome, String elsewhere, Program program) {
        return new Row(name, outcome, elsewhere, true, program);
    }

    private static <T> T limited(Mono<T> mono) throws Exception {
        return awaitThrowing(timeout(SHORT, limit -> await(mono)), TimeoutException.class);
    }

    @SuppressWarnings("EmptyBlock") // the values do not matter
    private static int count(Iterable<?> values) {
        int count = 0;
        for (Object unused : values) {
            count++;
        }
        return count;
    }

    static Stream<Row> rows() {
        return Stream.of(
                // an error that has no message and no text
                real("run, getMessage throws", "BadMessage", "", h -> run(async(() -> fail(new BadMessage())))),
                real("run, toString throws", "BadText", "", h -> run(async(() -> fail(new BadText())))),
                row(
                        "await, getMessage throws",
                        "BadMessage",
                        "",
                        h -> await(Mono.error(new BadMessage()).hide())),
                row(
                        "await task, getMessage throws",
                        "BadMessage",
                        "",
                        h -> await(createTask(h.later(new BadMessage())))),
                row("await task, toString throws", "BadText", "", h -> await(createTask(h.later(new BadText())))),
                row(
                        "gather, getMessage throws",
                        "BadMessage",
                        "",
                        h -> await(gather(List.of(h.later(new BadMessage()), h.later(new Boom()))))),
                row(
                        "gather, toString throws",
                        "BadText",
                        "",
                        h -> await(gather(List.of(h.later(new BadText()), h.later(new BadText()))))),
                row(
                        "gather(limit), toString throws",
                        "BadText",
                        "",
                        h -> await(gather(List.of(h.later(new BadText()), Mono.just(1)), 1))),
                row(
                        "gatherOutcomes, toString throws",
                        "1",
                        "",
                        h -> await(gatherOutcomes(List.of(h.later(new BadText()))))
                                .size()),
                row(
                        "taskGroup, getMessage throws",
                        "ExceptionGroup[BadMessage]",
                        "",
                        h -> await(taskGroup(g -> g.createTask(h.later(new BadMessage()))))),
                row(
                        "taskGroup, toString throws",
                        "ExceptionGroup[BadText]",
                        "",
                        h -> await(taskGroup(g -> g.createTask(h.later(new BadText()))))),
                row(
                        "taskGroup, body's toString throws",
                        "ExceptionGroup[BadText]",
                        "",
                        h -> await(taskGroup(g -> fail(new BadText())))),
                row(
                        "timeout, cleanup's getMessage throws",
                        "BadMessage",
                        "",
                        h -> await(timeout(SHORT, l -> h.cleanupFails(new BadMessage())))),
                row(
                        "timeout, cleanup's getCause throws",
                        "BadCause",
                        "",
                        h -> await(timeout(SHORT, l -> h.cleanupFails(new Hostile.BadCause())))),
                row(
                        "timeout, causes in a circle",
                        "Boom",
                        "",
                        h -> await(timeout(SHORT, l -> h.cleanupFails(h.circle())))),
                row(
                        "waitFor, getMessage throws",
                        "BadMessage",
                        "",
                        h -> await(waitFor(h.later(new BadMessage()), LONG))),
                row(
                        "waitFor, no time, toString throws",
                        "TimeoutException",
                        "",
                        h -> await(waitFor(createTask(h.textless()), Duration.ZERO))),
                row(
                        "waitTasks, getMessage throws",
                        "1",
                        "handler BadMessage",
                        h -> await(waitTasks(List.of(createTask(h.later(new BadMessage()))), ReturnWhen.ALL_COMPLETED))
                                .done()
                                .size()),
                row(
                        "waitTasks FIRST_EXCEPTION, toString throws",
                        "1",
                        "",
                        h -> await(waitTasks(
                                        List.of(createTask(h.later(new BadText())), createTask(sleep(LONG))),
                                        ReturnWhen.FIRST_EXCEPTION))
                                .done()
                                .size()),
                row("shield, getMessage throws", "BadMessage", "", h -> await(shield(h.later(new BadMessage())))),
                row("shield, late, toString throws", "TimeoutException", "handler BadText", h -> {
                    try {
                        return limited(shield(createTask(h.later(Duration.ofSeconds(2), new BadText()))));
                    } finally {
                        await(sleep(LONG));
                    }
                }),
                row(
                        "asCompleted, getMessage throws",
                        "BadMessage",
                        "",
                        h -> await(await(asCompleted(List.of(h.later(new BadMessage())))
                                .iterate()
                                .next()))),
                row(
                        "asCompleted flux, toString throws",
                        "BadText",
                        "",
                        h -> await(await(
                                asCompleted(List.of(h.later(new BadText()))).next()))),
                row(
                        "staggeredRace, getMessage throws",
                        "2",
                        "",
                        h -> await(staggeredRace(List.of(h.later(new BadMessage()), Mono.just(2)), LONG))),
                row(
                        "staggeredRace, all toString throw",
                        "ExceptionGroup[BadText, BadText]",
                        "",
                        h -> await(staggeredRace(List.of(h.later(new BadText()), h.later(new BadText())), LONG))),
                row("each, getMessage throws", "BadMessage", "", h -> count(each(Flux.error(new BadMessage())))),
                row(
                        "generate, toString throws",
                        "BadText",
                        "",
                        h -> await(generate(e -> fail(new BadText())).collectList())),
                real(
                        "toThread, toString throws",
                        "BadText",
                        "",
                        h -> run(async(() -> await(toThread(() -> fail(new BadText())))))),
                // subscribe, request
                row("await, subscribe throws", "Boom", "", h -> await(h.subscribeThrows())),
                row(
                        "await, subscribe throws after it has subscribed",
                        "Boom",
                        "cancelled",
                        h -> await(h.subscribesAndThrows())),
                row("task, subscribe throws", "Boom", "", h -> await(createTask(h.subscribeThrows()))),
                row(
                        "gather, subscribe throws",
                        "Boom",
                        "",
                        h -> await(gather(List.of(h.subscribeThrows(), sleep(SHORT))))),
                row(
                        "taskGroup, subscribe throws",
                        "ExceptionGroup[Boom]",
                        "",
                        h -> await(taskGroup(g -> g.createTask(h.subscribeThrows())))),
                row("each, subscribe throws", "Boom", "", h -> count(each(h.subscribeThrows()))),
                row(
                        "generate, emitAll's subscribe throws",
                        "Boom",
                        "",
                        h -> await(generate(e -> e.emitAll(h.subscribeThrows())).collectList())),
                row("await, request throws", "Boom", "cancelled", h -> await(h.requestThrows())),
                row("task, request throws", "Boom", "cancelled", h -> await(createTask(h.requestThrows()))),
                row("shield, request throws", "Boom", "cancelled", h -> await(shield(h.requestThrows()))),
                row(
                        "staggeredRace, request throws",
                        "3",
                        "cancelled",
                        h -> await(staggeredRace(List.of(h.requestThrows(), Mono.just(3)), LONG))),
                row("each, request throws", "Boom", "cancelled", h -> count(each(h.requestThrows()))),
                // cancel
                real(
                        "run, what is left behind throws at its cancel",
                        "main",
                        "dropped Boom",
                        h -> run(async(() -> {
                            createTask(h.cancelThrows());
                            await(sleep(Duration.ofMillis(1)));
                            return "main";
                        }))),
                row("await, cancel throws", "TimeoutException", "dropped Boom", h -> limited(h.cancelThrows())),
                row(
                        "await, cancel of Mono.create throws",
                        "TimeoutException",
                        "dropped Boom",
                        h -> limited(h.createThrows())),
                row(
                        "await, cancel of a future throws",
                        "TimeoutException",
                        "dropped Boom",
                        h -> limited(h.futureThrows())),
                row(
                        "await of a stage, its cancel throws",
                        "TimeoutException",
                        "dropped Boom",
                        h -> await(timeout(SHORT, l -> await(h.stageThrows())))),
                row(
                        "task, cancel throws",
                        "TimeoutException",
                        "dropped Boom",
                        h -> limited(createTask(h.cancelThrows()))),
                row(
                        "gather, cancel throws: the siblings",
                        "TimeoutException",
                        "cancelled, dropped Boom",
                        h -> limited(gather(List.of(h.cancelThrows(), h.cancellable())))),
                row(
                        "gather, cancel of a future throws: the siblings",
                        "CancelledError",
                        "cancelled, dropped Boom",
                        h -> {
                            var g = createTask(gather(List.of(h.futureThrows(), h.cancellable())));
                            await(sleep(SHORT));
                            g.cancel();
                            return await(g);
                        }),
                row(
                        "taskGroup, cancel throws: the siblings",
                        "ExceptionGroup[IllegalStateException]",
                        "cancelled, dropped Boom",
                        h -> await(taskGroup(g -> {
                            g.createTask(h.cancelThrows());
                            g.createTask(h.cancellable());
                            g.createTask(h.later(new IllegalStateException()));
                            return null;
                        }))),
                row(
                        "waitFor, cancel throws",
                        "TimeoutException",
                        "dropped Boom",
                        h -> await(waitFor(h.cancelThrows(), SHORT))),
                row(
                        "waitFor, no time, cancel throws",
                        "TimeoutException",
                        "",
                        h -> await(waitFor(h.cancelThrows(), Duration.ZERO))),
                row("shield, cancelled inside, cancel throws", "CancelledError", "dropped Boom", h -> {
                    var t = createTask(h.cancelThrows());
                    var s = createTask(shield(t));
                    await(sleep(SHORT));
                    t.cancel();
                    return await(s);
                }),
                row(
                        "staggeredRace, a loser's cancel throws",
                        "4",
                        "cancelled, dropped Boom",
                        h -> await(staggeredRace(List.of(h.cancelThrows(), h.cancellable(), Mono.just(4)), SHORT))),
                row(
                        "each, cancel throws",
                        "TimeoutException",
                        "dropped Boom",
                        h -> await(timeout(SHORT, l -> count(each(h.cancelThrows()))))),
                row(
                        "each, left open, cancel throws",
                        "1",
                        "dropped Boom",
                        h -> await(createTask(async(() -> {
                            for (Object one : each(h.cancelThrowsAfterOne())) {
                                return one;
                            }
                            return 0;
                        })))),
                row(
                        "generate, emitAll's cancel throws",
                        "TimeoutException",
                        "dropped Boom",
                        h -> await(timeout(SHORT, l -> count(each(generate(e -> e.emitAll(h.cancelThrows()))))))),
                row(
                        "asCompleted, left, cancel throws",
                        "TimeoutException",
                        "dropped Boom",
                        h -> limited(createTask(gather(List.of(h.cancelThrows()))))),
                row(
                        "toThread, cancelled",
                        "TimeoutException",
                        "",
                        h -> limited(toThread(() -> {
                            Thread.sleep(1_000_000); // blocks until the cancel interrupts it
                            return 1;
                        }))),
                // the subscriber
                row("task, onSubscribe throws", "Boom", "", h -> {
                    createTask(sleep(SHORT)).subscribe(new BadSubscriber(h, "onSubscribe"));
                    return 1;
                }),
                row(
                        "coroutine, onSubscribe throws: it never begins",
                        "begun 0",
                        "",
                        h -> h.begun(m -> {
                            m.subscribe(new BadSubscriber(h, "onSubscribe"));
                            return 1;
                        })),
                row("coroutine, onNext throws", "1", "dropped Boom", h -> h.after(async(() -> 1), "onNext")),
                row("coroutine, onComplete throws", "1", "dropped Boom", h -> h.after(async(() -> {}), "onComplete")),
                row(
                        "coroutine, onError throws",
                        "1",
                        "dropped Boom",
                        h -> h.after(async(() -> fail(new IllegalStateException())), "onError")),
                row(
                        "gather, onNext throws",
                        "1",
                        "dropped Boom",
                        h -> h.after(gather(List.of(Mono.just(1))), "onNext")),
                row(
                        "shield, onNext throws",
                        "1",
                        "dropped Boom",
                        h -> h.after(shield(Mono.just(1).hide()), "onNext")),
                row(
                        "waitFor, onNext throws",
                        "1",
                        "dropped Boom",
                        h -> h.after(waitFor(Mono.just(1).hide(), LONG), "onNext")),
                row(
                        "asCompleted, onNext throws",
                        "1",
                        "dropped Boom",
                        h -> h.after(asCompleted(List.of(Mono.just(1), Mono.just(2))), "onNext")),
                row(
                        "asCompleted, onComplete throws",
                        "1",
                        "dropped Boom",
                        h -> h.after(asCompleted(List.of(Mono.just(1))), "onComplete")),
                row(
                        "generate, onNext throws: the body is cancelled",
                        "1",
                        "cancelled, dropped Boom",
                        h -> h.after(h.endless(), "onNext")),
                row("generate, onComplete throws", "1", "dropped Boom", h -> h.after(generate(e -> {}), "onComplete")),
                row(
                        "generate, onError throws",
                        "1",
                        "dropped Boom",
                        h -> h.after(generate(e -> fail(new IllegalStateException())), "onError")),
                row("coroutine, currentContext throws", "Boom", "", h -> {
                    async(() -> 1).subscribe(new BadSubscriber(h, "currentContext"));
                    return 1;
                }),
                // callbacks, hooks, handlers
                row("done callback throws, the next one runs", "second", "handler Boom", h -> {
                    var f = new AsyncFuture<Integer>();
                    var second = new AsyncFuture<String>();
                    f.addDoneCallback(x -> {
                        throw new Boom();
                    });
                    f.addDoneCallback(x -> second.setResult("second"));
                    f.setResult(1);
                    return await(second);
                }),
                row("removeDoneCallback, equals throws", "Boom", "", h -> {
                    var f = new AsyncFuture<Integer>();
                    f.addDoneCallback(h.badCallback());
                    return f.removeDoneCallback(x -> {});
                }),
                row("waitTasks, another's equals throws", "0", "", h -> {
                    var f = new AsyncFuture<Integer>();
                    f.addDoneCallback(h.badCallback());
                    return await(waitTasks(List.of(f), ReturnWhen.ALL_COMPLETED, SHORT))
                            .done()
                            .size();
                }),
                row("waitFor a future, another's equals throws", "TimeoutException", "", h -> {
                    var f = new AsyncFuture<Integer>();
                    f.addDoneCallback(h.badCallback());
                    return await(waitFor(f, SHORT));
                }),
                row("shield, another's equals throws", "TimeoutException", "", h -> {
                    var f = new AsyncFuture<Integer>();
                    f.addDoneCallback(h.badCallback());
                    return limited(shield(f));
                }),
                row("exception handler throws", "1", "", h -> {
                    EventLoop.current().setExceptionHandler((l, c) -> {
                        throw new Boom();
                    });
                    EventLoop.current().callSoon(() -> fail(new Boom()));
                    await(sleep(SHORT));
                    return 1;
                }),
                row("onErrorDropped throws", "TimeoutException", "handler Boom, handler IllegalStateException", h -> {
                    Hooks.resetOnErrorDropped();
                    Hooks.onErrorDropped(e -> fail(new IllegalStateException()));
                    return limited(h.cancelThrows());
                }),
                row("onNextDropped throws", "1", "handler IllegalStateException", h -> {
                    Hooks.onNextDropped(v -> fail(new IllegalStateException()));
                    return await(h.twice());
                }),
                row(
                        "onDiscard throws",
                        "TimeoutException",
                        "",
                        h -> limited(h.valueAndNothing().doOnDiscard(Object.class, v -> fail(new Boom())))),
                // others
                row("asCompleted, hashCode throws", "Boom", "", h -> asCompleted(List.of(h.hashless()))),
                row(
                        "staggeredRace, the iterator throws",
                        "Boom",
                        "cancelled",
                        h -> await(staggeredRace(h.iteratorThrows(h.cancellable()), SHORT))),
                row("gather, the iterator throws", "Boom", "", h -> await(gather(h.iteratorThrows(h.cancellable())))),
                row(
                        "gather, a future of another loop: those before never begin",
                        "begun 0",
                        "",
                        h -> h.begun(m -> await(gather(List.of(m, new AsyncFuture<Integer>(EventLoop.create())))))),
                row(
                        "asCompleted, a future of another loop: those before never begin",
                        "begun 0",
                        "",
                        h -> h.begun(m -> asCompleted(List.of(m, new AsyncFuture<Integer>(EventLoop.create())))
                                .iterate())),
                row("task, the Mono's toString throws", "Task[t, pending, waits for", "", h -> {
                    var t = createTask(h.textless(), "t");
                    await(sleep(SHORT));
                    return t.toString().substring(0, 26);
                }),
                row(
                        "coroutine, the body's toString throws",
                        "Coroutine[",
                        "",
                        h -> async(h.textlessBody()).toString().substring(0, 10)),
                row(
                        "await in another's future, toString throws",
                        "IllegalStateException",
                        "",
                        h -> await(h.textlessFuture())),
                row("setResult twice, toString throws", "InvalidStateException", "handler BadText", h -> {
                    var f = new AsyncFuture<Integer>();
                    f.setException(new BadText());
                    f.setResult(1);
                    return 1;
                }),
                row(
                        "ContextVar, a key's equals throws",
                        "Boom",
                        "",
                        h -> await(async(() -> 1).contextWrite(c -> Context.of(h.badKey(), 1)))));
    }

    @SuppressWarnings({"TypeParameterUnusedInFormals", "DoNotCallSuggester"})
    private static <T> T fail(RuntimeException error) {
        throw error;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void goesToTheOneItBelongsTo(Row row) throws Exception {
        FutureTask<String> program = new FutureTask<>(() -> describe(
                row.real
                        ? () -> row.program.run(hostile)
                        : () -> {
                            try (Virtual virtual = new Virtual()) {
                                virtual.loop().setExceptionHandler((loop, context) -> hostile.told(context));
                                return virtual.run(Coroutine.<Object>of(() -> row.program.run(hostile)));
                            }
                        }));
        Thread thread = new Thread(program, "program");
        thread.setDaemon(true);
        thread.start();
        String outcome;
        try {
            outcome = program.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new AssertionError("hangs: " + row.name, e);
        }
        assertThat(outcome).isEqualTo(row.outcome);
        assertThat(hostile.elsewhere()).isEqualTo(row.elsewhere);
    }

    private static String describe(Callable<Object> program) {
        try {
            return String.valueOf(program.call());
        } catch (ExceptionGroup group) {
            return "ExceptionGroup"
                    + group.exceptions().stream()
                            .map(error -> error.getClass().getSimpleName())
                            .toList();
        } catch (Throwable e) {
            return e.getClass().getSimpleName();
        }
    }
}
