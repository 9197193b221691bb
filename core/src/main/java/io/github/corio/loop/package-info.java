/**
 * Event loops: serial contexts on top of Reactor's Schedulers. The lowest layer; it knows no tasks and no coroutines.
 *
 * <ul>
 *   <li>What users see: {@link io.github.corio.loop.EventLoop}, {@link io.github.corio.loop.Handle}, {@link io.github.corio.loop.TimerHandle},
 *       {@link io.github.corio.loop.ExceptionContext}, {@link io.github.corio.loop.LoopClosedError}, {@link io.github.corio.loop.FiberKind}.
 *   <li>For the layer above: {@link io.github.corio.loop.Strand}, {@link io.github.corio.loop.Headroom}, {@link io.github.corio.loop.Inner}; for
 *       providers: {@link io.github.corio.loop.ThreadLocals}, {@link io.github.corio.loop.TieBreaker}.
 *   <li>The engine: {@code Lifecycle} (one word for the life of a loop), {@code TurnQueue} (what is next), {@code Engine} (runs one handle at a
 *       time), {@code Dispatcher}, {@code Port}, {@code Visit} and {@code Rescue} (a thread, now or later), {@code Ending}, {@code Drivers},
 *       {@code Reporter}, {@code Unobserved}, {@code Urgent}.
 *   <li>Stacks for bodies: {@code Fiber}, {@code ThreadFiber}, {@code CarriedFiber}; carriers of our own: {@code CarrierLoops}, {@code OwnCarrier}, {@code CarrierThread}, {@code CarrierWatch},
 *       {@code CarrierFiber}, {@code VirtualThreads}; {@code FiberChoice} decides.
 * </ul>
 */
@NullMarked
package io.github.corio.loop;

import org.jspecify.annotations.NullMarked;
