package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** Trouble at the edges of a test. */
public final class TroubleSample {
    private static final Duration HOUR = Duration.ofHours(1);

    private TroubleSample() {}

    /** The error of the body comes first, with that of the cleanup beside it. */
    @Sample
    public static class AfterEachFails {
        @AfterEach
        void after() {
            await(sleep(HOUR));
            throw new IllegalStateException("in the cleanup");
        }

        @CoroutineTest
        void afterABodyThatFails() {
            throw new IllegalArgumentException("in the body");
        }
    }

    /** The body is not run, the cleanup is, on the same loop. */
    @Sample
    public static class BeforeEachFails {
        @BeforeEach
        void before() {
            await(sleep(HOUR));
            throw new IllegalStateException("in the preparation");
        }

        @AfterEach
        void after(TestLoop loop) {
            assertThat(loop.currentTime()).isEqualTo(HOUR);
        }

        @CoroutineTest
        void isNotRun() {
            throw new AssertionError("run");
        }
    }

    /** There is no loop yet when the class is made. */
    @Sample
    public static class ParameterOfTheConstructor {
        ParameterOfTheConstructor(TestLoop loop) {
            throw new AssertionError("made with " + loop);
        }

        @CoroutineTest
        void isNotRun() {
            throw new AssertionError("run");
        }
    }

    /** The error comes out, and the next tests on the same threads are none the worse. */
    @Sample
    public static class OverflowsTheStack {
        @SuppressWarnings("InfiniteRecursion") // on purpose
        private static int deeper(int depth) {
            return deeper(depth + 1) + 1;
        }

        @RepeatedTest(2)
        @CoroutineTest
        void atOnce() {
            assertThat(deeper(0)).isNegative();
        }

        @RepeatedTest(2)
        @CoroutineTest
        void later() {
            await(sleep(HOUR));
            assertThat(deeper(0)).isNegative();
        }
    }

    /** Neither its own cleanup's time nor the next test is disturbed. */
    @Sample
    public static class LeavesAnInterrupt {
        @AfterEach
        void after() {
            await(sleep(HOUR));
        }

        @RepeatedTest(20)
        @CoroutineTest
        void afterOneThatDidTheSame() throws InterruptedException {
            assertThat(new CountDownLatch(1).await(1, java.util.concurrent.TimeUnit.MILLISECONDS))
                    .isFalse();
            Thread.currentThread().interrupt();
            await(sleep(HOUR));
        }
    }

    /** JUnit's own limit works beside that of the annotation. */
    @Sample
    public static class LimitOfJUnit {
        @Timeout(1)
        @CoroutineTest
        void hangs() throws InterruptedException {
            await(sleep(HOUR));
            new CountDownLatch(1).await();
        }

        @Timeout(value = 1, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        @CoroutineTest
        void hangsOnAThreadOfItsOwn() throws InterruptedException {
            await(sleep(HOUR));
            new CountDownLatch(1).await();
        }

        @Timeout(60)
        @CoroutineTest
        void endsInTime() {
            await(sleep(HOUR));
        }
    }

    /** The loop is stuck; the next test has another. */
    @Sample
    public static class IgnoresTheInterrupt {
        private static final CountDownLatch OVER = new CountDownLatch(1);

        @CoroutineTest(timeoutSeconds = 1)
        void hangsForGood() {
            while (OVER.getCount() > 0) {
                Thread.onSpinWait();
            }
        }

        @AfterAll
        static void after() {
            OVER.countDown();
        }

        @CoroutineTest
        void next() {
            await(sleep(HOUR));
        }
    }
}
