package io.github.corio.testing;

import io.github.corio.CancelledError;
import io.github.corio.CheckReturnValue;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * Makes dependencies fail in tests. Each subscription meets a fault or none, as an exploration or a seed chooses. In a
 * plain test they work. Thread-safe.
 *
 * <ul>
 *   <li><b>Suspends:</b> as the dependency does. A late answer takes {@linkplain #LATE an hour} of virtual time.
 *   <li><b>Cancellation:</b> cancels the dependency.
 *   <li><b>Signals on:</b> the thread of the dependency. A late answer comes in the time of the test.
 *   <li><b>Errors:</b> those of the dependency, a {@link FaultError}, or a {@code CancelledError}, as the fault says.
 *   <li><b>asyncio:</b> none.
 * </ul>
 *
 * @since 0.1.0
 */
public final class Faults {
    /** The delay of an answer that is late. */
    public static final Duration LATE = Duration.ofHours(1);

    private Faults() {}

    /**
     * Gives a dependency that may meet any fault, as {@link #of(Mono, Set)} does for some.
     *
     * @param dependency the Mono
     * @param <T> the type of its value
     * @return the same, but each subscription may meet any {@link Fault}
     */
    @CheckReturnValue
    public static <T> Mono<T> of(Mono<T> dependency) {
        return of(dependency, EnumSet.allOf(Fault.class));
    }

    /**
     * Gives a dependency that may meet some faults.
     *
     * <ul>
     *   <li><b>Suspends:</b> as the dependency does. With {@link Fault#NEVER} the wait does not end.
     *   <li><b>Cancellation:</b> cancels the dependency.
     *   <li><b>asyncio:</b> none.
     * </ul>
     *
     * @param dependency the Mono
     * @param faults which ones
     * @param <T> the type of its value
     * @return the same, but each subscription may meet one of these
     */
    @CheckReturnValue
    public static <T> Mono<T> of(Mono<T> dependency, Set<Fault> faults) {
        List<Fault> some = List.copyOf(EnumSet.copyOf(faults));
        return Mono.deferContextual(context -> {
            Object known = context.getOrDefault(TestScheduler.CONTEXT_KEY, null);
            TestScheduler test = known instanceof TestScheduler ofContext ? ofContext : Residence.current();
            if (test == null || !test.choices().varies(Choices.Kind.FAULT)) {
                return dependency;
            }
            int chosen = test.choices()
                    .choose(
                            Choices.Kind.FAULT,
                            some.size() + 1,
                            index -> index == 0 ? "works" : Names.of(dependency) + " " + some.get(index - 1));
            return chosen == 0 ? dependency : with(some.get(chosen - 1), dependency, test);
        });
    }

    private static <T> Mono<T> with(Fault fault, Mono<T> dependency, TestScheduler test) {
        return switch (fault) {
            case FAILS -> Mono.error(new FaultError());
            case EMPTY -> Mono.empty();
            case LATE -> dependency.materialize().delayElement(LATE, test).dematerialize();
            case NEVER -> dependency.then(Mono.<T>never()).onErrorResume(error -> Mono.never());
            case CANCELLED -> Mono.error(new CancelledError("a fault, chosen by the test"));
        };
    }
}
