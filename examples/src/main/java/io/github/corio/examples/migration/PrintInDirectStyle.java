package io.github.corio.examples.migration;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.run;
import static io.github.corio.examples.migration.PrintWithMonos.logIn;
import static io.github.corio.examples.migration.PrintWithMonos.logOut;
import static io.github.corio.examples.migration.PrintWithMonos.printOnce;

import io.github.corio.Coroutine;
import io.github.corio.examples.migration.PrintClient.Busy;
import java.io.IOException;
import java.time.Duration;
import java.util.function.IntConsumer;

/**
 * The second step: the same Monos, awaited. A loop, {@code catch} and {@code finally} say what operators said before; a cancel
 * is thrown where the coroutine waits. It is a Mono still, so whoever used the step before need not change.
 *
 * <p>As in asyncio, a session that comes at the very moment of a cancel, before the {@code try}, is nobody's. Where that
 * matters, keep {@code Mono.usingWhen} of the step before, around a coroutine.
 */
public final class PrintInDirectStyle {
    private PrintInDirectStyle() {}

    /** Prints a document; gives the number of sheets. */
    // snippet: print-direct
    static Coroutine<Integer> print(PrintClient client, String user, String document, IntConsumer progress) {
        return async(() -> {
            String session = awaitSingle(logIn(client, user));
            try {
                for (int attempt = 1; ; attempt++) {
                    try {
                        return awaitThrowing(printOnce(client, session, document, progress), IOException.class);
                    } catch (Busy e) {
                        if (attempt == 3) {
                            throw e;
                        }
                    }
                }
            } finally { // also after a cancel
                await(logOut(client, session));
            }
        });
    }
    // end

    /**
     * Prints two documents.
     *
     * @param args none
     */
    public static void main(String... args) {
        try (PrintClient client = new PrintClient(Duration.ofMillis(20))) {
            run(async(() -> {
                for (String document : new String[] {"busy", "jammed"}) {
                    try {
                        Integer sheets = awaitThrowing(
                                print(
                                        client,
                                        "ann",
                                        document,
                                        percent -> System.out.println(document + ": " + percent + " %")),
                                IOException.class);
                        System.out.println(document + ": " + sheets + " sheets");
                    } catch (IOException e) {
                        System.out.println(document + ": " + e.getMessage());
                    }
                }
            }));
        }
    }
}
