package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.AsyncFuture;
import io.github.corio.Coroutine;
import io.github.corio.testing.CoroutineTest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/** Two coroutines and two locks, taken in opposite order. */
@Sample
public class DeadlockSample {
    @CoroutineTest
    void deadlock() {
        Lock a = new Lock();
        Lock b = new Lock();
        await(gather(List.of(createTask(takeBoth(a, b), "left"), createTask(takeBoth(b, a), "right"))));
    }

    private static Coroutine<Void> takeBoth(Lock first, Lock second) {
        return async(() -> {
            first.acquire();
            await(sleep(Duration.ofSeconds(1)));
            second.acquire();
            second.release();
            first.release();
        });
    }

    private static final class Lock {
        private final ArrayDeque<AsyncFuture<Void>> waiters = new ArrayDeque<>();
        private boolean locked;

        void acquire() {
            while (locked) {
                AsyncFuture<Void> turn = new AsyncFuture<>();
                waiters.add(turn);
                await(turn);
            }
            locked = true;
        }

        void release() {
            locked = false;
            AsyncFuture<Void> next = waiters.poll();
            if (next != null) {
                next.setResult(null);
            }
        }
    }
}
