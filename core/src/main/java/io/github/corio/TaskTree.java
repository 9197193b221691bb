package io.github.corio;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A picture of all tasks at a moment: what each waits for, and which tasks await it. {@link Asyncio#taskTree()} takes
 * it. It is text and numbers only and holds nothing alive. Immutable and thread-safe.
 *
 * <p>The loops go on while it is taken. So the tasks that it looks at last may have gone on a little further than the
 * first.
 *
 * <ul>
 *   <li><b>asyncio:</b> what {@code python -m asyncio ps} and {@code pstree} show.
 * </ul>
 *
 * @param loops the loops that are not closed
 * @param cycles the circles of tasks that wait for each other: none of these goes on, unless a cancel ends one
 * @since 0.1.0
 */
public record TaskTree(List<Loop> loops, List<Cycle> cycles) {
    /** So many tasks beside each other that differ in their names only are shown one by one. */
    private static final int ALIKE = 5;

    /**
     * A loop and its tasks.
     *
     * @param id its number, which no other loop of the JVM has
     * @param scheduler what drives it
     * @param running whether it is at work at this moment
     * @param debug whether it is in debug mode
     * @param tasks its tasks that are not done, oldest first
     */
    public record Loop(long id, String scheduler, boolean running, boolean debug, List<Node> tasks) {
        @Override
        public String toString() {
            return "EventLoop-" + id + " on " + scheduler + (running ? ", running" : "") + (debug ? ", debug" : "");
        }
    }

    /** What a task does at the moment of the picture. */
    public enum State {
        /** It runs, on a thread. */
        RUNNING,
        /** It waits for its turn on its loop. */
        READY,
        /** It waits for something else. */
        WAITING
    }

    /**
     * A task, what it waits for, and which tasks await it.
     *
     * @param id its number, which no other task of the JVM has
     * @param name its name
     * @param state what it does
     * @param cancelling how many cancels were asked for and not taken back
     * @param waitsFor what it waits for, in words, null if it does not wait
     * @param waiting debug mode: how long it has waited, else null
     * @param lock the lock that it waits for, if a task holds that lock, else null
     * @param holds the locks that it holds and others wait for
     * @param at the lines of the application where it runs or waits, innermost first. It is empty if the task has no
     *     stack, or if its stack was not looked at
     * @param created where it was created, null if that is not known
     * @param awaitedBy the tasks and subscribers that go on when it has ended
     */
    public record Node(
            long id,
            String name,
            State state,
            int cancelling,
            @Nullable String waitsFor,
            @Nullable Duration waiting,
            @Nullable Lock lock,
            List<String> holds,
            List<StackTraceElement> at,
            @Nullable String created,
            List<Awaiter> awaitedBy) {
        /** All but the name, in words. */
        private String says() {
            StringBuilder says = new StringBuilder(
                    state == State.WAITING
                            ? "waits for " + waitsFor
                            : state == State.RUNNING ? "runs" : "is ready to run");
            if (lock != null && lock.owner() != null) {
                says.append(", which ").append(lock.ownerName()).append(" holds");
            }
            if (waiting != null) {
                says.append(String.format(Locale.ROOT, ", for %.1f s", tenths() / 10.0));
            }
            if (!holds.isEmpty()) {
                says.append(", holds ").append(String.join(" and ", holds));
            }
            return says.append(cancelling > 0 ? ", cancelling" : "").toString();
        }

        /** Of the seconds that it waits. */
        private long tenths() {
            return waiting == null ? -1 : (waiting.toMillis() + 50) / 100;
        }

        /** Without the words, since very many tasks are compared. */
        private boolean saysTheSame(Node other) {
            return state == other.state
                    && tenths() == other.tenths()
                    && (cancelling > 0) == (other.cancelling > 0)
                    && Objects.equals(waitsFor, other.waitsFor)
                    && Objects.equals(lock, other.lock)
                    && holds.equals(other.holds);
        }
    }

    /**
     * A lock that a task waits for.
     *
     * @param name what it is called in this picture
     * @param owner the number of the task that holds it, null if it is not known
     * @param ownerName the name of that task
     */
    public record Lock(
            String name, @Nullable Long owner, @Nullable String ownerName) {}

    /**
     * A task or subscriber that goes on when a task has ended.
     *
     * @param task the number of that other task, null for a subscriber outside of a task, or a thread
     * @param through the steps on the way there, inner first: {@code gather of 3}, the operators of a chain
     * @param waits whether it waits for that now, and for nothing else
     */
    public record Awaiter(@Nullable Long task, List<String> through, boolean waits) {}

    /**
     * A circle of tasks that wait for each other.
     *
     * @param steps the tasks. Each waits for the next one, the last for the first
     */
    public record Cycle(List<Step> steps) {
        /** In words. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                String next = steps.get((i + 1) % steps.size()).name();
                String held = step.lock() == null ? next : step.lock() + ", which " + next + " holds";
                text.append(i == 0 ? "" : "; ")
                        .append(step.name())
                        .append(" waits for ")
                        .append(held);
            }
            return text.toString();
        }
    }

    /**
     * A task in a circle.
     *
     * @param task its number
     * @param name its name
     * @param lock the lock that it waits for and the next one holds, null if it waits for the end of that one
     */
    public record Step(long task, String name, @Nullable String lock) {}

    /**
     * Gives all tasks, loop by loop.
     *
     * @return a copy
     */
    public List<Node> tasks() {
        return loops.stream().flatMap(loop -> loop.tasks().stream()).toList();
    }

    // ---- renderings ----

    /**
     * Prints it as {@code pstree} does, loop by loop. Below each task are the tasks that it waits for. The circles come
     * last. Of many tasks beside each other that differ in their names only, the first is shown.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code python -m asyncio pstree PID}, of Python 3.14.
     * </ul>
     *
     * @return several lines, each with a line break
     */
    public String toText() {
        Below below = new Below(tasks());
        TreeLines lines = new TreeLines();
        Set<Long> roots = below.roots();
        for (Loop loop : loops) {
            int count = loop.tasks().size();
            lines.line(loop + ", " + count + (count == 1 ? " task" : " tasks"));
            List<Branch> own = new ArrayList<>();
            for (Node node : loop.tasks()) {
                if (roots.contains(node.id())) {
                    own.add(new Branch(node, steps(node.awaitedBy(), null), below, lines));
                }
            }
            lines.print(folded(own, lines));
        }
        cycles.forEach(cycle -> lines.line("circle: " + cycle));
        return lines.toString();
    }

    /**
     * Gives this record as JSON, without spaces.
     *
     * @return an object
     */
    public String toJson() {
        Json json = new Json();
        json.object(() -> {
            json.name("loops")
                    .array(
                            loops,
                            loop -> json.object(() -> json.member("id", loop.id())
                                    .member("scheduler", loop.scheduler())
                                    .member("running", loop.running())
                                    .member("debug", loop.debug())
                                    .name("tasks")
                                    .array(loop.tasks(), node -> write(json, node))));
            json.name("cycles")
                    .array(
                            cycles,
                            cycle -> json.array(
                                    cycle.steps(),
                                    step -> json.object(() -> json.member("task", step.task())
                                            .member("name", step.name())
                                            .member("lock", step.lock()))));
        });
        return json.toString();
    }

    private static void write(Json json, Node node) {
        Lock lock = node.lock();
        json.object(() -> json.member("id", node.id())
                .member("name", node.name())
                .member("state", node.state().name().toLowerCase(Locale.ROOT))
                .member("cancelling", node.cancelling())
                .member("waitsFor", node.waitsFor())
                .member(
                        "waitingMillis",
                        node.waiting() == null ? null : node.waiting().toMillis())
                .member("lock", lock == null ? null : lock.name())
                .member("lockOwner", lock == null ? null : lock.owner())
                .name("holds")
                .array(node.holds(), json::value)
                .name("at")
                .array(node.at(), json::value)
                .member("created", node.created())
                .name("awaitedBy")
                .array(
                        node.awaitedBy(),
                        by -> json.object(() -> json.member("task", by.task())
                                .name("through")
                                .array(by.through(), json::value)
                                .member("waits", by.waits()))));
    }

    /**
     * Gives it as a flowchart of Mermaid, which GitHub and many editors draw. An arrow goes from a task to the task
     * that it waits for. A dotted arrow goes to the task that holds the lock. Tasks in a circle are red.
     *
     * @return several lines, each with a line break
     */
    public String toMermaid() {
        StringBuilder text = new StringBuilder("flowchart TD\n");
        for (Loop loop : loops) {
            text.append("  subgraph L")
                    .append(loop.id())
                    .append('[')
                    .append(quoted(loop.toString()))
                    .append("]\n");
            for (Node node : loop.tasks()) {
                text.append("    T").append(node.id()).append('[');
                text.append(quoted(node.name() + "\n" + node.says())).append("]\n");
            }
            text.append("  end\n");
        }
        for (Node node : tasks()) {
            for (Awaiter by : node.awaitedBy()) {
                if (by.task() != null) {
                    String steps = String.join(", ", by.through());
                    text.append("  T")
                            .append(by.task())
                            .append(steps.isEmpty() ? " -->" : " -->|" + quoted(steps) + "|");
                    text.append(" T").append(node.id()).append('\n');
                }
            }
            Lock lock = node.lock();
            if (lock != null && lock.owner() != null) {
                text.append("  T")
                        .append(node.id())
                        .append(" -.->|")
                        .append(quoted(lock.name()))
                        .append("| T");
                text.append(lock.owner()).append('\n');
            }
        }
        Set<Long> stuck = new LinkedHashSet<>();
        cycles.forEach(cycle -> cycle.steps().forEach(step -> stuck.add(step.task())));
        if (!stuck.isEmpty()) {
            text.append("  classDef circle stroke:#c00,stroke-width:3px\n");
            stuck.forEach(task -> text.append("  class T").append(task).append(" circle\n"));
        }
        return text.toString();
    }

    private static String quoted(String label) {
        return '"'
                + label.replace("&", "&amp;")
                        .replace("\"", "&quot;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\n", "<br/>")
                + '"';
    }

    // ---- text ----

    private static String steps(List<Awaiter> awaiters, @Nullable Node awaiting) {
        for (Awaiter by : awaiters) {
            if (awaiting == null ? by.task() == null : by.task() != null && by.task() == awaiting.id()) {
                String steps = String.join(", ", by.through());
                boolean known = awaiting != null && steps.equals(awaiting.waitsFor());
                return steps.isEmpty() || known ? "" : (awaiting == null ? " (for " : " (by ") + steps + ")";
            }
        }
        return "";
    }

    /** Which task waits for which. */
    private static final class Below {
        private final Map<Long, Node> nodes = new LinkedHashMap<>();
        private final Map<Long, List<Node>> below = new HashMap<>();

        Below(List<Node> all) {
            all.forEach(node -> nodes.put(node.id(), node));
            for (Node node : all) {
                for (Awaiter by : node.awaitedBy()) {
                    if (isShown(by)) {
                        below.computeIfAbsent(by.task(), id -> new ArrayList<>())
                                .add(node);
                    }
                }
            }
        }

        private boolean isShown(Awaiter by) {
            return by.task() != null && nodes.containsKey(by.task());
        }

        private boolean isAwaited(Node node) {
            for (Awaiter by : node.awaitedBy()) { // without a stream: there may be very many nodes
                if (isShown(by)) {
                    return true;
                }
            }
            return false;
        }

        List<Node> of(Node node) {
            return below.getOrDefault(node.id(), List.of());
        }

        /** Those that nobody waits for, and one of each circle that only waits for itself. */
        Set<Long> roots() {
            Set<Long> roots = new LinkedHashSet<>();
            Set<Long> reached = new HashSet<>();
            for (Node node : nodes.values()) {
                if (!isAwaited(node)) {
                    roots.add(node.id());
                    reach(node, reached);
                }
            }
            for (Node node : nodes.values()) {
                if (!reached.contains(node.id())) {
                    roots.add(node.id());
                    reach(node, reached);
                }
            }
            return roots;
        }

        private void reach(Node root, Set<Long> reached) {
            ArrayDeque<Node> rest = new ArrayDeque<>(List.of(root));
            while (!rest.isEmpty()) {
                Node node = rest.remove();
                if (reached.add(node.id())) {
                    rest.addAll(of(node));
                }
            }
        }
    }

    /** A task below one that waits for it. */
    private record Branch(Node node, String via, Below below, TreeLines tree, int more) implements TreeLines.Item {
        Branch(Node node, String via, Below below, TreeLines tree) {
            this(node, via, below, tree, 0);
        }

        @Override
        public Object key() {
            return node.id();
        }

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("(T) " + node.name() + (more == 0 ? "" : " and " + more + " more like it") + via + ": "
                    + node.says());
            node.at().forEach(frame -> lines.add("at " + frame));
            if (node.at().isEmpty() && node.created() != null) {
                lines.add("created at " + node.created());
            }
            return lines;
        }

        @Override
        public String again() {
            return "(T) " + node.name() + ": see there";
        }

        @Override
        public List<Branch> children() {
            List<Branch> children = new ArrayList<>();
            below.of(node)
                    .forEach(child -> children.add(new Branch(child, steps(child.awaitedBy(), node), below, tree)));
            return folded(children, tree);
        }

        boolean isLike(Branch other) {
            return via.equals(other.via)
                    && node.at().equals(other.node.at())
                    && node.saysTheSame(other.node)
                    && below.of(node).isEmpty()
                    && below.of(other.node).isEmpty();
        }
    }

    /** Of many that are alike, one. */
    private static List<Branch> folded(List<Branch> branches, TreeLines tree) {
        List<Branch> kept = new ArrayList<>();
        for (int i = 0; i < branches.size(); ) {
            int end = i + 1;
            while (end < branches.size() && branches.get(i).isLike(branches.get(end))) {
                end++;
            }
            if (end - i < ALIKE) {
                kept.addAll(branches.subList(i, end));
            } else {
                Branch first = branches.get(i);
                kept.add(new Branch(first.node, first.via, first.below, tree, end - i - 1));
                branches.subList(i + 1, end).forEach(branch -> tree.skip(branch.key()));
            }
            i = end;
        }
        return kept;
    }
}
