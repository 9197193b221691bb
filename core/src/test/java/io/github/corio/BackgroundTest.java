package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.currentContext;
import static io.github.corio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

class BackgroundTest {
    private static final Duration PLENTY = Duration.ofSeconds(60);

    private final Background background = new Background();

    @Test
    void outlivesTheRequestWithItsContext() throws Exception {
        Sinks.One<String> gate = Sinks.one();
        AtomicReference<String> written = new AtomicReference<>();
        Mono<String> request = async(() -> {
            Task<Void> unused = background.start(async(() -> {
                String text = await(gate.asMono());
                written.set(text + " for " + currentContext().get("user"));
            }));
            return "answer";
        });

        assertThat(run(request.contextWrite(Context.of("user", "ann")))).isEqualTo("answer");
        assertThat(background.tasks()).hasSize(1);
        assertThat(background.awaitEnd(Duration.ofMillis(1))).isFalse();
        gate.tryEmitValue("audit").orThrow();

        assertThat(background.awaitEnd(PLENTY)).isTrue();
        assertThat(written).hasValue("audit for ann");
        assertThat(background.tasks()).isEmpty();
    }

    @Test
    void isCancelledByTheClose() throws Exception {
        Task<Void> task = background.start(Mono.<Void>never());
        background.close();

        assertThat(background.awaitEnd(PLENTY)).isTrue();
        assertThat(task.isCancelled()).isTrue();
        assertThatThrownBy(() -> background.start(Mono.empty()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was closed");
    }

    @Test
    void isWaitedForAsLongAsItTakes() throws Exception {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        Task<Void> task = background.start(Asyncio.sleep(Duration.ofMillis(5)));
        assertThat(background.awaitEnd(forever)).isTrue();
        assertThat(task.isDone()).isTrue();
    }

    @Nested
    class OnASchedulerThatRunsItHere {
        private final AsyncContext here =
                AsyncContext.of(Context.of(EventLoop.SCHEDULER_KEY, Schedulers.fromExecutor(Runnable::run)));

        @Test
        void theWorkMayAskAndStartMore() throws Exception {
            List<String> log = new CopyOnWriteArrayList<>();
            Coroutine<Void> work = async(() -> {
                log.add(background.tasks().size() + " at work");
                Task<Void> unused = background.start(async(() -> {
                    log.add("more");
                }));
            });

            Thread caller = new Thread(() -> {
                try {
                    Task<Void> unused = here.run(() -> background.start(work));
                } catch (Exception e) {
                    log.add(e.toString());
                }
            });
            caller.setDaemon(true);
            caller.start();
            caller.join(PLENTY.toMillis());

            assertThat(caller.isAlive())
                    .as("waits for a lock that it has itself")
                    .isFalse();
            assertThat(background.awaitEnd(PLENTY)).isTrue();
            assertThat(log).containsExactly("1 at work", "more");
        }
    }
}
