package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
}
