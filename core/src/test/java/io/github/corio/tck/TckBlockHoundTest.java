package io.github.corio.tck;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.TestEnvironment.ManualSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Public, so that other modules run it with the agents of their tests. */
public class TckBlockHoundTest {
    private static final int THREADS = 4;
    private static final int SIGNALS = 7; // of each thread in a round: the queue of the TCK has room for 32

    @Test
    @DisplayName("no signal is lost on a thread that must not block, though the TCK's subscriber locks its queue")
    void noSignalIsLost() throws Throwable {
        TestEnvironment environment = new TckEnvironment();
        ManualSubscriber<Integer> subscriber = environment.newManualSubscriber(Mono.never());
        for (int round = 0; round < 3000; round++) {
            Mono<Void> signals = Flux.range(0, THREADS)
                    .flatMap(thread ->
                            Mono.fromRunnable(() -> signal(subscriber)).subscribeOn(Schedulers.parallel()))
                    .then();
            Mono<Void> running = signals.cache();
            running.subscribe(nothing -> {}, error -> {});
            for (int each = 0; each < THREADS * SIGNALS; each++) {
                subscriber.nextElement();
            }
            running.block();
        }
        environment.verifyNoAsyncErrorsNoDelay();
    }

    private static void signal(ManualSubscriber<Integer> subscriber) {
        for (int each = 0; each < SIGNALS; each++) {
            subscriber.onNext(each);
        }
    }
}
