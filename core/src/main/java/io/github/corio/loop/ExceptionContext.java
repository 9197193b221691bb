package io.github.corio.loop;

import org.jspecify.annotations.Nullable;

/**
 * An error without an owner, as an {@link EventLoop} passes it to its exception handler.
 *
 * <ul>
 *   <li><b>asyncio:</b> the {@code context} dictionary of {@code loop.call_exception_handler}.
 * </ul>
 *
 * @param message what happened, in words
 * @param exception the error, null if there is none
 * @param source what it happened to: a task, a future, a handle, null if unknown
 * @since 0.1.0
 */
public record ExceptionContext(
        String message,
        @Nullable Throwable exception,
        @Nullable Object source) {}
