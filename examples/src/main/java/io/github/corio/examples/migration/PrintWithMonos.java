package io.github.corio.examples.migration;

import io.github.corio.bridge.From;
import io.github.corio.examples.migration.PrintClient.Busy;
import io.github.corio.examples.migration.PrintClient.Job;
import io.github.corio.examples.migration.PrintClient.JobListener;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The first step: each call of the client becomes a Mono, with its cancel method as the hook, in one place. State and
 * cancellation are Reactor's business from now on; the program is a chain of operators.
 */
public final class PrintWithMonos {
    private PrintWithMonos() {}

    // ---- the client as Monos: all that has to be written about it, once ----

    // snippet: print-monos
    static Mono<String> logIn(PrintClient client, String user) {
        return From.nodeCallback(
                (BiConsumer<@Nullable Throwable, @Nullable String> callback) -> client.logIn(user, callback::accept),
                Job::cancel);
    }

    static Mono<Integer> printOnce(PrintClient client, String session, String document, IntConsumer progress) {
        return From.callbacks(
                (onSuccess, onFailure) -> client.print(session, document, new Listener(progress, onSuccess, onFailure)),
                Job::cancel);
    }

    static Mono<Void> logOut(PrintClient client, String session) {
        return From.callbacks((onSuccess, onFailure) -> client.logOut(session, () -> onSuccess.accept(null)));
    }

    /** What the client wants to have, made of what From gives. */
    private record Listener(IntConsumer progress, Consumer<@Nullable Integer> onSuccess, Consumer<Throwable> onFailure)
            implements JobListener {
        @Override
        public void progress(int percent) {
            progress.accept(percent);
        }

        @Override
        public void printed(int sheets) {
            onSuccess.accept(sheets);
        }

        @Override
        public void failed(IOException error) {
            onFailure.accept(error);
        }
    }
    // end

    // ---- the program ----

    /** Prints a document; gives the number of sheets. */
    // snippet: print-chain
    static Mono<Integer> print(PrintClient client, String user, String document, IntConsumer progress) {
        return Mono.usingWhen(
                logIn(client, user),
                session -> printOnce(client, session, document, progress)
                        .retryWhen(Retry.max(2)
                                .filter(error -> error instanceof Busy)
                                .onRetryExhaustedThrow((spec, last) -> last.failure())),
                session -> logOut(client, session));
    }
    // end

    /**
     * Prints two documents.
     *
     * @param args none
     */
    public static void main(String... args) {
        try (PrintClient client = new PrintClient(Duration.ofMillis(20))) {
            for (String document : new String[] {"busy", "jammed"}) {
                Integer unused = print(
                                client,
                                "ann",
                                document,
                                percent -> System.out.println(document + ": " + percent + " %"))
                        .doOnNext(sheets -> System.out.println(document + ": " + sheets + " sheets"))
                        .doOnError(error -> System.out.println(document + ": " + error.getMessage()))
                        .onErrorComplete()
                        .block();
            }
        }
    }
}
