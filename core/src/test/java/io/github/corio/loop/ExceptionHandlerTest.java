package io.github.corio.loop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.corio.AsyncFuture;
import io.github.corio.CancelledError;
import io.github.corio.ContextVar;
import io.github.corio.Virtual;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ExceptionHandlerTest {
    private static final ContextVar<String> VARIABLE = ContextVar.of("variable", "default");

    private final Logger logger = (Logger) LoggerFactory.getLogger(EventLoop.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Virtual virtual = new Virtual();
    private final EventLoop loop = virtual.loop();
    private final List<Object> told = new ArrayList<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
        logger.setAdditive(false);
    }

    @AfterEach
    void close() {
        virtual.close();
        logger.detachAppender(logged);
        logger.setAdditive(true);
    }

    private void failInACallback() {
        loop.callSoon(() -> {
            throw new IllegalArgumentException("in a callback");
        });
        virtual.advance(Duration.ZERO);
    }

    @Nested
    class Default {
        @Test
        @DisplayName("EXCH-03 a failed task nobody looked at is logged as never retrieved")
        void aFailedTask() {
            loop.setExceptionHandler(null);
            virtual.run(async(() -> {
                createTask(async(() -> {
                            throw new IllegalArgumentException("unseen");
                        }))
                        .setName("forgotten");
                await(sleep(Duration.ZERO));
            }));
            loop.close();
            assertThat(logged.list).singleElement().satisfies(event -> {
                assertThat(event.getFormattedMessage())
                        .contains("Task exception was never retrieved")
                        .contains("forgotten");
                assertThat(event.getThrowableProxy().getMessage()).isEqualTo("unseen");
            });
        }

        @Test
        @DisplayName("EXCH-03 the failure of a task that was awaited is not logged")
        void aFailedTaskThatWasAwaited() {
            loop.setExceptionHandler(null);
            virtual.run(async(() -> {
                try {
                    await(createTask(async(() -> {
                        throw new IllegalArgumentException("seen");
                    })));
                } catch (IllegalArgumentException e) {
                    told.add(e.getMessage());
                }
            }));
            loop.close();
            assertThat(told).containsExactly("seen");
            assertThat(logged.list).isEmpty();
        }

        @Test
        @DisplayName("a CancelledError out of a callback, or of a timer, is an error as any other")
        void aCancelledCallback() {
            loop.setExceptionHandler(null);
            AsyncFuture<String> future = new AsyncFuture<>(loop);
            future.addDoneCallback(AsyncFuture::result);
            future.cancel("of the future");
            loop.callLater(Duration.ofSeconds(1), () -> {
                throw new CancelledError("of a timer");
            });
            virtual.advance(Duration.ofSeconds(1));
            assertThat(logged.list)
                    .allSatisfy(event -> assertThat(event.getFormattedMessage()).contains("Exception in callback"))
                    .extracting(event -> event.getThrowableProxy().getMessage())
                    .containsExactly("of the future", "of a timer");
        }
    }

    @Nested
    class Broken {
        @Test
        @DisplayName("EXCH-06 an error of the handler goes to the default one, and the loop survives")
        void aBrokenHandler() {
            loop.setExceptionHandler((on, context) -> {
                throw new IllegalStateException("broken handler");
            });
            failInACallback();
            assertThat(logged.list).singleElement().satisfies(event -> {
                assertThat(event.getFormattedMessage())
                        .contains("Unhandled error in exception handler")
                        .contains("in a callback");
                assertThat(event.getThrowableProxy().getMessage()).isEqualTo("broken handler");
            });
            loop.callSoon(() -> told.add("survived"));
            virtual.advance(Duration.ZERO);
            assertThat(told).containsExactly("survived");
        }

        @Test
        @DisplayName("EXCH-07 if the default one fails too, the last resort is the standard error stream")
        void theDefaultBreaksToo() {
            List<Object> seen = new ArrayList<>();
            Object unprintable = new Object() {
                @Override
                public String toString() {
                    seen.add("the default handler got the original context");
                    throw new IllegalStateException("unprintable");
                }
            };
            loop.setExceptionHandler((on, context) -> {
                throw new IllegalStateException("broken handler");
            });
            PrintStream before = System.err;
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
            try {
                loop.callExceptionHandler(new ExceptionContext("original", null, unprintable));
            } finally {
                System.setErr(before);
            }
            assertThat(seen).isNotEmpty();
            assertThat(logged.list).isEmpty();
            assertThat(written.toString(StandardCharsets.UTF_8))
                    .contains("the exception handler failed")
                    .contains("unprintable");
        }

        @Test
        @DisplayName("EXCH-06 a handler that is set back to null is the default again")
        void setBack() {
            assertThat(loop.getExceptionHandler()).isNotNull();
            loop.setExceptionHandler(null);
            assertThat(loop.getExceptionHandler()).isNull();
            failInACallback();
            assertThat(logged.list).hasSize(1);
            assertThat(virtual.reported()).isEmpty();
        }
    }

    @Nested
    class ItsContext {
        @BeforeEach
        void readTheVariable() {
            loop.setExceptionHandler((on, context) -> told.add(VARIABLE.get()));
        }

        @Test
        @DisplayName("EXCH-08 a task that sets a variable and fails unseen: the handler sees the value")
        void ofTheTask() {
            virtual.run(async(() -> {
                createTask(async(() -> {
                    VARIABLE.set("of the task");
                    throw new IllegalArgumentException("unseen");
                }));
                await(sleep(Duration.ZERO));
            }));
            loop.close();
            assertThat(told).containsExactly("of the task");
        }

        @Test
        @DisplayName("EXCH-09 a callback that sets a variable and fails: the handler sees the value")
        void ofTheCallback() {
            loop.callSoon(() -> {
                VARIABLE.set("of the callback");
                throw new IllegalArgumentException("x");
            });
            virtual.advance(Duration.ZERO);
            assertThat(told).containsExactly("of the callback");
        }
    }

    @Nested
    class SlowCallbacks {
        private void hold() {
            long end = System.nanoTime() + Duration.ofMillis(120).toNanos();
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }

        @Test
        @DisplayName("in debug mode who holds the loop for long is named: a task by its name, a callback as a handle")
        void named() {
            loop.setDebug(true);
            virtual.run(async(() -> {
                await(createTask(async(this::hold), "hog"));
            }));
            assertThat(logged.list)
                    .anySatisfy(event -> assertThat(event.getFormattedMessage())
                            .startsWith("Executing Task[hog")
                            .containsPattern("took \\d{3,} ms"));
            logged.list.clear();
            loop.callSoon(this::hold);
            virtual.advance(Duration.ZERO);
            assertThat(logged.list)
                    .anySatisfy(event -> assertThat(event.getFormattedMessage())
                            .startsWith("Executing ")
                            .contains("Callback["));
        }

        @Test
        @DisplayName("otherwise nobody looks")
        void notInDebugMode() {
            loop.setDebug(false);
            loop.callSoon(this::hold);
            virtual.advance(Duration.ZERO);
            assertThat(logged.list).isEmpty();
        }
    }
}
