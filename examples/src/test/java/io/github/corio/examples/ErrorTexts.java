package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.waitFor;

import io.github.corio.AsyncFuture;
import io.github.corio.AsyncIterator;
import io.github.corio.Background;
import io.github.corio.Coroutine;
import io.github.corio.CoroutineAction;
import io.github.corio.Emitter;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.testing.VirtualTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Mistakes, made on purpose, and the texts that they bring. docs/troubleshooting.md shows these. */
final class ErrorTexts {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(1);

    private ErrorTexts() {}

    /** What each mistake brings, as it is printed. */
    static Map<String, Callable<String>> all() {
        Map<String, CoroutineAction> mistakes = new LinkedHashMap<>();
        mistakes.put("await-outside", () -> await(sleep(SHORT)));
        mistakes.put("no-running-loop", () -> createTask(sleep(SHORT)));
        mistakes.put("run-in-a-body", () -> run(async(() -> run(coroutine()))));
        mistakes.put("block-in-a-body", () -> run(async(() -> Mono.delay(SHORT).block())));
        mistakes.put(
                "block-on-parallel",
                () -> Mono.fromCallable(() -> run(coroutine()))
                        .subscribeOn(Schedulers.parallel())
                        .block());
        mistakes.put("empty-single", () -> run(async(() -> awaitSingle(Mono.empty()))));
        mistakes.put(
                "empty-unboxed",
                () -> run(async(() -> {
                    int stock = await(Mono.<Integer>empty());
                    return stock;
                })));
        mistakes.put("empty-in-a-tuple", () -> run(async(() -> await(gather(Mono.just(1), Mono.empty())))));
        mistakes.put("loop-closed", () -> {
            EventLoop loop = EventLoop.create();
            loop.close();
            run(coroutine(), loop);
        });
        mistakes.put("loop-closed-under", ErrorTexts::closeUnderABody);
        mistakes.put("future-of-another-loop", () -> {
            try (EventLoop other = EventLoop.create()) {
                AsyncFuture<String> future = new AsyncFuture<>(other);
                run(async(() -> await(future)));
            }
        });
        mistakes.put(
                "set-twice",
                () -> run(async(() -> {
                    AsyncFuture<String> answer = new AsyncFuture<>();
                    answer.setResult("a");
                    answer.setResult("b");
                })));
        mistakes.put("time-limit", () -> run(async(() -> await(waitFor(sleep(LONG), SHORT)))));
        mistakes.put(
                "group-failed",
                () -> run(async(() -> await(taskGroup(group -> {
                    Task<?> unused = group.createTask(Mono.error(new IllegalStateException("broken")));
                })))));
        mistakes.put(
                "queue-shut-down",
                () -> run(async(() -> {
                    AsyncQueue<String> orders = new AsyncQueue<>(1);
                    orders.shutdown();
                    return await(orders.get());
                })));
        mistakes.put(
                "iterator-of-another-task",
                () -> run(async(() -> {
                    AsyncIterator<Integer> numbers = each(Flux.range(1, 10));
                    Integer first = numbers.next();
                    return first + await(createTask(async(() -> numbers.next())));
                })));
        mistakes.put(
                "emit-elsewhere",
                () -> run(async(() -> await(generate((Emitter<Integer> out) -> {
                            await(createTask(async(() -> out.emit(1))));
                        })
                        .collectList()))));
        mistakes.put("background-closed", () -> {
            Background background = new Background();
            background.close();
            Task<String> unused = background.start(coroutine());
        });
        mistakes.put(
                "leaked-task",
                () -> VirtualTime.run(() -> {
                    Task<Void> unused = createTask(sleep(LONG), "reminder");
                }));
        mistakes.put("not-a-coroutine", () -> {
            Coroutine<String> unused = (Coroutine<String>) Mono.just("a").hide();
        });
        Map<String, Callable<String>> texts = new LinkedHashMap<>();
        mistakes.forEach((name, mistake) -> texts.put(name, () -> fenced(textOf(mistake))));
        return texts;
    }

    private static Coroutine<String> coroutine() {
        return async(() -> "loaded").named("load");
    }

    private static void closeUnderABody() {
        EventLoop loop = EventLoop.create();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        CompletableFuture<Void> waits = new CompletableFuture<>();
        loop.setExceptionHandler((closed, context) -> {}); // which is told of the task as well
        Task<Void> unused = async(() -> {
                    try {
                        EventLoop.current().callSoon(() -> waits.complete(null));
                        await(sleep(LONG));
                    } catch (Error e) {
                        thrown.complete(e);
                        throw e;
                    }
                })
                .on(loop)
                .start();
        waits.join();
        loop.close();
        throw (Error) thrown.join();
    }

    private static String textOf(CoroutineAction mistake) {
        try {
            mistake.run();
        } catch (Throwable e) {
            return e.toString();
        }
        throw new AssertionError("no mistake at all");
    }

    static String fenced(String text) {
        return "```text\n" + normalized(text) + "\n```";
    }

    /** Without numbers, addresses and names of threads that another run does not have. */
    static String normalized(String text) {
        String same = text.replaceAll("(Virtual)?Thread\\[[^\\]]*\\](/\\w+(@[\\w-]+)?)?", "Thread[…]")
                .replaceAll("in thread [\\w-]*", "in thread …")
                .replaceAll("AsyncContextContext\\S*", "…")
                .replaceAll("created at \\S+\\(\\S+\\)", "created at …")
                .replaceAll("[\\w.$]+\\$\\$Lambda[^\\]\\s,]*", "…")
                .replaceAll("EventLoop-\\d+", "EventLoop-1")
                .replaceAll("took \\d+ ms on \\S+", "took 150 ms on …")
                .replaceAll("PT\\S+ of loop", "… of loop");
        Map<String, String> numbers = new LinkedHashMap<>();
        Matcher tasks = Pattern.compile("Task-\\d+").matcher(same);
        return tasks.replaceAll(found -> numbers.computeIfAbsent(found.group(), name -> "Task-" + (numbers.size() + 1)))
                .stripTrailing();
    }
}
