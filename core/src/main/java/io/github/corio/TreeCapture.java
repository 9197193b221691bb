package io.github.corio;

import io.github.corio.internal.Owned;
import io.github.corio.internal.Wait;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;

/**
 * Takes the picture of what runs. From any thread: it reads what the loops change meanwhile, holds no lock, and runs no code of the
 * application but scans of its operators, each of them guarded.
 */
final class TreeCapture {
    /** So many lines of the application are shown of each stack. */
    private static final int LINES = 8;
    /** So many stacks are walked: each takes some microseconds. */
    private static final int STACKS = 1_000;

    private final Map<EventLoop, List<Task<?>>> loops;
    private final IdentityHashMap<Task<?>, Seen> tasks;
    private final IdentityHashMap<Object, String> locks = new IdentityHashMap<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private final Awaiters.Known known = new Awaiters.Known();
    /** As they are shown: tasks of one gather have the list in common. */
    private final IdentityHashMap<List<Awaiters.Awaiter>, List<TaskTree.Awaiter>> awaiters = new IdentityHashMap<>();

    private int stacks = STACKS;

    /** What a task was seen to wait for. */
    private static final class Seen {
        TaskTree.State state = TaskTree.State.READY;

        @Nullable
        String waitsFor;

        @Nullable
        Duration waiting;

        @Nullable
        String lock;

        @Nullable
        Task<?> owner;

        List<String> holds = List.of();
        List<Awaiters.Awaiter> awaitedBy = List.of();
    }

    private TreeCapture(Map<EventLoop, List<Task<?>>> loops) {
        this.loops = loops;
        this.tasks = new IdentityHashMap<>(
                loops.values().stream().mapToInt(List::size).sum());
    }

    static TaskTree ofAll() {
        return of(EventLoop.all());
    }

    static TaskTree of(Collection<EventLoop> loops) {
        Map<EventLoop, List<Task<?>>> tasks = new LinkedHashMap<>();
        for (EventLoop loop : loops) {
            tasks.put(loop, RemainingTasks.of(loop));
        }
        return new TreeCapture(tasks).tree();
    }

    private TaskTree tree() {
        loops.forEach((loop, all) -> all.forEach(task -> tasks.put(task, new Seen())));
        loops.forEach((loop, all) -> all.forEach(task -> look(loop, task)));
        List<TaskTree.Loop> shown = new ArrayList<>();
        loops.forEach((loop, all) -> {
            List<TaskTree.Node> nodes = new ArrayList<>(all.size());
            all.forEach(task -> nodes.add(node(task, seen(task))));
            shown.add(new TaskTree.Loop(
                    Loops.access(loop).number(),
                    Shown.scheduler(Loops.access(loop).scheduler()),
                    loop.isRunning(),
                    loop.isDebug(),
                    List.copyOf(nodes)));
        });
        return new TaskTree(List.copyOf(shown), cycles());
    }

    private Seen seen(Task<?> task) {
        Seen seen = tasks.get(task);
        return seen == null ? new Seen() : seen;
    }

    // ---- one task ----

    private void look(EventLoop loop, Task<?> task) {
        Seen seen = seen(task);
        TaskHandle handle = task.handle();
        Wait<?> wait = handle.waiter();
        LoopHandle running = Loops.access(loop).running();
        if (running == handle) {
            seen.state = TaskTree.State.RUNNING;
        } else if (wait != null && !wait.ready()) {
            seen.state = TaskTree.State.WAITING;
            lookAt(wait, seen);
            AwaitSite site = handle.awaitSite();
            seen.waiting = site == null
                    ? null
                    : Duration.ofNanos(Math.max(0, Loops.access(loop).now() - site.nanos));
        }
        seen.awaitedBy = Awaiters.of(task, known);
    }

