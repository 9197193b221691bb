package io.github.corio;

import java.lang.ref.WeakReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Drops an object and waits until the garbage collector has noticed. */
final class Garbage {
    private static final int ATTEMPTS = 500;

    private Garbage() {}

    /** Makes an object, forgets it, and collects until the condition holds. */
    static void collectUntil(BooleanSupplier condition) {
        for (int i = 0; i < ATTEMPTS && !condition.getAsBoolean(); i++) {
            System.gc();
            LockSupport.parkNanos(10_000_000);
        }
        if (!condition.getAsBoolean()) {
            throw new AssertionError("not collected, or not noticed");
        }
    }

    /** Makes an object, and returns when it has been collected. */
    static void collect(Supplier<?> made) {
        WeakReference<Object> dropped = new WeakReference<>(made.get());
        collectUntil(() -> dropped.refersTo(null));
    }
}
