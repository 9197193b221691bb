package io.github.corio.examples;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Mistakes that the compiler finds, and its words. docs/troubleshooting.md shows these. */
final class CompilerTexts {
    private CompilerTexts() {}

    /** The code and the error. */
    static Map<String, Callable<String>> all() {
        Map<String, Callable<String>> texts = new LinkedHashMap<>();
        texts.put(
                "checked-exception",
                () -> compiled(
                        "",
                        "Mono<String> page(Mono<String> source) {",
                        "    return async(() -> {",
                        "        try {",
                        "            return await(source);",
                        "        } catch (java.io.IOException e) {",
                        "            return \"\";",
                        "        }",
                        "    });",
                        "}"));
        texts.put(
                "hidden-by-a-method",
                () -> compiled("implements Runnable", "public void run() {", "    run(async(() -> 1));", "}"));
        texts.put(
                "endless-body",
                () -> compiled(
                        "",
                        "io.github.corio.Coroutine<Void> work() {",
                        "    return async(() -> {",
                        "        while (true) {",
                        "            await(sleep(java.time.Duration.ofSeconds(1)));",
                        "        }",
                        "    }).named(\"worker\");",
                        "}"));
        texts.put(
                "not-void",
                () -> compiled(
                        "",
                        "Mono<Void> add(java.util.List<Integer> list) {",
                        "    return async(() -> list.add(1));",
                        "}"));
        texts.put(
                "await-of-a-flux",
                () -> compiled(
                        "", "Mono<Integer> first(Flux<Integer> flux) {", "    return async(() -> await(flux));", "}"));
        return texts;
    }

    private static String compiled(String heritage, String... lines) throws Exception {
        String body = String.join("\n", lines);
        String source = "import static io.github.corio.Asyncio.*; import reactor.core.publisher.*; class Example "
                + heritage + " {\n" + body + "\n}";
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        Path out = Files.createTempDirectory("corio-compiled");
        try {
            boolean done = javac.getTask(
                            new StringWriter(),
                            null,
                            found,
                            List.of("-cp", System.getProperty("java.class.path"), "-d", out.toString(), "-proc:none"),
                            null,
                            List.of(
                                    new SimpleJavaFileObject(
                                            URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
                                        @Override
                                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                                            return source;
                                        }
                                    }))
                    .call();
            if (done) {
                throw new AssertionError("it compiles: " + body);
            }
        } finally {
            Files.deleteIfExists(out);
        }
        String error = found.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .findFirst()
                .orElseThrow()
                .getMessage(Locale.ROOT)
                .lines()
                .limit(1)
                .toList()
                .get(0);
        return "```text\nerror: " + error + "\n```";
    }
}
