package io.github.corio.shop;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Debian's Chromium without a screen, spoken to by the protocol of its developer tools. */
final class Chromium implements AutoCloseable {
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final Pattern SOCKET = Pattern.compile("\"webSocketDebuggerUrl\": *\"([^\"]+/page/[^\"]+)\"");

    private final Process process;
    private final WebSocket socket;
    private final BlockingQueue<String> answers;
    private int last;

    private Chromium(Process process, WebSocket socket, BlockingQueue<String> answers) {
        this.process = process;
        this.socket = socket;
        this.answers = answers;
    }

    private static Optional<Path> place() {
        return PLACES.stream().filter(Files::isExecutable).findFirst();
    }

    static boolean isInstalled() {
        return place().isPresent();
    }

    static Chromium open(String page, Path profile) throws Exception {
        Process process = new ProcessBuilder(
                        place().orElseThrow().toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--window-size=1280,900",
                        "--user-data-dir=" + profile,
                        page)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            HttpClient http = HttpClient.newHttpClient();
            String address = target(http, listening(process));
            Answers answers = new Answers();
            WebSocket socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create(address), answers)
                    .get(60, TimeUnit.SECONDS);
            return new Chromium(process, socket, answers.whole);
        } catch (Exception | Error e) {
            kill(process);
            throw e;
        }
    }

    private static String listening(Process process) throws IOException {
        BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher found = LISTENING.matcher(line);
            if (found.find()) {
                Thread rest = new Thread(() -> lines.lines().forEach(unread -> {}), "chromium-errors");
                rest.setDaemon(true);
                rest.start();
                return found.group(1);
            }
        }
        throw new IOException("Chromium has ended");
    }

    /** The page's own socket, which may be there a little later than the browser's. */
    private static String target(HttpClient http, String host) throws Exception {
        HttpRequest list = HttpRequest.newBuilder(URI.create("http://" + host + "/json/list"))
                .build();
        while (true) {
            Matcher found = SOCKET.matcher(
                    http.send(list, HttpResponse.BodyHandlers.ofString()).body());
            if (found.find()) {
                return found.group(1);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Puts together what comes in parts. */
    private static final class Answers implements WebSocket.Listener {
        private final BlockingQueue<String> whole = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean end) {
            part.append(text);
            if (end) {
                whole.add(part.toString());
                part.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    /** Waits until an expression of the page is true. */
    void waitUntil(String expression) throws Exception {
        String promise = "new Promise(done => { const look = () => { try { if (" + expression
                + ") return done('true'); } catch (e) {} setTimeout(look, 50); }; look(); })";
        evaluate(promise, "\"value\":\"true\"");
    }

    /** Lets the page do something. */
    void run(String expression) throws Exception {
        evaluate(expression + "; 'done'", "\"value\":\"done\"");
    }

    private void evaluate(String expression, String wanted) throws Exception {
        String id = "\"id\":" + ++last + ",";
        Object unused = socket.sendText(
                        "{" + id + "\"method\":\"Runtime.evaluate\",\"params\":{\"awaitPromise\":true,\"expression\":\""
                                + expression.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}}",
                        true)
                .get(60, TimeUnit.SECONDS);
        String answer;
        do {
            answer = answers.poll(60, TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("The page does not come to " + expression);
            }
        } while (!answer.contains(id));
        if (!answer.contains(wanted)) {
            throw new AssertionError(answer);
        }
    }

    @Override
    public void close() throws Exception {
        socket.abort();
        kill(process);
    }

    private static void kill(Process process) throws InterruptedException {
        try (Stream<ProcessHandle> children = process.descendants()) {
            children.forEach(ProcessHandle::destroyForcibly);
        }
        process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
    }
}
