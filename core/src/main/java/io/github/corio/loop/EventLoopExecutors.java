package io.github.corio.loop;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Finds event loops of other libraries that may carry coroutines: those of Netty, with {@code corio-reactor-bridge}. A
 * new loop that is made on the thread of such an event loop stays there. Its bodies, wake-ups and timers run on that
 * thread, without a hop.
 *
 * <p>A service ({@link ServiceLoader}), found once. It is asked with {@code -Dcorio.carriers.eventLoops=true}, on Java
 * 24 and newer with {@code --add-opens java.base/java.lang=ALL-UNNAMED}. It is asked where a subscriber names neither a
 * loop nor a Scheduler, and no default Scheduler is set, and only on platform threads.
 *
 * <p>The computations of a body run on that thread, as an operator there would: the other connections of the event loop
 * wait for it. Between two turns of a loop they are served. A body that waits, for a lock too, holds up no connection.
 *
 * <p>In three cases a spare thread carries the bodies that are ready, until the event loop comes back. The thread of
 * the event loop waits for more than a tenth of a second, for instance for a lock that a suspended body holds. Or it
 * computes for more than a second. Or the event loop refuses a task. When an event loop is shut down, its loops are
 * closed, and their waiters are notified.
 *
 * <ul>
 *   <li><b>asyncio:</b> none. There, a loop has a thread of its own.
 * </ul>
 *
 * @since 0.1.0
 */
public interface EventLoopExecutors {
    /**
     * Gives the event loop whose thread this is. It may carry if:
     *
     * <ul>
     *   <li>it runs its tasks one at a time, on this thread, and never inside of {@code execute},
     *   <li>{@code execute} and {@code schedule} take no lock that is held while others' code runs,
     *   <li>tasks that are due run after the I/O that is ready, so that a task that schedules itself again does not
     *       keep I/O waiting,
     *   <li>{@code isShutdown} is true when it will run nothing any more.
     * </ul>
     *
     * @return the executor, the same for each call on this thread, null for any other thread. What is thrown goes to
     *     the subscriber
     */
    @Nullable
    ScheduledExecutorService current();

    /**
     * Looks for the provider, once per JVM.
     *
     * @return the first one found, null if there is none
     */
    static @Nullable EventLoopExecutors load() {
        try {
            Iterator<EventLoopExecutors> found = ServiceLoader.load(
                            EventLoopExecutors.class, EventLoopExecutors.class.getClassLoader())
                    .iterator();
            return found.hasNext() ? found.next() : null;
        } catch (ServiceConfigurationError | LinkageError e) { // a provider whose library is not on the class path
            return null;
        }
    }
}
