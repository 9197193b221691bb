package io.github.corio;

import io.github.corio.internal.Wait;
import io.github.corio.loop.internal.LoopHandle;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;

/**
 * Who goes on when a task has ended: found by following those who are queued for that, through gathers, groups and shields, and through
 * Reactor's operators. Any thread; the loops go on meanwhile. Nothing here is locked, and nothing throws.
 */
final class Awaiters {
    /** So many steps of one chain, and so many futures on the way, are looked at. */
    private static final int STEPS = 64;

    private final Known known;
    /** Not to be changed: tasks may have it in common. */
    private List<Awaiter> found = List.of();
    /** Few, and one list for each task of very many. */
    private final List<Object> seen = new ArrayList<>(4);

    /** @param task the one that goes on, null if it is none */
    record Awaiter(@Nullable Task<?> task, List<String> through, boolean waits) {}

    /**
     * Who stands behind the operators that many tasks have in common, such as a gather of all of them. For one picture: later, others stand
     * there. Not thread-safe.
     */
    static final class Known {
        private final IdentityHashMap<Object, Behind> behind = new IdentityHashMap<>();

        private record Behind(List<String> through, List<Awaiter> found) {}
    }

    private Awaiters(Known known) {
        this.known = known;
    }

    static List<Awaiter> of(AsyncFuture<?> future) {
        return of(future, new Known());
    }

    static List<Awaiter> of(AsyncFuture<?> future, Known known) {
        Awaiters awaiters = new Awaiters(known);
        awaiters.follow(future, List.of(), true);
        return awaiters.found;
    }

    private void follow(AsyncFuture<?> future, List<String> through, boolean needed) {
        for (Object before : seen) {
            if (before == future) {
                return;
            }
        }
        if (through.size() > STEPS) {
            return;
        }
        seen.add(future);
        for (LoopHandle handle : future.whenDone()) {
            if (handle instanceof TaskHandle waiter) {
                add(new Awaiter((Task<?>) waiter.task(), through, needed));
            } else if (handle instanceof Follows follows) {
                step(follows, through, needed);
            }
        }
    }

    private void step(Follows follows, List<String> through, boolean needed) {
        Object next;
        boolean needs;
        try {
            next = follows.follower();
            needs = needed && follows.isNeeded();
        } catch (Throwable e) { // its loop has changed what it reads, at this moment
            return;
        }
        if (next instanceof Task<?> task) {
            add(new Awaiter(task, through, needs && waits(task, follows)));
        } else if (next instanceof AsyncFuture<?> future) {
            follow(future, with(through, Shown.text(future)), needs);
        } else if (next != null) {
            downstream(next, through, needs);
        }
    }

    /** A member of a group is awaited by its parent from the beginning, also while that does something else. */
    private static boolean waits(Task<?> task, Follows follows) {
        return follows instanceof Wait<?> wait && task.handle().waiter() == wait;
    }

    private void downstream(Object subscriber, List<String> through, boolean needed) {
        if (subscriber instanceof Follows || !through.isEmpty() || !needed) {
            walk(subscriber, through, through, needed);
            return;
        }
        List<String> steps = named(through, subscriber);
        Object next = Shown.beside(subscriber, Scannable.Attr.ACTUAL);
        Known.Behind behind = next == null ? null : known.behind.get(next);
        if (next == null) {
            walk(subscriber, through, through, true);
        } else if (behind != null && behind.through().equals(steps)) {
            add(behind.found());
        } else {
            Awaiters rest = new Awaiters(known);
            rest.seen.addAll(seen);
            rest.walk(next, through, steps, true);
            known.behind.put(next, new Known.Behind(steps, rest.found));
            add(rest.found);
        }
    }

    /** @param steps those on the way from {@code through} to the subscriber */
    private void walk(Object subscriber, List<String> through, List<String> steps, boolean needed) {
        List<String> named = steps;
        Object step = subscriber;
        for (int i = 0; i < STEPS; i++) {
            if (step instanceof Follows follows) {
                // on the way to a future of ours are operators of ours: a gather is built on zip
                step(follows, follows instanceof Wait<?> ? named : through, needed);
                return;
            }
            List<String> before = named;
            named = named(before, step);
            Object next = Shown.beside(step, Scannable.Attr.ACTUAL);
            if (next == null) {
                boolean isNamed = Shown.operator(step) != null;
                add(new Awaiter(null, isNamed ? named : with(before, Shown.ofClass(step)), needed));
                return;
            }
            step = next;
        }
    }

    private static List<String> named(List<String> steps, Object step) {
        String name = Shown.operator(step);
        return name == null || (!steps.isEmpty() && steps.get(steps.size() - 1).equals(name))
                ? steps
                : with(steps, name);
    }

    private void add(Awaiter awaiter) {
        found = with(found, awaiter);
    }

    private void add(List<Awaiter> more) {
        if (found.isEmpty()) {
            found = more;
        } else {
            more.forEach(this::add);
        }
    }

    private static <T> List<T> with(List<T> some, T another) {
        if (some.isEmpty()) {
            return List.of(another);
        }
        List<T> more = new ArrayList<>(some);
        more.add(another);
        return List.copyOf(more);
    }
}
