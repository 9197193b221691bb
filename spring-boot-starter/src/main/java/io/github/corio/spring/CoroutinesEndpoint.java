package io.github.corio.spring;

import io.github.corio.Asyncio;
import io.github.corio.TaskTree;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * The Actuator endpoint {@code coroutines}, which shows the tasks of this JVM that are not done. The {@code Accept}
 * header of the request asks for JSON, text or a flowchart of Mermaid. The number of a task asks for that task. Over
 * HTTP it is there only when {@code management.endpoints.web.exposure.include} names it.
 *
 * <p>It shows what {@link Asyncio#taskTree()} shows: names of tasks and locks, their waits, and lines of code. Values,
 * the Context, arguments and messages are not in it. Thread-safe. It suspends nothing, and stops no loop.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code python -m asyncio pstree PID}, of Python 3.14.
 * </ul>
 *
 * @since 0.1.0
 */
@Endpoint(id = "coroutines")
public final class CoroutinesEndpoint {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain;charset=UTF-8";
    private static final String MERMAID = "text/vnd.mermaid;charset=UTF-8";

    /** For the auto-configuration. */
    public CoroutinesEndpoint() {}

    /**
     * Gives the tasks, loop by loop, and the circles of tasks that wait for each other.
     *
     * @return {@link TaskTree#toJson()}
     */
    @ReadOperation(produces = JSON)
    public String json() {
        return Asyncio.taskTree().toJson();
    }

    /**
     * Gives the tree, as {@code pstree} prints it.
     *
     * @return {@link TaskTree#toText()}
     */
    @ReadOperation(produces = TEXT)
    public String text() {
        return Asyncio.taskTree().toText();
    }

    /**
     * Gives the tree as a flowchart.
     *
     * @return {@link TaskTree#toMermaid()}
     */
    @ReadOperation(produces = MERMAID)
    public String mermaid() {
        return Asyncio.taskTree().toMermaid();
    }

    /**
     * Gives a task, on its loop.
     *
     * @param id its number
     * @return the same JSON as for all, with this task alone. It is null, which is answered by 404, if the task has
     *     ended
     */
    @ReadOperation(produces = JSON)
    public @Nullable String task(@Selector long id) {
        for (TaskTree.Loop loop : Asyncio.taskTree().loops()) {
            for (TaskTree.Node node : loop.tasks()) {
                if (node.id() == id) {
                    TaskTree.Loop alone =
                            new TaskTree.Loop(loop.id(), loop.scheduler(), loop.running(), loop.debug(), List.of(node));
                    return new TaskTree(List.of(alone), List.of()).toJson();
                }
            }
        }
        return null;
    }
}
