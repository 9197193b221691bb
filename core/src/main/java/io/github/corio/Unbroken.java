package io.github.corio;

import io.github.corio.internal.Owned;
import io.github.corio.internal.Wait;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;

/**
 * Says whether a circle of tasks is one. Its parts were seen one after another, while the loops went on: the first task may have gone on before the last one began to
 * wait. So each is looked at twice more. A wait that is the same object in both looks has lasted from the one to the other, and so all of them were there together in
 * between.
 */
final class Unbroken {
    private final List<Task<?>> circle;

    private Unbroken(List<Task<?>> circle) {
        this.circle = circle;
    }

    static boolean circle(List<Task<?>> circle) {
        Unbroken looks = new Unbroken(circle);
        List<@Nullable Wait<?>> first = looks.waits();
        VarHandle.fullFence();
        List<@Nullable Wait<?>> second = looks.waits();
        for (int i = 0; i < circle.size(); i++) {
            if (first.get(i) == null || first.get(i) != second.get(i)) {
                return false;
            }
        }
        return true;
    }

    /** By what each task waits for the next one, null if it does not. */
    private List<@Nullable Wait<?>> waits() {
        List<@Nullable Wait<?>> waits = new ArrayList<>(circle.size());
        for (int i = 0; i < circle.size(); i++) {
            waits.add(wait(circle.get(i), circle.get((i + 1) % circle.size())));
        }
        return waits;
    }

    private static @Nullable Wait<?> wait(Task<?> task, Task<?> next) {
        Wait<?> wait = task.handle().waiter();
        if (wait == null || wait.ready()) {
            return null;
        }
        Owned owned = owned(wait);
        boolean waitsForNext = (owned != null && owned.owner() == next)
                || Awaiters.of(next).stream().anyMatch(by -> by.task() == task && by.waits());
        return waitsForNext && task.handle().waiter() == wait ? wait : null;
    }

    /** The lock that is waited for, also by way of operators. */
    static @Nullable Owned owned(Wait<?> wait) {
        if (wait.source() instanceof Owned direct) {
            return direct;
        }
        Object step = wait;
        for (int i = 0; i < 64 && step != null; i++) {
            if (step instanceof Owned owned) {
                return owned;
            }
            step = Shown.beside(step, Scannable.Attr.PARENT);
        }
        return null;
    }
}
