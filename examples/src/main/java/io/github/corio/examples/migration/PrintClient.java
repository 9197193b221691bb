package io.github.corio.examples.migration;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The client of a printer, as libraries are that are older than futures: everything calls back, on a thread of the client's
 * own, and what takes long can be cancelled. It stays as it is in all three steps.
 *
 * <p>The user {@code nobody} is not known; the document {@code jammed} fails, {@code stuck} never ends, {@code busy} is refused once and {@code queued}
 * always. Thread-safe.
 */
final class PrintClient implements AutoCloseable {
    /** The printer has too much to do: trying again may help. */
    static final class Busy extends IOException {
        private static final long serialVersionUID = 1;

        Busy() {
            super("busy");
        }
    }

    /** Hears of a job: of its progress, and then of one of two ends. */
    interface JobListener {
        void progress(int percent);

        void printed(int sheets);

        void failed(IOException error);
    }

    /** Something that can be cancelled: nothing is called any more. */
    interface Job {
        void cancel();
    }

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "print-client");
        thread.setDaemon(true);
        return thread;
    });
    private final long stepMillis;
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    /**
     * A client of a printer of its own.
     *
     * @param step how long anything takes
     */
    PrintClient(Duration step) {
        stepMillis = step.toMillis();
    }

    /** Calls back with an error or with a session. */
    Job logIn(String user, BiConsumer<@Nullable IOException, @Nullable String> callback) {
        AtomicBoolean over = new AtomicBoolean();
        int unusedCount = logins.incrementAndGet();
        later(over, () -> {
            if (user.equals("nobody")) {
                callback.accept(new IOException("nobody is not known"), null);
            } else {
                int unused = sessions.incrementAndGet();
                callback.accept(null, "session of " + user);
            }
        });
        return () -> cancel(over);
    }

    /** Calls back when it is done. */
    void logOut(String session, Runnable done) {
        later(new AtomicBoolean(), () -> {
            int unused = sessions.decrementAndGet();
            done.run();
        });
    }

    /** Tells the listener. */
    Job print(String session, String document, JobListener listener) {
        int attempt = attempts.incrementAndGet();
        AtomicBoolean over = new AtomicBoolean();
        later(over, () -> {
            if (document.equals("queued") || (document.equals("busy") && attempt == 1)) {
                listener.failed(new Busy());
            } else {
                advance(over, document, 50, listener);
            }
        });
        return () -> cancel(over);
    }

    private void advance(AtomicBoolean over, String document, int percent, JobListener listener) {
        listener.progress(percent);
        later(over, () -> {
            if (document.equals("stuck")) {
                return;
            }
            if (document.equals("jammed")) {
                listener.failed(new IOException("paper jam"));
            } else if (percent == 100) {
                listener.printed(document.length());
            } else {
                advance(over, document, 100, listener);
            }
        });
    }

    private void later(AtomicBoolean over, Runnable step) {
        Object unused = thread.schedule(
                () -> {
                    if (!over.get()) {
                        step.run();
                    }
                },
                stepMillis,
                TimeUnit.MILLISECONDS);
    }

    private void cancel(AtomicBoolean over) {
        if (over.compareAndSet(false, true)) {
            int unused = cancelled.incrementAndGet();
        }
    }

    /** How many have tried to log in. */
    int logins() {
        return logins.get();
    }

    /** How many are logged in. */
    int sessions() {
        return sessions.get();
    }

    /** How many documents were tried. */
    int attempts() {
        return attempts.get();
    }

    /** How many calls were cancelled. */
    int isCancelled() {
        return cancelled.get();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
