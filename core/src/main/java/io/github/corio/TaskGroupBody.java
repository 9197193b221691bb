package io.github.corio;

import org.jspecify.annotations.Nullable;

/**
 * The body of a {@code taskGroup} block: direct-style code that may {@code await}.
 *
 * <ul>
 *   <li><b>asyncio:</b> the code below {@code async with asyncio.TaskGroup()}.
 * </ul>
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
@FunctionalInterface
public interface TaskGroupBody<T> extends TaskGroupAction {
    /**
     * Runs the body once, in the task that awaits the block.
     *
     * @param group the group, open until the body and all its tasks have ended
     * @return the value, null to make the Mono empty
     * @throws Exception anything. It ends the tasks of the group and is one of the errors of its {@link ExceptionGroup}
     */
    @Nullable
    T call(TaskGroup group) throws Exception;

    /**
     * Runs the body and drops its value. So the compiler takes a lambda that could be either for a body with a value.
     */
    @Override
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // both are the body; here its value is dropped
    default void run(TaskGroup group) throws Exception {
        @Nullable T unused = call(group);
    }
}
