/**
 * asyncio for Project Reactor: coroutines that are Monos, tasks, and functions that combine them. This is a map of the package, group by
 * group. Types without a link are package-private.
 *
 * <ul>
 *   <li><b>The functions</b>: {@link io.github.corio.Asyncio}, for {@code import static}. {@link io.github.corio.Runner} blocks a thread for
 *       them.
 *   <li><b>Code and tasks</b>: {@link io.github.corio.Coroutine} is direct-style code, cold. {@link io.github.corio.Task} is this code,
 *       running. {@link io.github.corio.AsyncFuture} is the value that comes later, {@code Completable} the field in which it changes, and
 *       {@link io.github.corio.Outcome} the way in which it has come. {@code TaskHandle} is the part of a task that its loop runs. {@code Cancels} carries a cancel down a chain of tasks.
 *       {@code RemainingTasks} ends the tasks that are left when a loop ends.
 *   <li><b>Combining tasks</b>: {@link io.github.corio.TaskGroup} and {@link io.github.corio.Timeout}. The functions of the same name are in
 *       {@code Gather}, {@code Zip}, {@code WaitFor}, {@code WaitTasks}, {@code Shield}, {@code AsCompleted}, {@code StaggeredRace},
 *       {@code Sleep} and {@code ToThread}. {@code CompletionTracker} follows many futures for them.
 *   <li><b>How a task waits</b>: {@code AwaitSubscriber} waits for a Publisher, {@code SignalWait} for a condition that comes again and
 *       again, {@code IteratorSubscriber} for the next value. {@code FutureWait} waits for a future. {@code AwaitSite} and
 *       {@code AwaitedHere} keep the line.
 *   <li><b>How a subscriber is served</b>: {@code SubscribeSupport} makes the task, {@code FutureSubscription} signals its end,
 *       {@code GeneratorSubscription} its many values.
 *   <li><b>Many values</b>: {@link io.github.corio.AsyncIterator} takes them, {@link io.github.corio.Emitter} gives them.
 *   <li><b>The Context</b>: {@link io.github.corio.ContextVar}, {@link io.github.corio.AsyncContext}.
 *   <li><b>Seeing what runs</b>: {@link io.github.corio.TaskTree}, {@link io.github.corio.FutureCallGraph},
 *       {@link io.github.corio.TasksMXBean}. {@code TreeCapture} takes the picture, {@code TreeLines} and {@code Json} print it,
 *       {@code NeverAwaited} finds forgotten awaits.
 *   <li><b>Work that outlives a request</b>: {@link io.github.corio.Background} and {@code AtShutdown}.
 * </ul>
 *
 * <p>The layer below is {@link io.github.corio.loop}. Locks are in {@link io.github.corio.sync}, queues in {@link io.github.corio.queue}.
 */
@NullMarked
package io.github.corio;

import org.jspecify.annotations.NullMarked;
