package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Asyncio.waitTasks;
import static io.github.corio.testing.TraceRecorder.show;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.corio.AsCompletedIterator;
import io.github.corio.AsyncContext;
import io.github.corio.AsyncFuture;
import io.github.corio.Asyncio;
import io.github.corio.CancelledError;
import io.github.corio.ContextVar;
import io.github.corio.Coroutine;
import io.github.corio.ReturnWhen;
import io.github.corio.Task;
import io.github.corio.TaskGroup;
import io.github.corio.WaitResult;
import io.github.corio.loop.EventLoop;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncBarrier;
import io.github.corio.sync.AsyncCondition;
import io.github.corio.sync.AsyncEvent;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs a program of the traces in direct style, one call of Corio for one op. Belongs to its loop. */
final class TraceInterpreter {
    /** A program may leave behind what it likes: that is no part of its trace. Nor is another thread, for which a wait would be given time. */
    private static final TestSettings LENIENT = TestSettings.defaults()
            .allowingLeakedTasks()
            .allowingUnobservedErrors()
            .withPatience(Duration.ZERO);

    private final JsonNode program;
    private final EventLoop loop;
    private final TraceRecorder recorder;
    private final Map<String, Integer> instances = new HashMap<>();
    private final Map<String, Task<?>> tasks = new HashMap<>();
    private final Map<String, AsyncFuture<Object>> futures = new HashMap<>();
    private final Map<String, AsyncLock> locks = new HashMap<>();
    private final Map<String, AsyncSemaphore> semaphores = new HashMap<>();
    private final Map<String, AsyncEvent> events = new HashMap<>();
    private final Map<String, AsyncCondition> conditions = new HashMap<>();
    private final Map<String, AsyncQueue<Object>> queues = new HashMap<>();
    private final Map<String, AsyncBarrier> barriers = new HashMap<>();
    private final ContextVar<Object> variable = ContextVar.of("var", 0);
    private volatile boolean ended;

    private TraceInterpreter(JsonNode program, EventLoop loop, TraceRecorder recorder) {
        this.program = program;
        this.loop = loop;
        this.recorder = recorder;
    }

    static List<String> run(JsonNode program) {
        try (TestLoop test = TestLoop.create(LENIENT)) {
            return run(program, test.loop(), test::advanceUntilIdle, test::currentTime);
        }
    }

    private static List<String> run(
            JsonNode program, EventLoop loop, Runnable advanceUntilIdle, Supplier<Duration> lastWoken) {
        TraceRecorder recorder = new TraceRecorder(loop);
        loop.setExceptionHandler((on, context) -> {});
        TraceInterpreter interpreter = new TraceInterpreter(program, loop, recorder);
        loop.callSoon(interpreter::start);
        advanceUntilIdle.run();
        if (!interpreter.ended) {
            recorder.deadlock(lastWoken.get());
        }
        recorder.stop();
        return List.copyOf(recorder.lines());
    }

    private void start() {
        Task<Object> main = createTask(async(() -> {
            makeObjects();
            Object result = await(instance("main"));
            recorder.stop();
            return result;
        }));
        tasks.put("main", main);
        main.addDoneCallback(done -> {
            ended = true;
            loop.stop(); // at the end of this turn, as run_until_complete does: if main has failed, that is still
            // recorded
        });
    }

    private void makeObjects() {
        program.path("futs").forEach(name -> futures.put(name.asText(), new AsyncFuture<>()));
        program.path("locks").forEach(name -> locks.put(name.asText(), new AsyncLock()));
        program.path("events").forEach(name -> events.put(name.asText(), new AsyncEvent()));
        program.path("conds").forEach(name -> conditions.put(name.asText(), new AsyncCondition()));
        program.path("sems")
                .properties()
                .forEach(entry -> semaphores.put(
                        entry.getKey(), new AsyncSemaphore(entry.getValue().asInt())));
        program.path("queues")
                .properties()
                .forEach(entry -> queues.put(
                        entry.getKey(), new AsyncQueue<>(entry.getValue().asInt())));
        program.path("barriers")
                .properties()
                .forEach(entry -> barriers.put(
                        entry.getKey(), new AsyncBarrier(entry.getValue().asInt())));
    }

