package io.github.corio.loop;

/**
 * Its {@link EventLoop} was closed while a body waited. It is thrown where the body waits, so that the {@code finally}
 * blocks run and the stack is given back. It is an {@link Error} so that {@code catch (Exception e)} does not stop it.
 *
 * <ul>
 *   <li><b>asyncio:</b> the {@code GeneratorExit} that a pending coroutine gets when it is thrown away.
 * </ul>
 *
 * @since 0.1.0
 */
public final class LoopClosedError extends Error {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error for a loop.
     *
     * @param message what was closed
     */
    public LoopClosedError(String message) {
        super(message, null, false, false);
    }
}
