package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** All of Corio once more, in a class loader whose class path lacks the library. */
class WithoutContextPropagationTest {
    private static final String LIBRARY = "io.micrometer.context.ContextRegistry";

    @Test
    void nothingOfItIsMissedOrLoaded() throws Exception {
        try (URLClassLoader without = classPathWithout("context-propagation")) {
            assertThat(without.getResource(LIBRARY.replace('.', '/') + ".class"))
                    .isNull();
            Class<?> program = without.loadClass(Program.class.getName());
            assertThat(program).isNotSameAs(Program.class);
            assertThat(program.getMethod("call")
                            .invoke(program.getDeclaredConstructor().newInstance()))
                    .isEqualTo("in, out, value, no provider");
        }
    }

    @Test
    void theProviderIsFoundWhereItIsThere() throws Exception {
        assertThat(new Program().call()).isEqualTo("in, out, value, provider");
    }

    private static URLClassLoader classPathWithout(String name) {
        URL[] urls = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains(name))
                .map(WithoutContextPropagationTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String entry) {
        try {
            return new File(entry).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Goes through every door at which ThreadLocals would be seen to. */
    public static final class Program implements Callable<String> {
        @Override
        public String call() throws Exception {
            Mono<String> in = From.nodeCallback(
                    (BiConsumer<@Nullable Throwable, @Nullable String> callback) -> callback.accept(null, "in"));
            String entered = run(async(() -> {
                await(sleep(Duration.ofMillis(1)));
                return await(in);
            }));
            String left = To.blocking(async(() -> "out"), Duration.ofSeconds(10));
            String stage = To.completableFuture(async(() -> "value")).get();
            return entered + ", " + left + ", " + stage + ", " + provider();
        }

        private static String provider() throws IOException {
            try {
                new ContextPropagationThreadLocals();
                return "provider";
            } catch (IllegalStateException refused) {
                return "no provider";
            }
        }
    }
}
