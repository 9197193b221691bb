package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstRunTest {
    @Test
    void aCoroutineSuspendsAndGoesOn() {
        StringBuilder log = new StringBuilder();
        String value = run(async(() -> {
            log.append("start ");
            await(sleep(Duration.ofMillis(10)));
            log.append("resumed");
            return "done";
        }));
        assertThat(value).isEqualTo("done");
        assertThat(log).hasToString("start resumed");
    }

    @Test
    void daysPassInVirtualTime() {
        List<String> log = new ArrayList<>();
        Virtual.runVirtually(() -> {
            Duration start = EventLoop.current().time();
            Task<Void> other = createTask(async(() -> {
                await(sleep(Duration.ofDays(2)));
                log.add("other after " + EventLoop.current().time().minus(start));
            }));
            await(sleep(Duration.ofDays(1)));
            log.add("main after " + EventLoop.current().time().minus(start));
            await(other);
        });
        assertThat(log).containsExactly("main after PT24H", "other after PT48H");
    }
}
