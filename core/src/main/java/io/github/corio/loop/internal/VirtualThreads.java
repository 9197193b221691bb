package io.github.corio.loop.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads with a scheduler of our own: all that this library knows of the JDK's internals.
 *
 * <p>The JDK has the custom scheduler in {@code java.lang.VirtualThread}, and no public way to it yet. It takes Java 24,
 * where a held monitor no longer pins, and {@code --add-opens java.base/java.lang=ALL-UNNAMED}. Loading this class never
 * fails: where something is missing, or behaves otherwise than the JDK 25 does, {@link #whyNot} says what.
 */
final class VirtualThreads {
    /** Package-private in {@link Thread}: no inheritable ThreadLocals, no context class loader of the maker's. */
    private static final int NO_INHERIT_THREAD_LOCALS = 1 << 2;

    private static final Class<?> VIRTUAL_THREAD;
    private static final MethodHandle MAKE;
    private static final MethodHandle CURRENT_CARRIER;
    private static final MethodHandle SCHEDULER;
    private static final Executor DEFAULT_SCHEDULER;
    private static final @Nullable MethodHandle SET_LOCALS;
    private static final @Nullable MethodHandle SET_INHERITABLE_LOCALS;
    private static final @Nullable String WHY_NOT;

    static {
        Internals found;
        String whyNot = null;
        try {
            found = Internals.find();
            found.tryOut();
        } catch (Throwable e) { // whatever a later JDK does otherwise
            found = Internals.NONE;
            whyNot = e instanceof NotHere ? e.getMessage() : "the JDK's virtual threads look different here: " + e;
        }
        VIRTUAL_THREAD = found.type;
        MAKE = found.make;
        CURRENT_CARRIER = found.currentCarrier;
        SCHEDULER = found.scheduler;
        DEFAULT_SCHEDULER = found.defaultScheduler;
        SET_LOCALS = found == Internals.NONE ? null : Internals.setter("threadLocals");
        SET_INHERITABLE_LOCALS = found == Internals.NONE ? null : Internals.setter("inheritableThreadLocals");
        WHY_NOT = whyNot;
    }

    private VirtualThreads() {}

    /** Null if virtual threads can have a scheduler of our own; else the reason, for a log line. */
    static @Nullable String whyNot() {
        return WHY_NOT;
    }

    /**
     * A virtual thread that has not started. The scheduler's {@code execute} is called whenever the thread could go on; what
     * it is given continues the thread on the platform thread that runs it, until the thread blocks, yields or ends.
     *
     * @throws UnsupportedOperationException see {@link #whyNot}
     */
    static Thread unstarted(Executor scheduler, @Nullable String name, Runnable task) {
        try {
            return (Thread) MAKE.invokeExact(scheduler, name, NO_INHERIT_THREAD_LOCALS, task);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** The platform thread below: that on which the current virtual thread is mounted, or the current thread itself. */
    static Thread currentCarrier() {
        try {
            return (Thread) CURRENT_CARRIER.invokeExact();
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** The scheduler of a virtual thread, its own or inherited from its maker; null for a platform thread. */
    static @Nullable Executor schedulerOf(Thread thread) {
        if (!VIRTUAL_THREAD.isInstance(thread)) {
            return null;
        }
        try {
            return (Executor) SCHEDULER.invokeExact(thread);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** The current thread is about to run somebody else: it has no ThreadLocals from now on. */
    static void forgetThreadLocals() {
        try {
            if (SET_LOCALS != null && SET_INHERITABLE_LOCALS != null) {
                Thread thread = Thread.currentThread();
                SET_LOCALS.invokeExact(thread, (Object) null);
                SET_INHERITABLE_LOCALS.invokeExact(thread, (Object) null);
            }
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** The JDK's own pool of carriers. */
    static Executor defaultScheduler() {
        return DEFAULT_SCHEDULER;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> RuntimeException rethrow(Throwable error) throws E {
        throw (E) error;
    }

    /** Why not, in words for the user. */
    private static final class NotHere extends Exception {
        private static final long serialVersionUID = 1;

        NotHere(String message) {
            super(message);
        }
    }

    /** What was found in the JDK. */
    private static final class Internals {
        static final Internals NONE = none();

        final Class<?> type;
        final MethodHandle make;
        final MethodHandle currentCarrier;
        final MethodHandle scheduler;
        final Executor defaultScheduler;

        private Internals(
                Class<?> type,
                MethodHandle make,
                MethodHandle currentCarrier,
                MethodHandle scheduler,
                Executor executor) {
            this.type = type;
            this.make = make;
            this.currentCarrier = currentCarrier;
            this.scheduler = scheduler;
            this.defaultScheduler = executor;
        }

        /** No thread is of the type, and none can be made. */
        private static Internals none() {
            try {
                MethodHandle make = MethodHandles.dropArguments(
                        MethodHandles.insertArguments(
                                MethodHandles.throwException(Thread.class, UnsupportedOperationException.class),
                                0,
                                new UnsupportedOperationException("Virtual threads with a scheduler of our own")),
                        0,
                        Executor.class,
                        String.class,
                        int.class,
                        Runnable.class);
                MethodHandle current = MethodHandles.publicLookup()
                        .findStatic(Thread.class, "currentThread", MethodType.methodType(Thread.class));
                MethodHandle scheduler =
                        MethodHandles.dropArguments(MethodHandles.constant(Executor.class, null), 0, Thread.class);
                return new Internals(Void.class, make, current, scheduler, Runnable::run);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("Thread.currentThread() is not there", e);
            }
        }

        static @Nullable MethodHandle setter(String field) {
            try {
                MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup());
                return lookup.findSetter(Thread.class, field, Class.forName("java.lang.ThreadLocal$ThreadLocalMap"))
                        .asType(MethodType.methodType(void.class, Thread.class, Object.class));
            } catch (ReflectiveOperationException e) {
                return null; // they stay, as in any pool of threads
            }
        }

        static Internals find() throws Throwable {
            int feature = Runtime.version().feature();
            if (feature < 24) {
                throw new NotHere(
                        "Java " + feature + " pins virtual threads that hold a monitor; it needs Java 24 or newer");
            }
            Module here = VirtualThreads.class.getModule();
            if (!Thread.class.getModule().isOpen("java.lang", here)) {
                throw new NotHere("it needs --add-opens java.base/java.lang="
                        + (here.isNamed() ? here.getName() : "ALL-UNNAMED"));
            }
            Class<?> type = Class.forName("java.lang.VirtualThread");
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            MethodHandle make = lookup.findConstructor(
                            type,
                            MethodType.methodType(void.class, Executor.class, String.class, int.class, Runnable.class))
                    .asType(MethodType.methodType(
                            Thread.class, Executor.class, String.class, int.class, Runnable.class));
            MethodHandle current = MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                    .findStatic(Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
            MethodHandle scheduler = lookup.findGetter(type, "scheduler", Executor.class)
                    .asType(MethodType.methodType(Executor.class, Thread.class));
            Executor pool =
                    (Executor) lookup.findStatic(type, "defaultScheduler", MethodType.methodType(Executor.class))
                            .invoke();
            return new Internals(type, make, current, scheduler, pool);
        }

        /**
         * Starts a thread, mounts it here, lets it yield and end: an early-access JDK may have the names, and another
         * meaning.
         */
        @SuppressWarnings("ThreadPriorityCheck") // the point is that it yields
        void tryOut() throws Throwable {
            if (type.isInstance(Thread.currentThread())) {
                return; // nothing can be mounted on a virtual thread
            }
            Queue<Runnable> given = new ArrayDeque<>();
            Thread[] carriers = new Thread[2];
            Runnable task = () -> {
                try {
                    carriers[0] = (Thread) currentCarrier.invoke();
                    Thread.yield();
                    carriers[1] = (Thread) currentCarrier.invoke();
                } catch (Throwable e) {
                    carriers[0] = null;
                }
            };
            Executor ours = given::add;
            Thread thread = (Thread) make.invoke(ours, (String) null, NO_INHERIT_THREAD_LOCALS, task);
            boolean interrupted = Thread.interrupted(); // a mount clears it
            thread.start();
            Runnable started = mountNext(given);
            Runnable yielded = mountNext(given);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (started == null
                    || started != yielded
                    || !given.isEmpty()
                    || thread.isAlive()
                    || carriers[0] != Thread.currentThread()
                    || carriers[1] != Thread.currentThread()
                    || (Executor) scheduler.invoke(thread) != ours) {
                throw new NotHere("the JDK's virtual threads behave differently here");
            }
        }

        private static @Nullable Runnable mountNext(Queue<Runnable> given) {
            Runnable next = given.poll();
            if (next != null) {
                next.run();
            }
            return next;
        }
    }
}