    /** A new instance of a coroutine; its number is given now, not when it first runs. */
    private Coroutine<Object> instance(String name) {
        int number = instances.merge(name, 1, Integer::sum);
        String who = name.equals("main") ? name : name + "#" + number;
        return async(() -> {
            recorder.emit(who, "start");
            try {
                Returned returned = new Instance(who).run(program.path("coros").path(name));
                recorder.emit(who, "end");
                return returned == null ? null : returned.value();
            } catch (CancelledError e) {
                recorder.emit(who, "end cancelled");
                throw e;
            } catch (Exception e) {
                recorder.emit(who, "end raised " + show(e));
                throw e;
            }
        });
    }

    /** What a list of ops gives back when it has met a return. */
    private record Returned(@Nullable Object value) {}

    private static Duration millis(JsonNode number) {
        return Duration.ofNanos(Math.round(number.asDouble() * 1e6));
    }

    private static @Nullable Duration millisOrNull(JsonNode number) {
        return number.isNull() ? null : millis(number);
    }

    /** None is null here, so that operators meet one. */
    private static @Nullable Object value(JsonNode node) {
        return node.isNull() ? null : new PythonValue(node);
    }

    private static String text(JsonNode node) {
        return new PythonValue(node).toString();
    }

    /** One run of a coroutine of the program. */
    private final class Instance {
        private final String who;
        private final List<TaskGroup> groups;

        Instance(String who) {
            this(who, List.of());
        }

        private Instance(String who, List<TaskGroup> groups) {
            this.who = who;
            this.groups = groups;
        }

        private Instance in(TaskGroup group) {
            List<TaskGroup> more = new ArrayList<>(groups);
            more.add(group);
            return new Instance(who, more);
        }

        private void emit(String text) {
            recorder.emit(who, text);
        }

        @Nullable
        Returned run(JsonNode ops) throws Exception {
            for (JsonNode op : ops) {
                recorder.requireOn();
                Returned returned = run(op.get(0).asText(), op.path(1), op.path(2), op.path(3));
                if (returned != null) {
                    return returned;
                }
            }
            return null;
        }

