package io.github.corio.loop;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Finds event loops of others that may carry coroutines: those of Netty, with {@code corio-reactor-bridge}. A fresh loop that is made on the
 * thread of such an event loop stays there: its bodies run on that thread, without a hop, and so do their wake-ups and timers.
 *
 * <p>A service ({@link ServiceLoader}), found once. It is asked with {@code -Dcorio.carriers.eventLoops=true}, on Java 24 and newer with
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}, where a subscriber names neither a loop nor a Scheduler and no default Scheduler is
 * set, and only on platform threads.
 *
 * <p>What a body computes, it computes on that thread, as an operator there would: the other connections of the event loop wait for it.
 * Between two turns of a loop they are served. A body that waits, for a lock too, holds up nobody.
 *
 * <p>If the thread of the event loop waits for something, a lock that a suspended body holds say, for more than a tenth of a second, or
 * computes for more than a second, while bodies are ready, a spare thread carries them until the event loop comes back. So it is if the
 * event loop refuses a task. The loops of one that is shut down are closed, and everybody who waits is told.
 *
 * @since 0.1.0
 */
public interface EventLoopExecutors {
    /**
     * The event loop whose thread this is. It may carry if:
     *
     * <ul>
     *   <li>it runs its tasks one at a time, on this thread, and never inside of {@code execute};
     *   <li>{@code execute} and {@code schedule} take no lock that is held while others' code runs;
     *   <li>tasks that are due run after the I/O that is ready, so that a task that schedules itself again does not keep I/O waiting;
     *   <li>{@code isShutdown} is true when it will run nothing any more.
     * </ul>
     *
     * @return the executor, the same for each call on this thread; null for any other thread. What is thrown goes to the subscriber
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
