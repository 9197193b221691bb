package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;

import io.github.corio.CoroutineAction;
import io.github.corio.CoroutineBody;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Runs a main in virtual time, with any test framework or none, on a new {@link TestLoop}, which is closed and checked
 * afterwards. Everything here blocks the calling thread, for little more than the code takes to run. Thread-safe.
 *
 * <ul>
 *   <li><b>Errors:</b> those of the main, as they are, and the errors of the checks of {@link TestLoop#close()}.
 *   <li><b>asyncio:</b> {@code asyncio.run}, which has no virtual time.
 * </ul>
 *
 * @since 0.1.0
 */
public final class VirtualTime {
    /**
     * The name of a JUnit resource, for tests that set Reactor's schedulers for the whole JVM. {@code
     * VirtualTimeScheduler.set} and {@code StepVerifier.withVirtualTime} do that. A test that holds it by {@code
     * @ResourceLock} has no {@link CoroutineTest} beside it.
     */
    public static final String REACTOR_SCHEDULERS = "io.github.corio.testing.reactor-schedulers";

    private VirtualTime() {}

    /**
     * Runs a main to its end.
     *
     * @param main what to run
     * @param <T> the type of its value
     * @return its value, null if it is empty
     * @throws DeadlockError if it can never end
     * @throws TestTimeoutError if it takes too long in real time
     * @throws LeakedTaskError if it leaves tasks running
     * @throws UnobservedError if no code has observed an error. Errors of the main are thrown as they are
     */
    public static <T> @Nullable T run(Mono<? extends T> main) {
        return run(TestSettings.defaults(), main);
    }

    /**
     * Makes a main and runs it to its end, as {@link #run(Mono)} does. The function that makes it runs in virtual time
     * too, and so do the Schedulers that it makes.
     *
     * @param main makes what to run
     * @param <T> the type of its value
     * @return its value
     */
    public static <T> @Nullable T run(Supplier<? extends Mono<? extends T>> main) {
        return run(TestSettings.defaults(), Mono.defer(main));
    }

    /**
     * Runs the body of a coroutine and the Mono it gives, as {@link #run(Supplier)} does. The compiler takes a lambda
     * that gives a Mono for this.
     *
     * @param main makes what to run, and may await meanwhile
     * @param <T> the type of its value
     * @return its value
     */
    public static <T> @Nullable T run(MonoBody<T> main) {
        CoroutineBody<T> body = () -> {
            Mono<? extends T> made = main.call();
            return made == null ? null : await(made);
        };
        return run(TestSettings.defaults(), async(body));
    }

    /**
     * Runs the body of a coroutine, as {@link #run(Mono)} does.
     *
     * @param body the body
     * @param <T> the type of its value
     * @return its value
     */
    public static <T> @Nullable T run(CoroutineBody<? extends T> body) {
        return run(TestSettings.defaults(), async(body));
    }

    /**
     * Runs the body of a coroutine without a value, as {@link #run(Mono)} does.
     *
     * @param body the body
     */
    public static void run(CoroutineAction body) {
        run(TestSettings.defaults(), body);
    }

    /**
     * Runs the body of a coroutine with other settings.
     *
     * @param settings how the loop behaves
     * @param body the body
     */
    public static void run(TestSettings settings, CoroutineAction body) {
        Object unused = run(settings, async(body));
    }

    /**
     * Runs a main with other settings.
     *
     * @param settings how the loop behaves
     * @param main what to run
     * @param <T> the type of its value
     * @return its value, null if it is empty
     */
    public static <T> @Nullable T run(TestSettings settings, Mono<? extends T> main) {
        TestLoop test = TestLoop.create(settings);
        T value;
        try {
            value = test.run(main);
        } catch (Throwable failure) {
            test.closeAfter(failure);
            throw failure;
        }
        test.close();
        return value;
    }

    /**
     * Runs the body of a coroutine under many seeds, from 1 on, each on a loop of its own. Each seed is an order that
     * asyncio leaves open.
     *
     * @param seeds how many
     * @param body the body, run afresh each time
     * @throws AssertionError the first failure, which names its seed
     */
    public static void shuffle(int seeds, CoroutineAction body) {
        for (long seed = 1; seed <= seeds; seed++) {
            try {
                run(TestSettings.defaults().withSeed(seed), body);
            } catch (Throwable failure) {
                Seed.note(failure, seed);
                throw failure;
            }
        }
    }
}
