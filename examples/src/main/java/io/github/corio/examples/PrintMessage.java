package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Coroutine;
import java.time.Duration;

/** The first program: a coroutine that prints, sleeps for a second, and prints again. */
final class PrintMessage {
    private PrintMessage() {}

    // snippet: print-message
    static Coroutine<Void> printMessage() {
        return async(() -> {
            System.out.println("Starting coroutine");
            await(sleep(Duration.ofSeconds(1)));
            System.out.println("Coroutine resumed after sleep");
        });
    }

    public static void main(String... args) {
        run(printMessage());
    }
    // end
}
