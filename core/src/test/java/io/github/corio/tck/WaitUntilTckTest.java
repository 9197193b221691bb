package io.github.corio.tck;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitTasks;

import io.github.corio.ReturnWhen;
import io.github.corio.Task;
import io.github.corio.WaitResult;
import java.time.Duration;
import java.util.List;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class WaitUntilTckTest extends MonoPublisherVerification<WaitResult<Task<Integer>>> {
    private Task<Integer> task() {
        return async(() -> await(sleep(Duration.ofMillis(2), 1))).on(loop).start();
    }

    @Override
    protected Mono<WaitResult<Task<Integer>>> withValue() {
        return waitTasks(List.of(task()), ReturnWhen.ALL_COMPLETED);
    }

    /** It is never empty and never fails. */
    @Override
    protected Mono<WaitResult<Task<Integer>>> empty() {
        return withValue().then(Mono.empty());
    }

    @Override
    protected Mono<WaitResult<Task<Integer>>> failing(RuntimeException error) {
        return withValue().then(Mono.error(error));
    }
}
