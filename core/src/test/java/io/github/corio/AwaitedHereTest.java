package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** An error that comes from another thread shows the awaiting line, as with {@code block()}. */
class AwaitedHereTest {
    private static Mono<String> fails(RuntimeException error) {
        return Mono.delay(Duration.ofMillis(5)).then(Mono.error(error));
    }

    private static String awaitsIt(Mono<String> mono) {
        return await(mono);
    }

    @Test
    void theLineIsShown() {
        IllegalStateException error = new IllegalStateException("no such user");
        Throwable thrown = catchThrowable(() -> run(async(() -> awaitsIt(fails(error)))));
        assertThat(thrown).isSameAs(error);
        assertThat(thrown.getSuppressed()).hasSize(1);
        assertThat(thrown.getSuppressed()[0].getStackTrace())
                .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("awaitsIt"));
    }

    @Test
    void onceForAnErrorThatIsAwaitedAgain() {
        IllegalStateException error = new IllegalStateException("shared");
        for (int i = 0; i < 3; i++) {
            assertThat(catchThrowable(() -> run(async(() -> awaitsIt(fails(error))))))
                    .isSameAs(error);
        }
        assertThat(error.getSuppressed()).hasSize(1);
    }

    @Test
    void notWhereTheTraceShowsItAnyway() {
        IllegalStateException error = new IllegalStateException("now");
        assertThat(catchThrowable(() ->
                        run(async(() -> awaitsIt(Mono.<String>error(error).hide())))))
                .isSameAs(error)
                .hasNoSuppressedExceptions();
    }
}
