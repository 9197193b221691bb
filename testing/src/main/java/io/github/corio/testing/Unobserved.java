package io.github.corio.testing;

import io.github.corio.loop.ExceptionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Collects the errors that nobody looks at. Thread-safe. */
final class Unobserved {
    private final List<String> messages = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();

    /** An exception handler of a loop. */
    synchronized void reported(ExceptionContext context) {
        Throwable error = context.exception();
        String message = context.source() == null ? context.message() : context.message() + ": " + context.source();
        messages.add(error == null ? message : message + lines(error));
        if (error != null) {
            errors.add(error);
        }
    }

    /** What Reactor has dropped, or what a task of a Scheduler has thrown. */
    synchronized void dropped(Throwable error) {
        if (errors.stream().anyMatch(known -> known == error)) {
            return; // told twice: by a hook of the Context and by that of the JVM
        }
        messages.add("dropped: " + Names.text(error) + lines(error));
        errors.add(error);
    }

    /** Where it was thrown; nothing if it has no stack. */
    private static String lines(Throwable error) {
        return Frames.ofUser(error.getStackTrace()).stream()
                .limit(Frames.LINES)
                .map(frame -> "\n        at " + frame)
                .collect(Collectors.joining());
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
