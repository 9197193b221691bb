package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Coroutine;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.Permit;
import io.github.corio.testing.CoroutineTest;
import java.time.Duration;
import java.util.List;

/** Two coroutines and two locks, taken in opposite order. */
@Sample
public class DeadlockSample {
    @CoroutineTest
    void deadlock() {
        AsyncLock a = new AsyncLock();
        AsyncLock b = new AsyncLock();
        await(gather(List.of(createTask(takeBoth(a, b), "left"), createTask(takeBoth(b, a), "right"))));
    }

    private static Coroutine<Void> takeBoth(AsyncLock first, AsyncLock second) {
        return async(() -> {
            try (Permit one = awaitSingle(first.acquire())) {
                await(sleep(Duration.ofSeconds(1)));
                try (Permit two = awaitSingle(second.acquire())) {
                    throw new AssertionError("not reached with " + one + " and " + two);
                }
            }
        });
    }
}
