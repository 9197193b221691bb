package io.github.corio.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A test whose body is a coroutine in virtual time: it may {@code await}, and time passes by itself. So are its
 * {@code @BeforeEach} and {@code @AfterEach} methods, on the same loop. All of them may have parameters of the types
 * {@link TestLoop}, {@link io.github.corio.loop.EventLoop EventLoop}, {@link java.time.Clock Clock} and
 * {@link reactor.core.scheduler.Scheduler Scheduler}.
 *
 * <p>It fails with a {@link DeadlockError} as soon as nothing can ever run again, and as {@link TestLoop#close()} says when it
 * leaves tasks or unseen errors behind. After a {@link #timeoutSeconds()} of real time it fails with a dump of all tasks.
 *
 * <p>Beside {@code @ParameterizedTest} or {@code @RepeatedTest} it does all this for each of their invocations. It may be put
 * on an annotation of one's own. Test classes may run in parallel.
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
     * Runs the test this many times, under as many different orders of what asyncio leaves open; a failure names its seed.
     *
     * @return how many seeds, beginning with 1; 0: the test runs once, in the order of registration
     */
    int seeds() default 0;

    /**
     * Runs the test once, under this seed. The JUnit configuration parameter {@code corio.testing.seed} does so for all tests.
     *
     * @return the seed of a failure; 0: none
     */
    long seed() default 0;

    /**
     * How long the body, and each lifecycle method, may take in real time. The JUnit configuration parameter
     * {@code corio.testing.timeoutSeconds} changes the default.
     *
     * @return seconds; 0: the default, 60
     */
    long timeoutSeconds() default 0;

    /**
     * How long a test in which nothing can happen any more waits in real time for a thread it does not know of.
     *
     * @return milliseconds
     */
    long patienceMillis() default 1000;

    /**
     * Lets the test leave tasks running, which are then cancelled and awaited.
     *
     * @return whether it may
     */
    boolean allowLeakedTasks() default false;

    /**
     * Lets errors go that nobody has looked at; they are logged.
     *
     * @return whether they are no failure
     */
    boolean allowUnobservedErrors() default false;
}
