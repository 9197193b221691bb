/**
 * Tests of coroutines, Monos and one's own code in virtual time that advances by itself, and that fail at once, with a dump,
 * when nothing can ever run again.
 *
 * <p>{@link io.github.corio.testing.CoroutineTest} is for JUnit 5, {@link io.github.corio.testing.VirtualTime} for any
 * framework, {@link io.github.corio.testing.TestLoop} for those who want to hold the wheel, as
 * {@link io.github.corio.testing.TestSettings} say; {@link io.github.corio.testing.ExecutionOrder} checks the order of steps,
 * {@link io.github.corio.testing.FutureAssert} what has become of a task. A test fails
 * with a {@link io.github.corio.testing.DeadlockError}, {@link io.github.corio.testing.TestTimeoutError},
 * {@link io.github.corio.testing.LeakedTaskError} or {@link io.github.corio.testing.UnobservedError}, made with a
 * picture of its tasks ({@link io.github.corio.TaskTree}). Below are, package-private, the virtual time ({@code TestScheduler}, {@code VirtualTimeQueue},
 * {@code BlockingCalls}) and what brings Reactor's operators into it ({@code ReactorSchedulers}). The layer below is
 * {@code io.github.corio}.
 */
@NullMarked
package io.github.corio.testing;

import org.jspecify.annotations.NullMarked;
