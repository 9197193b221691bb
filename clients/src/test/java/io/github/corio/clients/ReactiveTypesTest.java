package io.github.corio.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.bridge.From;
import io.reactivex.rxjava3.core.Flowable;
import io.smallrye.mutiny.Multi;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Libraries whose streams have demand themselves. */
class ReactiveTypesTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    // snippet: client-streams
    static <T> Flux<T> flowable(Flowable<T> flowable) {
        return Flux.from(flowable); // a Publisher
    }

    static <T> Flux<T> multi(Multi<T> multi) {
        return From.flowPublisher(multi); // one of the JDK
    }
    // end

    @Test
    void rxJavasFlowable() {
        AtomicLong requested = new AtomicLong();
        AtomicBoolean cancelled = new AtomicBoolean();
        StepVerifier.create(
                        flowable(Flowable.range(1, 100_000)
                                .doOnRequest(requested::addAndGet)
                                .doOnCancel(() -> cancelled.set(true))),
                        3)
                .expectNext(1, 2, 3)
                .then(() -> assertThat(requested).hasValue(3))
                .thenCancel()
                .verify(SOON);
        assertThat(cancelled).isTrue();
        StepVerifier.create(flowable(Flowable.error(new IOException("no")))).verifyErrorMessage("no");
    }

    @Test
    void mutinysMulti() {
        AtomicLong requested = new AtomicLong();
        AtomicBoolean cancelled = new AtomicBoolean();
        StepVerifier.create(
                        multi(Multi.createFrom()
                                .range(1, 100_000)
                                .onRequest()
                                .invoke(requested::addAndGet)
                                .onCancellation()
                                .invoke(() -> cancelled.set(true))),
                        3)
                .expectNext(1, 2, 3)
                .then(() -> assertThat(requested).hasValue(3))
                .thenCancel()
                .verify(SOON);
        assertThat(cancelled).isTrue();
        StepVerifier.create(multi(Multi.createFrom().failure(new IOException("no"))))
                .verifyErrorMessage("no");
    }
}
