package io.github.corio.loop.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("stack headroom")
class HeadroomTest {
    /** Enough for the JVM to interpret the first of them and to compile the last. */
    private static final int ROUNDS = 20;

    /** Of a frame of {@link #use}, interpreted. */
    private static final int FRAME = 112;

    /** On so many frames one question: a refusal is an error with a long trace. */
    private static final int EACH = 16;

    private int granted;
    private int overflows;

    @ParameterizedTest
    @MethodSource
    void isThereOnceGranted(Runnable room, int kilobytes) throws InterruptedException {
        StackGuard.toSuspend(); // not to be initialized at the end of a stack
        int frames = kilobytes * 1024 / FRAME;
        onASmallStack(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                int before = granted;
                attemptAtTheEdge(room, frames, i);
                if (granted == before) {
                    throw new AssertionError("not granted on any frame");
                }
            }
        });
        assertThat(overflows).as("overflows after it was granted").isZero();
    }

    static Stream<Arguments> isThereOnceGranted() {
        return Stream.of(
                room("to wake", StackGuard::toWake, 12),
                room("to release", StackGuard::toRelease, 16),
                room("to suspend", StackGuard::toSuspend, 24),
                room("to lend", StackGuard::toLend, 28));
    }

    private static Arguments room(String name, Runnable room, int kilobytes) {
        return Arguments.of(Named.of(name, room), kilobytes);
    }

    /** Recurses to the end of the stack; on the way back asks on some frames, until it is granted. True once it was. */
    @SuppressWarnings("InfiniteRecursion") // to the end of the stack
    private boolean attemptAtTheEdge(Runnable room, int frames, int number) {
        try {
            if (attemptAtTheEdge(room, frames, number + 1)) {
                return true;
            }
        } catch (StackOverflowError end) {
            // this is the last frame
        }
        if (number % EACH != 0) {
            return false;
        }
        try {
            room.run();
        } catch (StackOverflowError e) {
            return false;
        }
        granted++;
        try {
            int unused = use(frames);
        } catch (StackOverflowError e) {
            overflows++;
        }
        return true;
    }

    private static int use(int frames) {
        return frames == 0 ? 0 : use(frames - 1) + 1;
    }

    private static void onASmallStack(Runnable test) throws InterruptedException {
        Throwable[] error = new Throwable[1];
        Thread thread = new Thread(null, test, "small", 256 * 1024);
        thread.setUncaughtExceptionHandler((who, e) -> error[0] = e);
        thread.start();
        thread.join();
        assertThat(error[0]).isNull();
    }
}
