/**
 * Tests of coroutines, Monos and your own code in virtual time that advances by itself. A test fails immediately, with a dump, when nothing can
 * ever run again.
 *
 * <p>{@link io.github.corio.testing.CoroutineTest} is for JUnit 5, {@link io.github.corio.testing.VirtualTime} for any framework. With
 * {@link io.github.corio.testing.TestLoop} you advance the clock yourself, as {@link io.github.corio.testing.TestSettings} say.
 * {@link io.github.corio.testing.ExecutionOrder} checks the order of steps, {@link io.github.corio.testing.FutureAssert} the end of a task.
 *
 * <p>A test fails with a {@link io.github.corio.testing.DeadlockError}, {@link io.github.corio.testing.TestTimeoutError},
 * {@link io.github.corio.testing.LeakedTaskError} or {@link io.github.corio.testing.UnobservedError}, made with a picture of its tasks
 * ({@link io.github.corio.TaskTree}). Below are, package-private, the virtual time ({@code TestScheduler}, {@code VirtualTimeQueue},
 * {@code BlockingCalls}) and {@code ReactorSchedulers}, which brings Reactor's operators into it. The layer below is {@code io.github.corio}.
 */
@NullMarked
package io.github.corio.testing;

import org.jspecify.annotations.NullMarked;
