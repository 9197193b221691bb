package io.github.corio;

import io.github.corio.internal.Owned;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.scheduler.Scheduler;

/**
 * Words for what others have made, where what runs is shown. A {@code toString} that is not Corio's or Reactor's is never called: it
 * may wait for what hangs. Never throws.
 */
final class Shown {
    private static final int LONGEST = 200;
    /** So many steps of a chain are looked at. */
    private static final int STEPS = 64;

    private Shown() {}

    static String text(@Nullable Object object) {
        if (object instanceof AsyncFuture<?> future) {
            return clean(label(future));
        }
        return object != null && isKnown(object) ? clean(Foreign.text(object)) : ofClass(object);
    }

    /** A name that the application has given. */
    static String clean(String text) {
        if (isClean(text)) { // nearly all: a hundred thousand are asked for
            return text;
        }
        StringBuilder clean = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return clean.length() < text.length() ? clean + "..." : clean.toString();
    }

    private static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return false;
            }
        }
        return text.length() <= LONGEST;
    }

    private static String label(AsyncFuture<?> future) {
        try {
            return future.label();
        } catch (Throwable e) { // it reads what its loop changes at this moment
            return ofClass(future);
        }
    }

    static String scheduler(Scheduler scheduler) {
        return scheduler.getClass().getName().startsWith("reactor.")
                ? clean(Foreign.text(scheduler))
                : ofClass(scheduler);
    }

    private static boolean isKnown(Object object) {
        String name = object.getClass().getName();
        return object instanceof Owned
                || object instanceof String
                || (name.startsWith("io.github.corio.")
                        && !(object instanceof Coroutine<?>)
                        && Frames.isPlumbing(name));
    }

    static String ofClass(@Nullable Object object) {
        if (object == null) {
            return "nothing";
        }
        String name = object.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        String named = lambda < 0 ? name : name.substring(0, lambda);
        return named.substring(named.lastIndexOf('.') + 1).replace('$', '.');
    }

    // ---- chains of operators ----

    /** What a subscriber has beside it: above it by {@code PARENT}, below by {@code ACTUAL}. */
    static @Nullable Object beside(@Nullable Object step, Scannable.Attr<?> direction) {
        try {
            return step instanceof Scannable scannable ? scannable.scanUnsafe(direction) : null;
        } catch (Throwable e) { // code of others
            return null;
        }
    }

    /** The name of an operator; null for what is none. */
    static @Nullable String operator(Object step) {
        String name = step.getClass().getName();
        if (!(step instanceof Scannable scannable) || name.startsWith("io.github.corio.")) {
            return null;
        }
        if (name.equals("reactor.core.publisher.Operators$ScalarSubscription")) {
            return "just"; // its own name has the value in it
        }
        try {
            String operator = StepNames.of(scannable);
            return operator.equals("onAssembly") || name.contains("ContextPropagation") ? null : clean(operator);
        } catch (Throwable e) { // code of others
            return ofClass(step);
        }
    }

    /** The operators above a subscriber, source first, as one writes them. */
    static String chain(@Nullable Object above, Object awaited) {
        List<String> names = new ArrayList<>();
        Object step = above;
        for (int i = 0; step != null && i < STEPS; i++) {
            String source = step instanceof GeneratorSubscription<?>
                    ? "generate"
                    : step instanceof Awaitable<?> ? text(step) : null;
            String name = source == null ? operator(step) : source;
            if (name != null && (names.isEmpty() || !names.get(0).equals(name))) {
                names.add(0, name);
            }
            step = source == null ? beside(step, Scannable.Attr.PARENT) : null;
        }
        return names.isEmpty() ? shownSource(awaited) : String.join(".", names);
    }

    private static String shownSource(Object source) {
        String name = source instanceof Scannable ? operator(source) : null;
        return name != null ? name : source instanceof Generator<?> ? "generate" : text(source);
    }
}
