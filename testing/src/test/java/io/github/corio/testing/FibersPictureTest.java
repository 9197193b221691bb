package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Coroutine;
import io.github.corio.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which thread each step of three bodies runs on, and what carries that thread, as a picture for the kind of fiber of this run. */
class FibersPictureTest {
    private static final int LEFT = 150;
    private static final int STEP = 62;
    private static final int LANE = 40;

    private static final String STYLE = """
            <style>
            svg { --card: #ffffff; --edge: #d0d7de; --ink: #1f2328; --dim: #59636e; --lane: #d0d7de; --run: #0969da; --on: #ffffff; --wake: #1a7f37; --under: #ddf4ff; }
            @media (prefers-color-scheme: dark) { svg { --card: #0d1117; --edge: #3d444d; --ink: #f0f6fc; --dim: #9198a1; --lane: #3d444d; --run: #1f6feb; --on: #f0f6fc; --wake: #3fb950; --under: #12233d; } }
            text { font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); }
            .title { font: 600 14px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; } .dim { fill: var(--dim); } .on { fill: var(--on); }
            .card { fill: var(--card); stroke: var(--edge); } .lane { stroke: var(--lane); } .run { fill: var(--run); } .under { fill: var(--under); }
            .baton { fill: none; stroke: var(--wake); stroke-width: 1.5; }
            </style>
            """;

    /** The text of a virtual thread names its carrier while it runs. */
    private record Step(String name, Thread thread, String text) {}

    private final List<Step> steps = new ArrayList<>();

    private void step(String name) {
        steps.add(new Step(name, Thread.currentThread(), Thread.currentThread().toString()));
    }

    private Coroutine<Void> body(String name) {
        return async(() -> {
            step(name + " 1");
            await(sleep(Duration.ZERO));
            step(name + " 2");
            await(sleep(Duration.ZERO));
            step(name + " 3");
        });
    }

    @Test
    void eachBodyHasAThreadOfItsOwn() throws IOException {
        run(async(() -> {
            step("main 1");
            Task<Void> a = createTask(body("a"));
            Task<Void> b = createTask(body("b"));
            await(a);
            await(b);
            step("main 2");
        }));
        assertThat(steps)
                .extracting(Step::name)
                .containsExactly("main 1", "a 1", "b 1", "a 2", "b 2", "a 3", "b 3", "main 2");
        String drawn = draw();
        Path file = Path.of("../docs/images/fibers-" + kind() + ".svg");
        if (Boolean.getBoolean("corio.docs.update")) {
            Files.writeString(file, drawn);
        }
        assertThat(drawn).isEqualTo(Files.readString(file));
    }

    private String kind() {
        String text = steps.get(0).text();
        return !text.startsWith("Virtual") ? "platform" : text.contains("corio-carrier") ? "carriers" : "virtual";
    }

    private String under() {
        return switch (kind()) {
            case "platform" -> "each is a thread of the operating system";
            case "virtual" -> "virtual threads, carried by any worker of the JDK's pool";
            default -> "virtual threads, carried by the loop's carrier, which mounts the next";
        };
    }

    private String draw() {
        Map<Thread, Integer> threads = new LinkedHashMap<>();
        steps.forEach(step -> threads.putIfAbsent(step.thread(), threads.size()));
        int width = LEFT + steps.size() * STEP + 20;
        int bottom = 52 + threads.size() * LANE;
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\" role=\"img\">",
                width,
                bottom + 62);
        String title = "Fibers of the kind " + kind() + ": three bodies on a loop, step by step";
        line(svg, "<title>%s</title>", title);
        svg.append(STYLE);
        line(
                svg,
                "<rect class=\"card\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"8\"/>",
                width - 1,
                bottom + 61);
        line(svg, "<text class=\"title\" x=\"20\" y=\"30\">%s</text>", title);
        threads.forEach((thread, lane) -> {
            int y = 52 + lane * LANE + 16;
            String of = steps.stream()
                    .filter(step -> step.thread() == thread)
                    .findFirst()
                    .orElseThrow()
                    .name();
            line(
                    svg,
                    "<text x=\"20\" y=\"%d\">thread %d: %s</text>",
                    y + 4,
                    lane + 1,
                    of.substring(0, of.indexOf(' ')));
            line(svg, "<line class=\"lane\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", LEFT, y, width - 20, y);
        });
        for (int i = 0; i < steps.size(); i++) {
            int x = LEFT + i * STEP;
            int y = 52 + threads.get(steps.get(i).thread()) * LANE;
            if (i > 0) {
                int before = 52 + threads.get(steps.get(i - 1).thread()) * LANE + 16;
                line(svg, "<path class=\"baton\" d=\"M%d %d L%d %d\"/>", x - 6, before, x + 2, y + 16);
            }
            line(
                    svg,
                    "<rect class=\"run\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"24\" rx=\"3\"/>",
                    x + 2,
                    y + 4,
                    STEP - 8);
            line(
                    svg,
                    "<text class=\"on\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x + 2 + (STEP - 8) / 2,
                    y + 20,
                    steps.get(i).name());
        }
        line(
                svg,
                "<rect class=\"under\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"24\" rx=\"3\"/>",
                LEFT,
                bottom + 4,
                width - 20 - LEFT);
        line(svg, "<text x=\"%d\" y=\"%d\">%s</text>", LEFT + 8, bottom + 20, under());
        line(
                svg,
                "<text class=\"dim\" x=\"20\" y=\"%d\">Steps in their order, not in time. A green line hands the loop over.</text>",
                bottom + 48);
        return svg.append("</svg>\n").toString();
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
