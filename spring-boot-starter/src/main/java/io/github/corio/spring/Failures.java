package io.github.corio.spring;

import java.util.function.BiConsumer;

/** Logs what the application has thrown. Its message is the application's code too, and may throw: what reports an error survives it. */
final class Failures {
    private Failures() {}

    /**
     * Logs an error.
     *
     * @param log a method of a logger, such as {@code LOG::warn}
     * @param text what has happened
     * @param error the error
     */
    static void log(BiConsumer<String, Throwable> log, String text, Throwable error) {
        try {
            log.accept(text, error);
        } catch (Throwable e) {
            IllegalStateException shown = new IllegalStateException(
                    "A " + error.getClass().getName() + ", which cannot be shown because of a "
                            + e.getClass().getName());
            shown.setStackTrace(e.getStackTrace());
            log.accept(text, shown);
        }
    }
}
