package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** README's callback, with a client whose thread ends of whatever a callback throws. */
class CallbackSnippetsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private final CompletableFuture<BiConsumer<? super String, ? super Throwable>> asked = new CompletableFuture<>();

    private final Snippets.CallbackClient client = new Snippets.CallbackClient() {
        @Override
        public void get(String key, BiConsumer<? super String, ? super Throwable> whenDone) {
            asked.complete(whenDone);
        }

        @Override
        public CompletableFuture<String> getLater(String key) {
            return CompletableFuture.completedFuture(key);
        }
    };

    @Test
    void givesTheValueOrTheError() {
        CompletableFuture<String> value = Snippets.lookUp(client, "key").toFuture();
        asked.join().accept("value", null);
        assertThat(value.join()).isEqualTo("value");
        assertThatThrownBy(() -> Snippets.lookUp(
                                new Snippets.CallbackClient() {
                                    @Override
                                    public void get(
                                            String key, BiConsumer<? super String, ? super Throwable> whenDone) {
                                        whenDone.accept(null, new IOException("no"));
                                    }

                                    @Override
                                    public CompletableFuture<String> getLater(String key) {
                                        return CompletableFuture.completedFuture(key);
                                    }
                                },
                                "key")
                        .block(SOON))
                .hasRootCauseMessage("no");
    }

    @Test
    void survivesACallbackThatComesLateAndTwice() {
        Disposable waiting = Snippets.lookUp(client, "key").subscribe();
        BiConsumer<? super String, ? super Throwable> late = asked.join();
        waiting.dispose();
        late.accept("late", null);
        late.accept(null, new IOException("late"));
    }
}
