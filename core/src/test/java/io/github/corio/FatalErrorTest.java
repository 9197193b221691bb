package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** An error that the JVM may not survive is the error of its task, like any other. Its loop goes on. */
class FatalErrorTest {
    private static final class Fatal extends VirtualMachineError {
        private static final long serialVersionUID = 1;
    }

    private final Fatal fatal = new Fatal();

    private Coroutine<Integer> fails() {
        return async(() -> {
            await(sleep(Duration.ofMillis(1)));
            throw fatal;
        });
    }

    @Test
    void comesOutOfEachWaitAsItIs() {
        Virtual.runVirtually(() -> {
            Task<Integer> task = createTask(fails());
            for (Mono<?> wait : List.of(
                    task,
                    fails(),
                    fails().map(x -> x),
                    gather(fails(), Mono.just(1)),
                    zip(fails(), Mono.just(1)),
                    taskGroup(group -> {
                        group.createTask(fails());
                    }))) {
                assertThatThrownBy(() -> await(wait)).isSameAs(fatal);
            }
            assertThat(task.exception()).isSameAs(fatal);
        });
    }

    @Test
    void leavesTheLoopRunning() {
        List<String> log = new ArrayList<>();
        try (Virtual virtual = new Virtual()) {
            virtual.run(async(() -> {
                EventLoop.current().callSoon(() -> {
                    throw fatal;
                });
                createTask(fails()).addDoneCallback(task -> log.add("done"));
                await(sleep(Duration.ofSeconds(1)));
                log.add("went on");
            }));
            assertThat(virtual.reported())
                    .anySatisfy(context -> assertThat(context.exception()).isSameAs(fatal));
        }
        assertThat(log).containsExactly("done", "went on");
    }

    @Test
    void isThrownByRunAndByBlock() {
        assertThatThrownBy(() -> run(fails())).isSameAs(fatal);
        assertThatThrownBy(() -> fails().block()).isSameAs(fatal);
    }
}