    private void lookAt(Wait<?> wait, Seen seen) {
        Object source = wait.source();
        Owned owned = Unbroken.owned(wait);
        if (owned != null) {
            seen.lock = nameOf(owned.resource());
            seen.owner = owned.owner();
            seen.waitsFor = seen.lock;
            if (seen.owner != null && tasks.containsKey(seen.owner)) {
                Seen holder = seen(seen.owner);
                if (!holder.holds.contains(seen.lock)) {
                    List<String> more = new ArrayList<>(holder.holds);
                    more.add(seen.lock);
                    holder.holds = more;
                }
            }
        } else if (source instanceof Task<?> task) {
            seen.waitsFor = "(T) " + Shown.text(task);
        } else if (source instanceof AsyncFuture<?> || source instanceof Awaitable<?>) {
            seen.waitsFor = Shown.text(source);
        } else {
            seen.waitsFor = Shown.chain(Shown.beside(wait, Scannable.Attr.PARENT), source);
        }
    }

    private String nameOf(Object lock) {
        return locks.computeIfAbsent(lock, unnamed -> {
            String type = Shown.ofClass(unnamed);
            return type + "-" + counts.merge(type, 1, Integer::sum);
        });
    }

    private TaskTree.Node node(Task<?> task, Seen seen) {
        Task<?> owner = seen.owner;
        return new TaskTree.Node(
                task.number(),
                Shown.clean(task.name()),
                seen.state,
                task.cancelling(),
                seen.waitsFor,
                seen.waiting,
                seen.lock == null
                        ? null
                        : new TaskTree.Lock(
                                seen.lock,
                                owner == null ? null : owner.number(),
                                owner == null ? null : Shown.clean(owner.name())),
                List.copyOf(seen.holds),
                lines(task),
                task.createdHereAt(),
                awaiters.computeIfAbsent(seen.awaitedBy, TreeCapture::shown));
    }

    private static List<TaskTree.Awaiter> shown(List<Awaiters.Awaiter> awaiters) {
        return awaiters.stream()
                .map(by -> new TaskTree.Awaiter(
                        by.task() == null ? null : by.task().number(), List.copyOf(by.through()), by.waits()))
                .toList();
    }

    /** Where it is: of its stack, else what debug mode has recorded. */
    private List<StackTraceElement> lines(Task<?> task) {
        Thread thread = stacks > 0 ? task.handle().thread() : null;
        if (thread != null) {
            stacks--;
            StackTraceElement[] stack = thread.getStackTrace();
            if (task.handle().thread() == thread) { // else it has ended, and another task may have been on the stack
                return Frames.ofUser(stack, LINES);
            }
        }
        AwaitSite site = task.handle().awaitSite();
        return site == null || task.handle().waiter() == null ? List.of() : Frames.ofUser(site.getStackTrace(), LINES);
    }

    // ---- circles ----

    private List<TaskTree.Cycle> cycles() {
        IdentityHashMap<Task<?>, List<Task<?>>> waitsFor = new IdentityHashMap<>();
        loops.values()
                .forEach(all -> all.forEach(task -> {
                    Seen seen = seen(task);
                    if (seen.owner != null) {
                        waitsFor.computeIfAbsent(task, key -> new ArrayList<>(1))
                                .add(seen.owner);
                    }
                    for (Awaiters.Awaiter by : seen.awaitedBy) {
                        if (by.waits() && by.task() != null) {
                            waitsFor.computeIfAbsent(by.task(), key -> new ArrayList<>(1))
                                    .add(task);
                        }
                    }
                }));
        List<Task<?>> waiting = new ArrayList<>(); // a task that waits for none is in no circle
        loops.values().forEach(all -> all.stream().filter(waitsFor::containsKey).forEach(waiting::add));
        return Circles.in(waiting, task -> next(waitsFor, task)).stream()
                .filter(Unbroken::circle)
                .map(this::cycle)
                .toList();
    }

    private static List<Task<?>> next(Map<Task<?>, List<Task<?>>> waitsFor, Task<?> task) {
        return waitsFor.getOrDefault(task, List.of()).stream()
                .filter(waitsFor::containsKey)
                .toList();
    }

    private TaskTree.Cycle cycle(List<Task<?>> circle) {
        List<TaskTree.Step> steps = new ArrayList<>(circle.size());
        for (int i = 0; i < circle.size(); i++) {
            Task<?> task = circle.get(i);
            Seen seen = seen(task);
            boolean byLock = seen.owner == circle.get((i + 1) % circle.size());
            steps.add(new TaskTree.Step(task.number(), Shown.clean(task.name()), byLock ? seen.lock : null));
        }
        return new TaskTree.Cycle(List.copyOf(steps));
    }
}
