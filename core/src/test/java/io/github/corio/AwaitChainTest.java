package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An error shows the lines of all who have awaited it, across tasks, the outermost last. */
class AwaitChainTest {
    private final IllegalStateException error = new IllegalStateException("503 Service Unavailable");

    /** As a client's: the error comes on a thread of Reactor's. */
    private Mono<String> retrieve() {
        return Mono.delay(Duration.ofMillis(1)).then(Mono.error(error));
    }

    private String price() {
        return await(retrieve());
    }

    private String article() {
        return await(async(this::price));
    }

    private List<String> page() {
        return await(gather(List.of(async(this::article).named("article"))));
    }

    private List<String> request() {
        return await(createTask(async(this::page).named("page")));
    }

    private static String lines(Throwable error) {
        return Arrays.stream(error.getSuppressed())
                .map(added -> added.getMessage() + "\n"
                        + Frames.ofUser(added.getStackTrace(), 100).stream()
                                .map(frame -> "    at " + frame.getMethodName() + "\n")
                                .collect(Collectors.joining()))
                .collect(Collectors.joining());
    }

    @Test
    void showsTheLinesOfThreeCoroutinesAndAGather() {
        Throwable thrown = catchThrowable(() -> run(async(this::request).named("request")));
        assertThat(thrown).isSameAs(error);
        assertThat(lines(thrown)).isEqualTo("""
                        #await terminated with an error, in article
                            at price
                            at article
                        #await terminated with an error, in page
                            at page
                        #await terminated with an error, in request
                            at request
                        """);
    }

    @Test
    void alsoThroughOperators() {
        Throwable thrown = catchThrowable(() -> run(async(() -> {
                    await(async(this::price).named("inner").hide().map(x -> x));
                })
                .named("outer")));
        assertThat(lines(thrown)).contains("in inner\n    at price\n", "in outer\n    at alsoThroughOperators\n");
    }

    @Test
    void ofManyValuesToo() {
        Throwable thrown = catchThrowable(() -> run(async(() -> {
            for (String value : each(Flux.just("one").concatWith(retrieve()))) {
                assertThat(value).isEqualTo("one");
            }
        })));
        assertThat(lines(thrown)).contains("    at ofManyValuesToo\n");
    }

    @Test
    void anErrorThatIsSharedByManyShowsOneChain() {
        run(async(() -> {
            AsyncFuture<String> shared = new AsyncFuture<>();
            List<Task<?>> waiters = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                waiters.add(createTask(async(() -> await(createTask(async(() -> await(shared)))))));
            }
            await(Asyncio.sleep(Duration.ZERO));
            await(Asyncio.sleep(Duration.ZERO));
            shared.setException(error);
            await(Asyncio.waitTasks(waiters, ReturnWhen.ALL_COMPLETED));
            waiters.forEach(waiter -> assertThat(waiter.exception()).isSameAs(error));
        }));
        assertThat(error.getSuppressed()).hasSize(2);
    }

    @Test
    void aChainIsNotLongerThanItCanBeRead() {
        Throwable thrown = catchThrowable(() -> run(async(() -> deep(100))));
        assertThat(thrown.getSuppressed()).hasSize(AwaitedHere.MOST);
    }

    private String deep(int levels) {
        return levels == 0 ? price() : await(createTask(async(() -> deep(levels - 1))));
    }
}
