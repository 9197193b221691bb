package io.github.corio.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Supplier;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A test whose body is a coroutine in virtual time: it may {@code await}, and time passes by itself. So are its {@code
 * @BeforeEach} and {@code @AfterEach} methods, on the same loop. All of them may have parameters of the types {@link
 * TestLoop}, {@link io.github.corio.loop.EventLoop EventLoop}, {@link java.time.Clock Clock} and {@link
 * reactor.core.scheduler.Scheduler Scheduler}.
 *
 * <p>The test may return a Mono, another Publisher or a {@code CompletionStage}, which is then awaited as the last step
 * of the body. {@link PublisherTestEngine} runs these tests.
 *
 * <p>It fails with a {@link DeadlockError} as soon as nothing can ever run again. It fails as {@link TestLoop#close()}
 * says when it leaves tasks or unobserved errors behind. After a {@link #timeoutSeconds()} of real time it fails with a
 * dump of all tasks.
 *
 * <p>Beside {@code @ParameterizedTest} or {@code @RepeatedTest} it does all this for each of their invocations. It may
 * be put on an annotation of your own. Test classes may run in parallel.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code unittest.IsolatedAsyncioTestCase}, which has no virtual time. {@code runTest} of
 *       kotlinx.coroutines has it.
 * </ul>
 *
 * @since 0.1.0
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(CoroutineTestExtension.class)
@ResourceLock(value = VirtualTime.REACTOR_SCHEDULERS, mode = ResourceAccessMode.READ)
public @interface CoroutineTest {
    /**
     * Runs the test this many times, each under another order of what asyncio leaves open. A failure names its seed.
     *
     * @return how many seeds, beginning with 1. With 0 the test runs once, in the order of registration
     */
    int seeds() default 0;

    /**
     * Runs the test once, under this seed. The JUnit configuration parameter {@code corio.testing.seed} does so for all tests.
     *
     * @return the seed of a failure, 0 for none
     */
    long seed() default 0;

    /**
     * How long the body, and each lifecycle method, may take in real time. The JUnit configuration parameter
     * {@code corio.testing.timeoutSeconds} changes the default.
     *
     * @return seconds, 0 for the default, 60
     */
    long timeoutSeconds() default 0;

    /**
     * How long a test in which nothing can happen any more waits in real time for a thread it does not know of. The JUnit configuration
     * parameter {@code corio.testing.patienceMillis} changes the default.
     *
     * @return milliseconds, for all waits. With -1 each wait has its own time, see {@link DeadlockError}
     */
    long patienceMillis() default -1;

    /**
     * Explores the test: runs it under interleaving after interleaving, systematically, until all have been run or this
     * many. JUnit counts a single test, whose report says how many there were.
     *
     * <p>Each run has its own instance of the class, made by its constructor without parameters. It has its own {@code
     * @BeforeEach} and {@code @AfterEach}. Callbacks of other extensions are not repeated.
     *
     * @return how many runs at most, 0 for no exploration
     * @see Explorer
     */
    int explore() default 0;

    /**
     * How long an exploration may take in real time.
     *
     * @return seconds
     */
    long exploreSeconds() default 60;

    /**
     * Leaves tasks that are ready in asyncio's order under exploration: for a test that relies on it.
     *
     * @return whether only what asyncio and Reactor leave open is explored
     */
    boolean inOrder() default false;

    /**
     * Runs an interleaving again.
     *
     * @return the string that a failed exploration has printed, {@code "none"} for no replay
     */
    String replay() default "none";

    /**
     * Lets {@link #seeds()} shuffle more: the order of tasks that are ready, against asyncio's promise, and delays that are nearly
     * equal. Exploration then lets the clock be late, too.
     *
     * @return whether it does
     */
    boolean chaos() default false;

    /**
     * What {@link TestLoop#clock()} shows at first.
     *
     * @return an instant, as {@code Instant.parse} reads it. Empty is the beginning of the year 2000 in UTC
     */
    String start() default "";

    /**
     * The zone of {@link TestLoop#clock()}.
     *
     * @return a zone, as {@code ZoneId.of} reads it. Empty is UTC
     */
    String zone() default "";

    /**
     * Names the class that gives the settings, which the other values of this annotation then change. So a project has
     * them in a single place, on an annotation of its own.
     *
     * @return a class with a constructor without parameters
     */
    Class<? extends Supplier<TestSettings>> settings() default DefaultSettings.class;

    /**
     * Lets the test leave tasks running, which are then cancelled and awaited.
     *
     * @return whether it may
     */
    boolean allowLeakedTasks() default false;

    /**
     * Lets errors go that no code has observed. They are logged.
     *
     * @return whether they are no failure
     */
    boolean allowUnobservedErrors() default false;

    /** Gives {@link TestSettings#defaults()}. */
    final class DefaultSettings implements Supplier<TestSettings> {
        /** Made by the extension. */
        public DefaultSettings() {}

        @Override
        public TestSettings get() {
            return TestSettings.defaults();
        }
    }
}
