package io.github.corio;

/**
 * Shows the tasks of this JVM over JMX, as {@code io.github.corio:type=Tasks}. It is registered a moment after the
 * first task. {@code -Dcorio.jmx=false} leaves it out. {@code corio-tools} asks it from outside of the process. A
 * request stops no loop.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code python -m asyncio ps PID} and {@code pstree PID}, of Python 3.14.
 * </ul>
 *
 * @since 0.1.0
 */
public interface TasksMXBean {
    /** The name it is registered under. */
    String NAME = "io.github.corio:type=Tasks";

    /**
     * Counts the loops that are open.
     *
     * @return the number
     */
    int getLoops();

    /**
     * Counts the tasks that are not done.
     *
     * @return the number
     */
    int getTasks();

    /**
     * Says whether a loop is in debug mode.
     *
     * @return true if one is
     */
    boolean isDebug();

    /**
     * Switches debug mode on or off for the loops that are open now.
     *
     * @param enabled on or off
     */
    void setDebug(boolean enabled);

    /**
     * Lists the tasks, each on a line: number, state, name, what it waits for, and which tasks await it.
     *
     * @return a table
     */
    String list();

    /**
     * {@link TaskTree#toText()} of all loops.
     *
     * @return several lines
     */
    String tree();

    /**
     * {@link TaskTree#toJson()} of all loops.
     *
     * @return an object of JSON
     */
    String json();

    /**
     * {@link TaskTree#toMermaid()} of all loops.
     *
     * @return a flowchart
     */
    String mermaid();

    /**
     * Gives the circles of tasks that wait for each other.
     *
     * @return each in words, empty if there is none
     */
    String[] deadlocks();
}
