package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CrawlerTest {
    @Test
    void everyPageIsVisitedOnceAtTheRateThatIsAllowedAndTheProducerIsNeverFarAhead() throws Exception {
        List<String> lines = Output.of(Crawler::main);

        List<String> progress =
                lines.stream().filter(line -> line.startsWith("  |")).toList();
        assertThat(progress).hasSize(24);
        for (int i = 0; i < 24; i++) {
            assertThat(Output.number(progress.get(i), "of 24")).isEqualTo(i + 1);
            assertThat(Output.number(progress.get(i), "queued")).isBetween(0L, 4L);
        }
        String end = lines.get(lines.size() - 1);
        assertThat(end).contains(": 16 fetched, 8 broken; the queue held at most 4 of 24");
        // Five times four requests have begun, and a tenth of a second has passed after each, before the last four.
        assertThat(Output.number(end, "ms")).isGreaterThanOrEqualTo(500);
    }
}
