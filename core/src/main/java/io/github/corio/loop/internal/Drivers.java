package io.github.corio.loop.internal;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The threads that block to drive one loop, in {@code runForever} or {@code run}. Thread-safe. */
final class Drivers {
    private final Lifecycle life;
    private volatile @Nullable Set<Driver> present;

    Drivers(Lifecycle life) {
        this.life = life;
    }

    /** One blocked thread. The next stop after its {@code entry} is meant for it. */
    private record Driver(int entry, CompletableFuture<Void> stopped) {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /**
     * Blocks the calling thread, which has entered, until the future is done or the loop was stopped or closed since.
     *
     * @return true if the future is done
     */
    boolean await(Lifecycle.Entry entry, CompletableFuture<?> done) throws InterruptedException {
        Driver driver = new Driver(entry.stops(), new CompletableFuture<>());
        Set<Driver> all = present();
        all.add(driver);
        try {
            if (life.endedSince(driver.entry)) { // meets stopped(), which looks for drivers when the loop has stopped
                driver.stopped.complete(null);
            }
            Object unused = CompletableFuture.anyOf(done, driver.stopped).get();
        } catch (ExecutionException e) {
            return true; // that is how the future is done
        } finally {
            all.remove(driver);
            driver.stopped.complete(null); // which takes the wait out of a future that is done later, or never
        }
        return done.isDone();
    }

    /** The loop was stopped or closed: lets those go for whom that was meant. */
    void stopped() {
        Set<Driver> all = present;
        if (all != null) {
            for (Driver driver : all) {
                if (life.endedSince(driver.entry)) {
                    driver.stopped.complete(null);
                }
            }
        }
    }

    private synchronized Set<Driver> present() {
        Set<Driver> all = present;
        if (all == null) {
            all = ConcurrentHashMap.newKeySet();
            present = all;
        }
        return all;
    }
}
