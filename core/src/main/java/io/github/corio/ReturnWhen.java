package io.github.corio;

/**
 * Says when {@code waitTasks} returns.
 *
 * <ul>
 *   <li><b>asyncio:</b> the constants of {@code asyncio.wait}.
 * </ul>
 *
 * @since 0.1.0
 */
public enum ReturnWhen {
    /** When any of them has ended, however. */
    FIRST_COMPLETED,
    /** When any of them has failed, or all have ended. One that was cancelled has not failed. */
    FIRST_EXCEPTION,
    /** When all of them have ended. */
    ALL_COMPLETED
}
