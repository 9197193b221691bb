package io.github.corio.examples.migration;

import io.github.corio.examples.migration.PrintClient.Busy;
import io.github.corio.examples.migration.PrintClient.Job;
import io.github.corio.examples.migration.PrintClient.JobListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the migration starts: log in, print, up to three times if the printer is busy, and log out whatever happens, also
 * when cancelled. The program is in the order of its events, not of its thoughts, and its state is a class.
 */
public final class PrintWithCallbacks implements Job, JobListener {
    private static final int ATTEMPTS = 3;

    private final PrintClient client;
    private final String document;
    private final IntConsumer progress;
    private final BiConsumer<@Nullable IOException, @Nullable Integer> done;
    private @Nullable Job running;
    private @Nullable String session;
    private int attempt;
    private boolean over;

    private PrintWithCallbacks(
            PrintClient client,
            String document,
            IntConsumer progress,
            BiConsumer<@Nullable IOException, @Nullable Integer> done) {
        this.client = client;
        this.document = document;
        this.progress = progress;
        this.done = done;
    }

    /** Prints a document; calls back with an error or with the number of sheets. */
    static Job print(
            PrintClient client,
            String user,
            String document,
            IntConsumer progress,
            BiConsumer<@Nullable IOException, @Nullable Integer> done) {
        PrintWithCallbacks printing = new PrintWithCallbacks(client, document, progress, done);
        printing.logIn(user);
        return printing;
    }

    private synchronized void logIn(String user) {
        running = client.logIn(user, this::loggedIn);
    }

    private synchronized void loggedIn(@Nullable IOException error, @Nullable String given) {
        session = given;
        if (over) {
            logOut(() -> {}); // cancelled meanwhile
        } else if (error != null) {
            over = true;
            done.accept(error, null);
        } else {
            tryToPrint();
        }
    }

    private void tryToPrint() {
        attempt++;
        if (session != null) {
            running = client.print(session, document, this);
        }
    }

    @Override
    public synchronized void progress(int percent) {
        if (!over) {
            progress.accept(percent);
        }
    }

    @Override
    public synchronized void printed(int sheets) {
        end(null, sheets);
    }

    @Override
    public synchronized void failed(IOException error) {
        if (!over && error instanceof Busy && attempt < ATTEMPTS) {
            tryToPrint();
        } else {
            end(error, null);
        }
    }

    private void end(@Nullable IOException error, @Nullable Integer sheets) {
        if (!over) {
            over = true;
            logOut(() -> done.accept(error, sheets));
        }
    }

    private void logOut(Runnable then) {
        if (session != null) {
            client.logOut(session, then);
        }
    }

    @Override
    public synchronized void cancel() {
        if (!over) {
            over = true;
            if (running != null) {
                running.cancel();
            }
            logOut(() -> {});
        }
    }

    /**
     * Prints two documents.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String... args) throws InterruptedException {
        try (PrintClient client = new PrintClient(Duration.ofMillis(20))) {
            for (String document : new String[] {"busy", "jammed"}) {
                CountDownLatch end = new CountDownLatch(1);
                Job unused = print(
                        client,
                        "ann",
                        document,
                        percent -> System.out.println(document + ": " + percent + " %"),
                        (error, sheets) -> {
                            System.out.println(
                                    document + ": " + (error == null ? sheets + " sheets" : error.getMessage()));
                            end.countDown();
                        });
                end.await();
            }
        }
    }
}
