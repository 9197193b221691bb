package io.github.corio.tck;

import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;

import java.time.Duration;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class TaskGroupTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        return taskGroup(group -> {
            group.createTask(sleep(Duration.ofMillis(2)));
            return 1;
        });
    }

    @Override
    protected Mono<Integer> empty() {
        return taskGroup(group -> null);
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return taskGroup(group -> {
            group.createTask(Mono.error(error));
            return 1;
        });
    }
}
