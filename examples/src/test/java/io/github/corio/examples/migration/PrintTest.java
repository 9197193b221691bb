package io.github.corio.examples.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.bridge.From;
import io.github.corio.examples.Output;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The three steps do the same. */
class PrintTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final PrintClient client = new PrintClient(Duration.ofMillis(3));
    private final List<Integer> progress = new CopyOnWriteArrayList<>();

    enum Step {
        CALLBACKS {
            @Override
            void run(String... args) throws Exception {
                PrintWithCallbacks.main(args);
            }

            @Override
            Mono<Integer> print(PrintClient client, String user, String document, IntConsumer progress) {
                return From.nodeCallback(
                        callback -> PrintWithCallbacks.print(client, user, document, progress, callback::accept),
                        PrintClient.Job::cancel);
            }
        },
        MONOS {
            @Override
            void run(String... args) throws Exception {
                PrintWithMonos.main(args);
            }

            @Override
            Mono<Integer> print(PrintClient client, String user, String document, IntConsumer progress) {
                return PrintWithMonos.print(client, user, document, progress);
            }
        },
        DIRECT_STYLE {
            @Override
            void run(String... args) throws Exception {
                PrintInDirectStyle.main(args);
            }

            @Override
            Mono<Integer> print(PrintClient client, String user, String document, IntConsumer progress) {
                return PrintInDirectStyle.print(client, user, document, progress);
            }
        };

        abstract void run(String... args) throws Exception;

        abstract Mono<Integer> print(PrintClient client, String user, String document, IntConsumer progress);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private Integer print(Step step, String user, String document) {
        return step.print(client, user, document, progress::add).block(SOON);
    }

    @ParameterizedTest
    @EnumSource
    void printsAndLogsOut(Step step) {
        assertThat(print(step, "ann", "letter")).isEqualTo(6);
        assertThat(progress).containsExactly(50, 100);
        assertThat(client.sessions()).isZero();
        assertThat(client.attempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void givesTheErrorOfTheLogin(Step step) {
        assertThatThrownBy(() -> print(step, "nobody", "letter")).hasMessageContaining("nobody is not known");
        assertThat(client.attempts()).isZero();
        assertThat(client.sessions()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void givesTheErrorOfTheJobAfterLoggingOut(Step step) {
        assertThatThrownBy(() -> print(step, "ann", "jammed"))
                .hasRootCauseInstanceOf(IOException.class)
                .hasMessageContaining("paper jam");
        assertThat(progress).containsExactly(50);
        assertThat(client.sessions()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void triesAgainWhenBusyThreeTimesInAll(Step step) {
        assertThat(print(step, "ann", "busy")).isEqualTo(4);
        assertThat(client.attempts()).isEqualTo(2);
        assertThatThrownBy(() -> print(step, "ann", "queued")).hasRootCauseInstanceOf(PrintClient.Busy.class);
        assertThat(client.attempts()).isEqualTo(2 + 3);
        assertThat(client.sessions()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void cancelsTheJobAndLogsOut(Step step) throws Exception {
        CountDownLatch printing = new CountDownLatch(1);
        CountDownLatch outcome = new CountDownLatch(1);
        Disposable running = step.print(client, "ann", "stuck", percent -> printing.countDown())
                .subscribe(sheets -> outcome.countDown(), error -> outcome.countDown());
        assertThat(printing.await(20, TimeUnit.SECONDS)).isTrue();
        running.dispose();
        await(() -> client.sessions() == 0);
        assertThat(client.isCancelled()).isEqualTo(1);
        assertThat(outcome.getCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void cancelsTheLogin(Step step) {
        try (PrintClient slow = new PrintClient(Duration.ofSeconds(30))) {
            Disposable running =
                    step.print(slow, "ann", "letter", progress::add).subscribe();
            await(() -> slow.logins() == 1);
            running.dispose();
            await(() -> slow.isCancelled() == 1);
            assertThat(slow.attempts()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void runsAsAProgram(Step step) throws Exception {
        assertThat(Output.of(step::run))
                .containsExactly("busy: 50 %", "busy: 100 %", "busy: 4 sheets", "jammed: 50 %", "jammed: paper jam");
    }

    private static void await(BooleanSupplier condition) {
        Flux.interval(Duration.ofMillis(2))
                .filter(tick -> condition.getAsBoolean())
                .blockFirst(SOON);
    }
}
