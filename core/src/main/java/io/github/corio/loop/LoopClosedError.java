package io.github.corio.loop;

/**
 * Thrown at the point where a handle waits when its {@link EventLoop} is closed under it, so that its {@code finally}
 * blocks run and its stack is given back. It is an {@link Error} so that {@code catch (Exception e)} does not stop it.
 *
 * <p>asyncio: the {@code GeneratorExit} that a pending coroutine gets when it is thrown away.
 *
 * @since 0.1.0
 */
public final class LoopClosedError extends Error {
    private static final long serialVersionUID = 1L;

    /**
     * For the loop.
     *
     * @param message what was closed
     */
    public LoopClosedError(String message) {
        super(message, null, false, false);
    }
}
