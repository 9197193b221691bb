package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.corio.AsyncFuture;
import io.github.corio.CancelledError;
import io.github.corio.Coroutine;
import io.github.corio.CoroutineAction;
import io.github.corio.ExceptionGroup;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.sync.AsyncLock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A run as a picture, and as a file for Perfetto. */
class TimelineTest {
    private static Coroutine<String> fetch(String name, int millis) {
        return async(() -> {
                    await(sleep(Duration.ofMillis(millis)));
                    return name;
                })
                .named(name);
    }

    private static Coroutine<Void> named(String name, CoroutineAction body) {
        return async(body).named(name);
    }

    @Nested
    @DisplayName("the pictures of the documentation are drawn from these runs")
    class Pictures {
        @Test
        void aGather() throws IOException {
            compare("gather", "gather(users, orders, prices)", named("page", () -> {
                await(sleep(Duration.ofMillis(20)));
                Object unused = await(gather(fetch("users", 60), fetch("orders", 140), fetch("prices", 90)));
                await(sleep(Duration.ofMillis(30)));
            }));
        }

        @Test
        void nestedTimeLimits() throws IOException {
            compare("time-limits", "A limit of 300 ms around one of 100 ms", named("report", () -> {
                await(timeout(Duration.ofMillis(300), limit -> {
                    Task<Void> cache = createTask(named("cache", () -> await(sleep(Duration.ofSeconds(10)))));
                    Throwable late = catchThrowable(() -> await(waitFor(cache, Duration.ofMillis(100))));
                    assertThat(late).isInstanceOf(TimeoutException.class);
                    String fresh = await(createTask(fetch("database", 120)));
                    assertThat(fresh).isEqualTo("database");
                }));
            }));
        }

        @Test
        void aGroupThatFails() throws IOException {
            compare("group", "One of a group fails, and the others are cancelled", named("import", () -> {
                Throwable failure = catchThrowable(() -> await(taskGroup(group -> {
                    Task<String> first = group.createTask(fetch("part 1", 60));
                    Task<Void> second = group.createTask(named("part 2", () -> {
                        await(sleep(Duration.ofMillis(110)));
                        throw new IllegalStateException("broken");
                    }));
                    Task<Void> third = group.createTask(named("part 3", () -> {
                        try {
                            await(sleep(Duration.ofSeconds(10)));
                        } finally {
                            await(sleep(Duration.ofMillis(40))); // cleans up
                        }
                    }));
                    assertThat(List.of(first, second, third)).hasSize(3);
                })));
                assertThat(failure).isInstanceOf(ExceptionGroup.class);
            }));
        }

        @Test
        void aCancelledRequest() throws IOException {
            compare("cancelled-request", "The client has left: its request is cancelled", named("server", () -> {
                AsyncLock lock = new AsyncLock();
                Task<Void> request = createTask(named(
                        "request",
                        () -> await(gather(
                                named("writes", () -> {
                                    try (var held = await(lock.acquire())) {
                                        await(sleep(Duration.ofMillis(200)));
                                    }
                                }),
                                named("waits", () -> {
                                    try (var held = await(lock.acquire())) {
                                        await(sleep(Duration.ofMillis(200)));
                                    }
                                })))));
                Task<Void> other = createTask(named("another request", () -> {
                    await(sleep(Duration.ofMillis(50)));
                    try (var held = await(lock.acquire())) {
                        await(sleep(Duration.ofMillis(60)));
                    }
                }));
                await(sleep(Duration.ofMillis(120)));
                request.cancel();
                await(other);
            }));
        }

        private void compare(String file, String title, Coroutine<Void> main) throws IOException {
            Timeline timeline = Timeline.of(main);
            String drawn = timeline.toSvg(title);
            Path path = Path.of("../docs/images/timeline-" + file + ".svg");
            if (Boolean.getBoolean("corio.docs.update")) {
                Files.writeString(path, drawn);
            }
            requireNoOverlaps(drawn);
            requireTraceEvents(timeline.toTraceEvents());
            assertThat(drawn).isEqualTo(Files.readString(path));
        }
    }

    @Nested
    class AnyRun {
        @Test
        @DisplayName("names of the application are escaped, shortened, and harmless")
        void hostileNames() {
            Timeline timeline = Timeline.of(named(
                    "</text><script>alert(\"1\")</script> & \u0000 \uD800 'x'",
                    () -> await(gather(
                            fetch(
                                    "\u6771\u4eac\u6771\u4eac\u6771\u4eac\u6771\u4eac\u6771\u4eac\u6771\u4eac\u6771\u4eac",
                                    5),
                            fetch("a".repeat(1000), 6),
                            fetch("\"\\\n\u2028", 7)))));
            String svg = timeline.toSvg("<&>");
            Document parsed = requireNoOverlaps(svg);
            assertThat(parsed.getElementsByTagName("script").getLength()).isZero();
            assertThat(texts(parsed))
                    .anyMatch(text -> text.startsWith("</text><script>"))
                    .contains("<&>");
            requireTraceEvents(timeline.toTraceEvents());
        }

        @Test
        @DisplayName("of very many tasks the first 200 are drawn, and the trace has all")
        void manyTasks() {
            Timeline timeline = Timeline.of(named("main", () -> {
                List<Coroutine<String>> all = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    all.add(fetch("fetch " + i, i % 7));
                }
                Object unused = await(gather(all));
            }));
            assertThat(texts(requireNoOverlaps(timeline.toSvg("many")))).contains("and 301 tasks more");
            assertThat(requireTraceEvents(timeline.toTraceEvents())).isEqualTo(501);
        }

