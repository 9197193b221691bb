package io.github.corio;

/**
 * The body of a {@code taskGroup} block that has no value: direct-style code that may {@code await}.
 *
 * <ul>
 *   <li><b>asyncio:</b> the code below {@code async with asyncio.TaskGroup()}.
 * </ul>
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TaskGroupAction {
    /**
     * Runs the body once, in the task that awaits the block.
     *
     * @param group the group, open until the body and all its tasks have ended
     * @throws Exception anything. It ends the tasks of the group and is one of the errors of its {@link ExceptionGroup}
     */
    void run(TaskGroup group) throws Exception;
}
