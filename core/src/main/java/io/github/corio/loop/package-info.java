/**
 * Event loops: serial contexts on top of Reactor's Schedulers. The lowest layer, which knows no tasks and no coroutines.
 *
 * <p>{@link io.github.corio.loop.EventLoop}, its {@link io.github.corio.loop.Handle}s and {@link io.github.corio.loop.TimerHandle}s, what its
 * exception handler is given ({@link io.github.corio.loop.ExceptionContext}), and the kinds of fiber
 * ({@link io.github.corio.loop.FiberKind}). Providers implement {@link io.github.corio.loop.ThreadLocalPropagator} and
 * {@link io.github.corio.loop.EventLoopExecutors}.
 */
@NullMarked
package io.github.corio.loop;

import org.jspecify.annotations.NullMarked;
