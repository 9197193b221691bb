package io.github.corio.loop.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Looks whether a fiber holds a carrier up: it computes, waits in a native frame, or waits for a class that another thread initializes.
 * If the carrier has more to do, a spare thread takes the place of the one that is held up. That one carries its fiber to the next stop,
 * and ends.
 *
 * <p>The loop of that fiber waits for it, as any event loop does. The other loops of the carrier go on within two looks.
 *
 * <p>The watch parks while all carriers sleep: an idle JVM pays nothing for it.
 */
final class CarrierWatch implements Runnable {
    /** A turn this long is held up. It is also the time of a pause of the JVM that is ordinary, after which a spare would be for nothing. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** So many looks without work until the watch parks: a service with little to do does not wake it for each request. */
    private static final int IDLE_LOOKS = 20;
    /** So many threads may be held up in all, as the JDK's pool allows. */
    private static final int MAX_HELD = 256;

    private static final Logger LOG = Loggers.getLogger("io.github.corio.loop.EventLoop");
    private static final List<Watched> ALL = new CopyOnWriteArrayList<>();
    private static final AtomicBoolean STARTED = new AtomicBoolean();

    private static volatile @Nullable Thread parked;

    private int held;
    private boolean told;

    private CarrierWatch() {}

    /** From now on this carrier is watched. */
    static void watch(OwnCarrier carrier) {
        ALL.add(new Watched(carrier));
        if (STARTED.compareAndSet(false, true)) {
            Thread thread = new Thread(null, new CarrierWatch(), "corio-carrier-watch", 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(CarrierWatch.class.getClassLoader());
            try {
                thread.start();
            } catch (Throwable noThread) { // the next carrier tries again
                STARTED.set(false);
            }
        }
        awake();
    }

    /** A carrier wakes up. */
    static void awake() {
        Thread watch = parked;
        if (watch != null) {
            parked = null;
            LockSupport.unpark(watch);
        }
    }

    @Override
    public void run() {
        int idleLooks = 0;
        for (; ; ) {
            if (idleLooks < IDLE_LOOKS) {
                LockSupport.parkNanos(LOOK_NANOS);
            } else {
                parked = Thread.currentThread();
                if (allAsleep()) { // after the store: a carrier that wakes up now sees it
                    LockSupport.park();
                }
                parked = null;
                idleLooks = 0;
            }
            boolean unused = Thread.interrupted();
            try {
                idleLooks = allAsleep() ? idleLooks + 1 : 0;
                look();
            } catch (Throwable noMemory) { // nobody else would look
                idleLooks = 0;
            }
        }
    }

    private static boolean allAsleep() {
        for (Watched watched : ALL) {
            if (!watched.carrier.isAsleep()) {
                return false;
            }
        }
        return true;
    }

    private void look() {
        held = 0;
        for (Watched watched : ALL) {
            held += watched.held();
        }
        if (held >= MAX_HELD && !told) {
            told = true;
            LOG.warn(
                    "{} threads are held up by coroutine bodies that neither wait nor end. No more are started for the other loops of"
                            + " their carriers, which wait for them. A thread dump shows the bodies, below corio-carrier threads",
                    held);
        }
        for (Watched watched : ALL) {
            try {
                watched.look(held < MAX_HELD);
            } catch (Throwable noThread) { // none to be had now: at the next look
                watched.seen = 0;
            }
        }
    }

    /** One carrier, and what was seen of it at the last look. */
    private static final class Watched {
        private final OwnCarrier carrier;
        private final List<CarrierThread> replaced = new ArrayList<>();
        private @Nullable CarrierThread thread;
        private long seen;

        Watched(OwnCarrier carrier) {
            this.carrier = carrier;
        }

        int held() {
            replaced.removeIf(before -> !before.isAlive());
            return replaced.size();
        }

        void look(boolean mayReplace) {
            CarrierThread now = carrier.thread();
            long mark = now.mark();
            boolean isHeld = now == thread && mark == seen && (mark & 1) == 0 && !carrier.isAsleep();
            thread = now;
            seen = mark;
            if (isHeld && mayReplace && carrier.hasMore()) {
                carrier.replace(now);
                replaced.add(now);
            }
        }
    }
}
