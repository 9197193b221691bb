package io.github.corio;

import org.jspecify.annotations.Nullable;

/**
 * The body of a {@code taskGroup} block: direct-style code that may {@code await}.
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
     * @return the value; null makes the Mono empty
     * @throws Exception anything; it ends the tasks of the group and is one of the errors of its {@link ExceptionGroup}
     */
    @Nullable
    T call(TaskGroup group) throws Exception;

    /** The body where nobody asks for its value: so a lambda that may be either is one with a value. */
    @Override
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // both are the body; here its value is dropped
    default void run(TaskGroup group) throws Exception {
        @Nullable T unused = call(group);
    }
}