        private @Nullable Returned run(String op, JsonNode a, JsonNode b, JsonNode c) throws Exception {
            switch (op) {
                case "log" -> emit(text(a));
                case "sleep" -> await(sleep(millis(a)));
                case "spawn" -> tasks.put(a.asText(), createTask(instance(b.asText())));
                case "eager" ->
                    tasks.put(a.asText(), createTask(instance(b.asText()), null, AsyncContext.copy(), true));
                case "gspawn" -> spawnInGroup(a.asText(), b.asText());
                case "await" -> {
                    Task<?> task = other(a.asText());
                    if (task != null) {
                        emit("await " + a.asText() + " -> " + show(await(task)));
                    }
                }
                case "shield" -> {
                    Task<?> task = other(a.asText());
                    if (task != null) {
                        emit("shield " + a.asText() + " -> " + show(await(shield(task))));
                    }
                }
                case "call" -> emit("call " + a.asText() + " -> " + show(await(instance(a.asText()))));
                case "cancel" -> {
                    Task<?> task = tasks.get(a.asText());
                    emit("cancel " + a.asText() + " " + (task == null ? "missing" : task.cancel()));
                }
                case "gather" -> {
                    List<Coroutine<Object>> all = new ArrayList<>();
                    a.forEach(name -> all.add(instance(name.asText())));
                    emit("gather -> " + show(await(b.asBoolean() ? gatherOutcomes(all) : gather(all))));
                }
                case "gather_tasks" -> {
                    Collection<Task<?>> all = others(a).values();
                    emit("gather -> " + show(await(b.asBoolean() ? gatherOutcomes(all) : gather(all))));
                }
                case "wait" -> waitForTasks(a, ReturnWhen.valueOf(b.asText()), millisOrNull(c));
                case "as_completed" -> asTasksComplete(a, millisOrNull(b));
                case "wait_for" ->
                    emit("wait_for " + a.asText() + " -> " + show(await(waitFor(instance(a.asText()), millis(b)))));
                case "wait_for_task" -> {
                    Task<?> task = other(a.asText());
                    if (task != null) {
                        emit("wait_for " + a.asText() + " -> " + show(await(waitFor(task, millis(b)))));
                    }
                }
                case "timeout" -> {
                    Returned returned = await(timeout(millis(a), limit -> run(b)));
                    emit("timeout ok");
                    return returned;
                }
                case "group" -> {
                    Returned returned = await(taskGroup(group -> in(group).run(a)));
                    emit("group ok");
                    return returned;
                }
                case "try" -> {
                    return attempt(a);
                }
                case "raise" -> throw new ValueError(text(a));
                case "return" -> {
                    return new Returned(value(a));
                }
                case "repeat" -> {
                    return repeat(a.asInt(), b);
                }
                case "lock" -> {
                    return locked(a.asText(), b);
                }
                case "sem" -> {
                    return acquired(a.asText(), b);
                }
                case "event_set" -> get(events, a).set();
                case "event_clear" -> get(events, a).clear();
                case "event_wait" -> {
                    await(get(events, a).waitUntilSet());
                    emit("event " + a.asText());
                }
                case "cond_wait" -> {
                    AsyncCondition condition = get(conditions, a);
                    try (Permit held = awaitSingle(condition.acquire())) {
                        await(condition.waitForSignal());
                        emit("notified " + a.asText());
                    }
                }
                case "cond_notify" -> {
                    AsyncCondition condition = get(conditions, a);
                    try (Permit held = awaitSingle(condition.acquire())) {
                        condition.signal(b.asInt());
                    }
                }
                case "put" -> {
                    await(get(queues, a).put(new PythonValue(b)));
                    emit("put " + a.asText() + " " + text(b));
                }
                case "get" ->
                    emit("get " + a.asText() + " " + show(await(get(queues, a).get())));
                case "barrier" ->
                    emit("barrier " + a.asText() + " " + await(get(barriers, a).waitUntilFull()));
                case "call_soon" -> loop.callSoon(() -> recorder.emit("-", text(a)));
                case "call_later" -> loop.callLater(millis(a), () -> recorder.emit("-", text(b)));
                case "callback" -> {
                    Task<?> task = tasks.get(a.asText());
                    if (task != null) {
                        task.addDoneCallback(done -> recorder.emit("-", text(b)));
                    }
                }
                case "fut_set" -> {
                    AsyncFuture<Object> future = future(a);
                    emit("set " + a.asText() + (future.isDone() ? " late" : " ok"));
                    if (!future.isDone()) {
                        future.setResult(value(b));
                    }
                }
                case "fut_exc" -> {
                    AsyncFuture<Object> future = future(a);
                    emit("fail " + a.asText() + (future.isDone() ? " late" : " ok"));
                    if (!future.isDone()) {
                        future.setException(new ValueError(text(b)));
                    }
                }
                case "fut_cancel" ->
                    emit("cancel " + a.asText() + " " + future(a).cancel());
                case "fut_await" -> emit("future " + a.asText() + " -> " + show(await(future(a))));
                case "cancelling" -> emit("cancelling " + current().cancelling());
                case "uncancel" -> emit("uncancel " + current().uncancel());
                case "ctx_set" -> variable.set(new PythonValue(a));
                case "ctx_get" -> emit("context " + variable.get());
                default -> throw new AssertionError("unknown op " + op);
            }
            return null;
        }

