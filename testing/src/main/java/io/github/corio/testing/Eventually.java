package io.github.corio.testing;

import static io.github.corio.Asyncio.toThread;

import io.github.corio.Asyncio;
import io.github.corio.CancelledError;
import io.github.corio.CoroutineAction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A check that is repeated until it holds: while virtual time passes, then while threads outside are given real time. */
final class Eventually {
    private static final long REAL_STEP_MILLIS = 5;

    private final TestLoop loop;
    private final Duration within;
    private final Duration patience;

    Eventually(TestLoop loop, Duration within, Duration patience) {
        this.loop = loop;
        this.within = TestSettings.countable(within);
        this.patience = patience;
    }

    void await(CoroutineAction check) {
        Duration end = loop.currentTime().plus(within);
        Duration step = Duration.ofNanos(Math.max(1_000_000, within.toNanos() / 1000));
        Throwable failure = failureOf(check);
        while (failure != null && loop.isWaitingForTime() && loop.currentTime().compareTo(end) < 0) {
            Duration left = end.minus(loop.currentTime());
            loop.advanceTimeBy(left.compareTo(step) < 0 ? left : step);
            failure = failureOf(check);
        }
        long realEnd = System.nanoTime() + patience.toNanos();
        while (failure != null && realEnd - System.nanoTime() > 0) {
            letRealTimePass();
            failure = failureOf(check);
        }
        if (failure != null) {
            throw Raise.asIs(failure);
        }
    }

    private static @Nullable Throwable failureOf(CoroutineAction check) {
        try {
            check.run();
            return null;
        } catch (CancelledError e) {
            throw e;
        } catch (Exception | AssertionError e) {
            return e;
        }
    }

    private void letRealTimePass() {
        if (loop.loop().inLoop()) {
            Object unused = Asyncio.await(toThread(() -> {
                Thread.sleep(REAL_STEP_MILLIS); // real time is what the check waits for
                return true;
            }));
        } else {
            sleepHere();
            loop.runCurrent();
        }
    }

    private static void sleepHere() {
        try {
            Thread.sleep(REAL_STEP_MILLIS); // the same, outside of a body
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a check to hold", e);
        }
    }
}
