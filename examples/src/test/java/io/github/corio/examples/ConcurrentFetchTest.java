package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConcurrentFetchTest {
    @Test
    void theWholeTakesAsLongAsTheSlowestAndAFailureNamesTheService() throws Exception {
        List<String> lines = Output.of(ConcurrentFetch::main);

        long inventory = Output.number(line(lines, "inventory |"), "ms");
        long prices = Output.number(line(lines, "prices    |"), "ms");
        long reviews = Output.number(line(lines, "reviews   |"), "ms");
        long total = Output.number(line(lines, "total "), "ms");
        assertThat(inventory).isGreaterThanOrEqualTo(400);
        assertThat(prices).isGreaterThanOrEqualTo(200);
        assertThat(reviews).isGreaterThanOrEqualTo(600);
        assertThat(total).isBetween(reviews, inventory + prices + reviews - 1);

        String failure = line(lines, "failed after ");
        assertThat(failure).endsWith("prices answered 503 Service Unavailable");
        assertThat(line(lines, "inventory went on")).contains("answered after");
        assertThat(Output.number(line(lines, "reviews went on"), "ms"))
                .isGreaterThanOrEqualTo(Output.number(failure, "ms"));
    }

    private static String line(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.strip().startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line starts with " + start + " in " + lines));
    }
}