        private @Nullable Returned locked(String name, JsonNode ops) throws Exception {
            Returned returned;
            try (Permit held = awaitSingle(locks.get(name).acquire())) {
                emit("locked " + name);
                returned = run(ops);
            }
            emit("unlocked " + name);
            return returned;
        }

        private @Nullable Returned acquired(String name, JsonNode ops) throws Exception {
            Returned returned;
            try (Permit held = awaitSingle(semaphores.get(name).acquire())) {
                emit("acquired " + name);
                returned = run(ops);
            }
            emit("released " + name);
            return returned;
        }

        private <X> X get(Map<String, X> all, JsonNode name) {
            return Objects.requireNonNull(all.get(name.asText()));
        }

        private void spawnInGroup(String task, String coroutine) {
            if (groups.isEmpty()) {
                emit("no group");
            } else {
                tasks.put(task, groups.get(groups.size() - 1).createTask(instance(coroutine)));
            }
        }

        private void waitForTasks(JsonNode names, ReturnWhen when, @Nullable Duration timeout) {
            Map<String, Task<?>> waited = others(names);
            if (!waited.isEmpty()) {
                WaitResult<Task<?>> result = Objects.requireNonNull(await(waitTasks(waited.values(), when, timeout)));
                emit("wait done=[" + namesOf(waited, result.done()) + "] pending=[" + namesOf(waited, result.pending())
                        + "]");
            }
        }

        private static String namesOf(Map<String, Task<?>> names, Collection<Task<?>> some) {
            return names.entrySet().stream()
                    .filter(entry -> some.contains(entry.getValue()))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.joining(" "));
        }

        private void asTasksComplete(JsonNode names, @Nullable Duration timeout) {
            Map<String, Task<?>> followed = others(names);
            Collection<Task<?>> all = followed.values();
            AsCompletedIterator<Object> completed =
                    Asyncio.<Object>asCompleted(all, timeout).iterate();
            while (completed.hasNext()) {
                Task<?> task = Objects.requireNonNull(await(completed.next()));
                emit("completed " + namesOf(followed, List.of(task)));
            }
        }

        private @Nullable Returned repeat(int times, JsonNode ops) throws Exception {
            for (int i = 0; i < times; i++) {
                Returned returned = run(ops);
                if (returned != null) {
                    return returned;
                }
            }
            return null;
        }

        @SuppressWarnings("Finally") // as the language has it: an error of the last part is the one that comes out
        private @Nullable Returned attempt(JsonNode parts) throws Exception {
            try {
                return run(parts.path("body"));
            } catch (CancelledError e) {
                if (!parts.hasNonNull("cancel")) {
                    throw e;
                }
                emit("caught CancelledError");
                Returned returned = run(parts.path("cancel"));
                if (returned != null || !parts.path("reraise").asBoolean()) {
                    return returned;
                }
                throw e;
            } catch (Exception e) {
                if (!parts.hasNonNull("error")) {
                    throw e;
                }
                emit("caught " + show(e));
                return run(parts.path("error"));
            } finally {
                Returned ignored = run(parts.path("finally"));
            }
        }

        private AsyncFuture<Object> future(JsonNode name) {
            return Objects.requireNonNull(futures.get(name.asText()));
        }

        private Task<?> current() {
            return Objects.requireNonNull(currentTask());
        }

        /** The task of that name, if it exists and is not this one. */
        private @Nullable Task<?> other(String name) {
            Task<?> task = tasks.get(name);
            if (task == null || task == currentTask()) {
                emit("skip " + name);
                return null;
            }
            return task;
        }

        private Map<String, Task<?>> others(JsonNode names) {
            Map<String, Task<?>> found = new LinkedHashMap<>();
            for (JsonNode name : names) {
                Task<?> task = other(name.asText());
                if (task != null && !found.containsValue(task)) {
                    found.put(name.asText(), task);
                }
            }
            return found;
        }
    }
}
