/**
 * The engine of event loops. Not API: module {@code io.github.corio} exports it to the modules of Corio only.
 *
 * <ul>
 *   <li>The way in from the packages above: {@link io.github.corio.loop.internal.Loops}, {@link io.github.corio.loop.internal.LoopAccess},
 *       {@link io.github.corio.loop.internal.SuspendableHandle}, {@link io.github.corio.loop.internal.LoopHandle},
 *       {@link io.github.corio.loop.internal.StackGuard}, {@link io.github.corio.loop.internal.Urgent},
 *       {@link io.github.corio.loop.internal.Inner}; for tests that decide orders {@link io.github.corio.loop.internal.TieBreaker}.
 *   <li>The engine: {@code Lifecycle} (one word for the life of a loop), {@code TurnQueue} (what is next), {@code Engine} (runs one handle at a
 *       time), {@code Dispatcher}, {@code Port}, {@code Visit} and {@code Rescue} (a thread, now or later), {@code Ending}, {@code Drivers},
 *       {@code Reporter}, {@code Unobserved}; {@code Face} is what users hold of it.
 *   <li>Stacks for bodies: {@code Fiber}, {@code ThreadFiber}, {@code CarriedFiber}; carriers of our own: {@code CarrierLoops}, {@code OwnCarrier},
 *       {@code CarrierThread}, {@code CarrierWatch}, {@code CarrierFiber}, {@code VirtualThreads}; {@code FiberChoice} decides.
 * </ul>
 */
@NullMarked
package io.github.corio.loop.internal;

import org.jspecify.annotations.NullMarked;
