package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Coroutine;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The second program: a main that gathers ten coroutines. Written as tutorials like to write it, it ends by closing the
 * loop it runs on, which asyncio refuses with a clear error, and so does Corio. Without that line it ends well, since
 * {@code run} closes the loop by itself.
 */
final class TenCoroutines {
    private TenCoroutines() {}

    static Coroutine<Integer> myCoroutine(int number) {
        return async(() -> {
            await(sleep(Duration.ofMillis(100)));
            return number * number;
        });
    }

    static List<Integer> squares() {
        List<Coroutine<Integer>> coroutines =
                IntStream.range(0, 10).mapToObj(TenCoroutines::myCoroutine).toList();
        return awaitSingle(gather(coroutines));
    }

    /** Runs the program as it was meant, then as it was written. */
    public static void main(String... args) {
        System.out.println("Ten coroutines, gathered: " + run(async(TenCoroutines::squares)));

        Coroutine<Void> closingItsLoop = async(() -> {
            EventLoop loop = EventLoop.current();
            System.out.println("Once more, gathered:      " + squares());
            loop.close(); // the loop that runs this very line
        });
        try {
            run(closingItsLoop);
        } catch (IllegalStateException e) {
            System.out.println("Then main closes its loop: " + e.getMessage());
        }
    }
}
