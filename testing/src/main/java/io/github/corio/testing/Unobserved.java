package io.github.corio.testing;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects the errors that nobody looks at. Thread-safe. */
final class Unobserved {
    private final List<String> messages = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();

    /** An exception handler of a loop. */
    synchronized void reported(EventLoop loop, ExceptionContext context) {
        messages.add(context.source() == null ? context.message() : context.message() + ": " + context.source());
        if (context.exception() != null) {
            errors.add(context.exception());
        }
    }

    /** What Reactor has dropped, or what a task of a Scheduler has thrown. */
    synchronized void dropped(Throwable error) {
        messages.add("dropped: " + error);
        errors.add(error);
    }

    /** All that has come, as one error; null if nothing has. */
    synchronized @Nullable UnobservedError asError() {
        if (messages.isEmpty()) {
            return null;
        }
        return new UnobservedError(
                "Nobody has looked at " + (messages.size() == 1 ? "an error" : messages.size() + " errors") + ":\n    "
                        + String.join("\n    ", messages),
                errors.stream().filter(Objects::nonNull).distinct().toList());
    }
}
