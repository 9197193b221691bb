package io.github.corio.testing;

import io.github.corio.CancelledError;
import io.github.corio.CheckReturnValue;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * Dependencies that fail in tests: what becomes of each subscription is a choice, which an exploration tries, and a seed makes. In a plain test they
 * work. Thread-safe.
 *
 * @since 0.1.0
 */
public final class Faults {
    /** How late an answer is that is late. */
    public static final Duration LATE = Duration.ofHours(1);

    private Faults() {}

    /**
     * A dependency to which anything may happen.
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
     * A dependency to which some things may happen.
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