        @Test
        @DisplayName("a run in real time, with what is still running")
        void inRealTime() {
            try (EventLoop loop = EventLoop.create();
                    Timeline timeline = Timeline.record(loop)) {
                run(
                        named("main", () -> {
                            Task<Void> running = createTask(named("running", () -> await(new AsyncFuture<Void>())));
                            await(sleep(Duration.ofMillis(2)));
                            assertThat(texts(requireNoOverlaps(timeline.toSvg("now"))))
                                    .contains("not done");
                            requireTraceEvents(timeline.toTraceEvents());
                            running.cancel();
                            assertThat(catchThrowable(() -> await(running))).isInstanceOf(CancelledError.class);
                        }),
                        loop);
                assertThat(texts(requireNoOverlaps(timeline.toSvg("then"))))
                        .contains("cancelled")
                        .doesNotContain("not done");
            }
        }

        @Test
        void nothingIsSeenOfOtherLoopsNorAfterItsEnd() {
            try (EventLoop loop = EventLoop.create()) {
                Timeline timeline = Timeline.record(loop);
                run(fetch("elsewhere", 1));
                timeline.close();
                run(fetch("later", 1), loop);
                assertThat(texts(requireNoOverlaps(timeline.toSvg("empty")))).doesNotContain("elsewhere", "later");
            }
        }
    }

    // ---- what an SVG has to be ----

    private static Document requireNoOverlaps(String svg) {
        Document document = parsed(svg);
        NodeList all = document.getElementsByTagName("text");
        List<double[]> boxes = new ArrayList<>();
        for (int i = 0; i < all.getLength(); i++) {
            Element text = (Element) all.item(i);
            double width = text.getTextContent()
                            .codePoints()
                            .mapToDouble(c -> c >= 0x1100 ? 13.4 : 6.7)
                            .sum()
                    * (text.getAttribute("class").equals("title") ? 1.3 : 1);
            double left = Double.parseDouble(text.getAttribute("x"))
                    - (text.getAttribute("text-anchor").equals("middle") ? width / 2 : 0);
            double bottom = Double.parseDouble(text.getAttribute("y"));
            boxes.add(new double[] {left, left + width, bottom - 11, bottom});
        }
        for (int i = 0; i < boxes.size(); i++) {
            double[] a = boxes.get(i);
            for (double[] b : boxes.subList(i + 1, boxes.size())) {
                boolean apart = a[1] <= b[0] || b[1] <= a[0] || a[3] <= b[2] || b[3] <= a[2];
                assertThat(apart).as(all.item(i).getTextContent() + " overlaps").isTrue();
            }
            assertThat(a[1]).as(all.item(i).getTextContent()).isLessThanOrEqualTo(960);
        }
        return document;
    }

    private static Document parsed(String svg) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        } catch (Exception e) {
            throw new AssertionError(svg, e);
        }
    }

    private static List<String> texts(Document document) {
        List<String> texts = new ArrayList<>();
        NodeList all = document.getElementsByTagName("text");
        for (int i = 0; i < all.getLength(); i++) {
            texts.add(all.item(i).getTextContent());
        }
        return texts;
    }

    // ---- what a Trace Event file has to be ----

    /** Gives the number of tasks. */
    private static int requireTraceEvents(String json) {
        JsonNode events = parsedJson(json).required("traceEvents");
        Map<String, Deque<JsonNode>> open = new HashMap<>();
        Map<String, Double> times = new HashMap<>();
        Map<Long, JsonNode> flows = new HashMap<>();
        int tasks = 0;
        for (JsonNode event : events) {
            String phase = event.required("ph").asText();
            String thread =
                    event.required("pid").asInt() + "/" + event.required("tid").asLong();
            if (!phase.equals("M")) {
                assertThat(event.required("ts").isNumber()).isTrue();
                assertThat(event.required("ts").asDouble()).isNotNegative();
            }
            switch (phase) {
                case "M" -> assertThat(event.required("args").size()).isEqualTo(1);
                case "B" -> {
                    assertThat(event.required("name").asText()).isNotNull();
                    assertThat(event.required("cat").asText()).isIn("task", "run", "wait");
                    tasks += event.required("cat").asText().equals("task") ? 1 : 0;
                    open.computeIfAbsent(thread, key -> new ArrayDeque<>()).push(event);
                }
                case "E" -> {
                    JsonNode begin = open.get(thread).pop();
                    assertThat(event.get("ts").asDouble())
                            .isGreaterThanOrEqualTo(begin.get("ts").asDouble());
                }
                case "s" ->
                    assertThat(flows.put(event.required("id").asLong(), event)).isNull();
                case "f" -> {
                    JsonNode start = flows.remove(event.required("id").asLong());
                    assertThat(start).isNotNull();
                    assertThat(start.get("name")).isEqualTo(event.get("name"));
                    assertThat(event.get("ts").asDouble())
                            .isGreaterThanOrEqualTo(start.get("ts").asDouble());
                }
                default -> throw new AssertionError("an unknown phase: " + event);
            }
            if (phase.equals("B") || phase.equals("E")) {
                Double before = times.put(thread, event.get("ts").asDouble());
                assertThat(before == null || before <= event.get("ts").asDouble())
                        .isTrue();
            }
        }
        assertThat(open.values()).allMatch(Deque::isEmpty);
        assertThat(flows).isEmpty();
        return tasks;
    }

    private static JsonNode parsedJson(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
