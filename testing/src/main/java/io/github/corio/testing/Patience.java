package io.github.corio.testing;

import io.github.corio.AsyncFuture;
import io.github.corio.Asyncio;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/**
 * How long a test in which nothing can happen waits in real time for threads that it does not know of: as long as it was told, else as what is
 * awaited deserves.
 */
final class Patience {
    private static final Duration FOR_ANYTHING = Duration.ofSeconds(1);
    /** So many operators are looked at. */
    private static final int MOST = 40;

    private static final Duration FOR_FUTURES = Duration.ofMillis(100);

    private final EventLoop loop;
    private final @Nullable Duration told;

    Patience(EventLoop loop, @Nullable Duration told) {
        this.loop = loop;
        this.told = told == null ? null : TestSettings.countable(told);
    }

    /** What may come from elsewhere at all deserves this. */
    Duration most() {
        return told == null ? FOR_ANYTHING : told;
    }

    /** True if the JVM being busy is an excuse for being late. */
    boolean isGenerous() {
        return told == null;
    }

    /** As long as the most promising of the things that the tasks of the loop wait for deserves. */
    Duration now() {
        Duration patience = Duration.ZERO;
        for (Task<?> task : Asyncio.allTasks(loop)) {
            Object source = task.waitsFor();
            if (source instanceof Task<?>) {
                continue; // it ends on the loop itself
            }
            if (told != null || source == null || mayBeAnything(source)) {
                return most();
            }
            patience = FOR_FUTURES; // anybody may set it, or the lock, event or queue that it stands for
        }
        return patience;
    }

    /** True if some task waits for something whose answer may come from outside of the test. */
    boolean isForOutside() {
        return Asyncio.allTasks(loop).stream().anyMatch(task -> {
            Object source = task.waitsFor();
            return source != null && mayBeAnything(source);
        });
    }

    private static boolean mayBeAnything(Object source) {
        return isStage(source) || (source instanceof Mono<?> && !(source instanceof AsyncFuture<?>));
    }

    private static boolean isStage(Object source) {
        return source.getClass().getSimpleName().equals("WrappedStage");
    }

    /** What the tasks of the loop wait for that is known to be answered from outside; each wait is an object of its own. */
    List<Object> foreignWaits() {
        List<Object> waits = new ArrayList<>();
        for (Task<?> task : Asyncio.allTasks(loop)) {
            Object source = task.waitsFor();
            if (source != null && (isForeign(source) || isAnsweredFromOutside(task))) {
                Throwable site = task.awaitSite();
                waits.add(site == null ? source : site);
            }
        }
        return waits;
    }

    private static boolean isForeign(Object source) {
        if (source instanceof AsyncFuture<?>) {
            return isStage(source);
        }
        if (!(source instanceof Mono<?> mono)) {
            return false;
        }
        try {
            Object root = mono;
            for (int looked = 0; looked < MOST && root instanceof Scannable operator; looked++) {
                Object parent = operator.scanUnsafe(Scannable.Attr.PARENT);
                if (parent == null) {
                    break;
                }
                root = parent;
            }
            return isForeign(root.getClass());
        } catch (RuntimeException foreign) { // a Mono of somebody else, asked for its source
            return true;
        }
    }

    /** Looks at what has been subscribed to: behind a defer or a flatMap, too. */
    private static boolean isAnsweredFromOutside(Task<?> task) {
        try {
            Deque<Object> open = new ArrayDeque<>();
            Object parent = task.waiting().scanUnsafe(Scannable.Attr.PARENT);
            for (int looked = 0; looked < MOST; looked++) {
                Object at = parent == null ? open.poll() : parent;
                parent = null;
                if (at == null) {
                    return false;
                }
                if (at instanceof Scannable operator) {
                    if (operator.scanOrDefault(Scannable.Attr.TERMINATED, false)) {
                        continue;
                    }
                    parent = operator.scanUnsafe(Scannable.Attr.PARENT);
                    operator.inners().limit(MOST).filter(Objects::nonNull).forEach(open::add);
                }
                if (isForeign(at.getClass())) {
                    return true;
                }
            }
            return false;
        } catch (RuntimeException foreign) { // an operator of somebody else, which cannot be scanned
            return false;
        }
    }

    private static boolean isForeign(Class<?> type) {
        String name = type.getName();
        return (!name.startsWith("io.github.corio.") || name.startsWith("io.github.corio.bridge."))
                && (!name.startsWith("reactor.core.")
                        || name.contains(".MonoCompletionStage")
                        || name.contains(".MonoCreate")
                        || name.contains(".FluxCreate"));
    }
}
