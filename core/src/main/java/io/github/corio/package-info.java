/**
 * asyncio for Project Reactor: coroutines that are Monos, tasks, and what combines them. A map of the package, group by group; what is not
 * linked is package-private:
 *
 * <ul>
 *   <li><b>The functions</b>: {@link io.github.corio.Asyncio}, for {@code import static}; {@link io.github.corio.Runner} blocks a thread for
 *       them.
 *   <li><b>What runs</b>: {@link io.github.corio.Coroutine} is direct-style code, cold; {@link io.github.corio.Task} is such code running;
 *       {@link io.github.corio.AsyncFuture} is what both complete; {@link io.github.corio.Outcome} is how it ended. {@code TaskHandle} is the
 *       part of a task that its loop runs, {@code Cancels} carries cancels along who waits for whom, {@code RemainingTasks} ends what is
 *       left when a loop ends.
 *   <li><b>What combines tasks</b>: {@link io.github.corio.TaskGroup}, {@link io.github.corio.Timeout}, and behind the functions of the same
 *       name {@code Gather}, {@code Zip}, {@code WaitFor}, {@code WaitTasks}, {@code Shield}, {@code AsCompleted}, {@code StaggeredRace},
 *       {@code Sleep}, {@code ToThread}; {@code CompletionTracker} follows many futures for them.
 *   <li><b>How a task waits</b>: {@code AwaitSubscriber} for a Publisher, {@code SignalWait} for a condition that comes again and again,
 *       {@code IteratorSubscriber} for the next value; {@code AwaitSite} and {@link io.github.corio.AwaitedHere} keep the line.
 *   <li><b>How a subscriber is served</b>: {@code SubscribeSupport} makes the task, {@code FutureSubscription} signals its end,
 *       {@code GeneratorSubscription} its many values.
 *   <li><b>Many values</b>: {@link io.github.corio.AsyncIterator} takes them, {@link io.github.corio.Emitter} gives them.
 *   <li><b>What goes along</b>: {@link io.github.corio.ContextVar}, {@link io.github.corio.AsyncContext}.
 *   <li><b>What runs, for those who look</b>: {@link io.github.corio.TaskTree}, {@link io.github.corio.FutureCallGraph},
 *       {@link io.github.corio.TasksMXBean}; {@code TreeCapture} takes the picture, {@code TreeLines} and {@code Json} print it,
 *       {@code NeverAwaited} finds forgotten awaits.
 *   <li><b>Work that outlives a request</b>: {@code Background} and {@code AtShutdown}.
 * </ul>
 *
 * <p>The layer below is {@link io.github.corio.loop}; locks are in {@link io.github.corio.sync}, queues in {@link io.github.corio.queue}.
 */
@NullMarked
package io.github.corio;

import org.jspecify.annotations.NullMarked;
