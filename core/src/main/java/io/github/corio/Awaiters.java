package io.github.corio;

import io.github.corio.internal.Wait;
import io.github.corio.loop.internal.LoopHandle;
import java.util.ArrayList;
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

    private final List<Awaiter> found = new ArrayList<>();
    /** Few, and one list for each task of very many. */
    private final List<Object> seen = new ArrayList<>(4);

    /** @param task the one that goes on, null if it is none */
    record Awaiter(@Nullable Task<?> task, List<String> through, boolean waits) {}

    private Awaiters() {}

    static List<Awaiter> of(AsyncFuture<?> future) {
        Awaiters awaiters = new Awaiters();
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
                found.add(new Awaiter((Task<?>) waiter.task(), through, needed));
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
            found.add(new Awaiter(task, through, needs && waits(task, follows)));
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
        List<String> steps = through;
        Object step = subscriber;
        for (int i = 0; i < STEPS; i++) {
            if (step instanceof Follows follows) {
                // on the way to a future of ours are operators of ours: a gather is built on zip
                step(follows, follows instanceof Wait<?> ? steps : through, needed);
                return;
            }
            String name = Shown.operator(step);
            if (name != null && (steps.isEmpty() || !steps.get(steps.size() - 1).equals(name))) {
                steps = with(steps, name);
            }
            Object next = Shown.beside(step, Scannable.Attr.ACTUAL);
            if (next == null) {
                found.add(new Awaiter(null, name == null ? with(steps, Shown.ofClass(step)) : steps, needed));
                return;
            }
            step = next;
        }
    }

    private static List<String> with(List<String> steps, String step) {
        List<String> more = new ArrayList<>(steps);
        more.add(step);
        return more;
    }
}
