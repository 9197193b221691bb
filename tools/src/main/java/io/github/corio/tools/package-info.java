/**
 * A command line that shows the tasks of a running process. {@link io.github.corio.tools.CorioTools} reads the command, {@code
 * RunningProcess} asks the process over the attach API and JMX. It needs nothing of Corio but the MXBean in that process.
 */
@NullMarked
package io.github.corio.tools;

import org.jspecify.annotations.NullMarked;
