package io.github.corio;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for a stage that a cancel perhaps does not end. A stage has no way to take a callback out again. So it gets one
 * callback, however many wait for it one after the other, and a wait that has ended leaves this set instead. Thread-safe.
 */
final class LongLivedStage {
    private static final Map<Key, LongLivedStage> ALL = new ConcurrentHashMap<>();
    private static final ReferenceQueue<CompletionStage<?>> COLLECTED = new ReferenceQueue<>();

    private final Set<BiConsumer<@Nullable Object, @Nullable Throwable>> waiting = new LinkedHashSet<>();
    private boolean done;
    private @Nullable Object value;
    private @Nullable Throwable error;

    private LongLivedStage() {}

    /** What follows this very stage; made, and told to it, by the first who asks. */
    static LongLivedStage of(CompletionStage<?> stage) {
        for (Reference<?> gone = COLLECTED.poll(); gone != null; gone = COLLECTED.poll()) {
            ALL.remove((Key) gone);
        }
        LongLivedStage made = new LongLivedStage();
        Key key = new Key(stage);
        LongLivedStage there = ALL.putIfAbsent(key, made);
        if (there != null) {
            return there;
        }
        try {
            CompletionStage<?> unused = stage.whenComplete(made::completed);
        } catch (Throwable refused) {
            ALL.remove(key);
            throw refused;
        }
        return made;
    }

    /** Calls the waiter when the stage is done, now if it is. The same one can be taken out. */
    void add(BiConsumer<@Nullable Object, @Nullable Throwable> waiter) {
        synchronized (waiting) {
            if (!done) {
                waiting.add(waiter);
                return;
            }
        }
        waiter.accept(value, error);
    }

    void remove(BiConsumer<@Nullable Object, @Nullable Throwable> waiter) {
        synchronized (waiting) {
            waiting.remove(waiter);
        }
    }

    private void completed(@Nullable Object result, @Nullable Throwable failure) {
        List<BiConsumer<@Nullable Object, @Nullable Throwable>> told;
        synchronized (waiting) {
            value = result;
            error = failure;
            done = true;
            told = List.copyOf(waiting);
            waiting.clear();
        }
        for (BiConsumer<@Nullable Object, @Nullable Throwable> waiter : told) {
            waiter.accept(result, failure);
        }
    }

    /** A stage is itself and nothing else, whatever its equals says. */
    private static final class Key extends WeakReference<CompletionStage<?>> {
        private final int hash;

        Key(CompletionStage<?> stage) {
            super(stage, COLLECTED);
            this.hash = System.identityHashCode(stage);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            CompletionStage<?> mine = get();
            return mine != null && other instanceof Key key && key.refersTo(mine);
        }
    }
}
