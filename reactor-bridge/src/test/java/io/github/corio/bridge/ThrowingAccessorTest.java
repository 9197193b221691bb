package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.AsyncFuture;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.Handle;
import io.github.corio.loop.ThreadLocalPropagator;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.util.context.Context;

/** A ThreadLocalAccessor is foreign code: whatever it throws, all others are as they were, and the error comes to the engine. */
class ThrowingAccessorTest {
    private static final int ACCESSORS = 5;
    private static final int THROWING = 2;

    private enum Call {
        GET,
        SET,
        CLEAR,
        RESTORE,
        RESTORE_TO_NOTHING
    }

    private final ContextPropagationThreadLocals threadLocals = new ContextPropagationThreadLocals();
    private final List<Local> locals = new ArrayList<>();
    private Context context = Context.empty();

    @BeforeEach
    void register() {
        for (int i = 0; i < ACCESSORS; i++) {
            Local local = new Local("ThrowingAccessorTest" + i);
            locals.add(local);
            ContextRegistry.getInstance().registerThreadLocalAccessor(local);
            context = context.put(local.key, "wanted");
        }
    }

    @AfterEach
    void unregister() {
        locals.forEach(local -> ContextRegistry.getInstance().removeThreadLocalAccessor(local.key));
    }

    private void everyLocalHad(String before) {
        assertThat(locals).allSatisfy(local -> assertThat(local.value).isEqualTo(before));
    }

    private void begin(String before) {
        locals.forEach(local -> local.value = before);
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"GET", "SET", "CLEAR"})
    void whileBeingSetUndoesTheOthers(Call call) {
        for (Throwable thrown : ClientTableTest.Property.thrown()) {
            begin("before");
            locals.get(THROWING).throwing(call, thrown);
            Context wanted = call == Call.CLEAR ? context.delete(locals.get(THROWING).key) : context;
            assertThat(catchThrowable(() -> threadLocals.open(wanted))).isSameAs(thrown);
            everyLocalHad("before");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"RESTORE", "RESTORE_TO_NOTHING"})
    void whileBeingPutBackPutsBackTheOthers(Call call) {
        String before = call == Call.RESTORE ? "before" : null;
        for (Throwable thrown : ClientTableTest.Property.thrown()) {
            begin(before);
            locals.forEach(local -> local.failing = null);
            ThreadLocalPropagator.Scope scope = threadLocals.open(context);
            everyLocalHad("wanted");
            locals.get(THROWING).throwing(call, thrown);
            IllegalStateException another = new IllegalStateException("another");
            locals.get(THROWING + 1).throwing(call, another); // put back before it
            assertThat(catchThrowable(scope::close)).isSameAs(another).hasSuppressedException(thrown);
            for (int i = 0; i < ACCESSORS; i++) {
                assertThat(locals.get(i).value).isEqualTo(i == THROWING || i == THROWING + 1 ? "wanted" : before);
            }
        }
    }

    @Test
    void thatThrowsNothingIsPutBack() {
        begin("before");
        ThreadLocalPropagator.Scope scope = threadLocals.open(context);
        everyLocalHad("wanted");
        scope.close();
        everyLocalHad("before");
    }

    private static Runnable inInitializer = () -> {};

    private static final class Initializer {
        static {
            inInitializer.run();
        }

        static void initialize() {}
    }

    /** A fiber may not be able to leave a class initializer: what was to run in place of the body stays next. */
    @Test
    void inABodyThatCannotSuspendLosesNoCallback() {
        Local local = locals.get(THROWING);
        run(async(() -> {
                    AsyncFuture<Void> called = new AsyncFuture<>();
                    inInitializer = () -> {
                        Handle unused = EventLoop.current().callSoon(() -> called.setResult(null), Context.empty());
                        local.throwing(Call.SET, new IllegalStateException("on purpose"));
                        assertThat(catchThrowable(() -> await(sleep(Duration.ofMillis(1)))))
                                .hasMessage("on purpose");
                        local.failing = null;
                    };
                    Initializer.initialize();
                    await(waitFor(called, Duration.ofSeconds(30)));
                })
                .contextWrite(context));
    }

    /** A ThreadLocal of one thread, as it were. */
    private static final class Local implements ThreadLocalAccessor<String> {
        final String key;

        @Nullable
        String value;

        @Nullable
        Call failing;

        Throwable thrown = new AssertionError();

        Local(String key) {
            this.key = key;
        }

        void throwing(Call call, Throwable error) {
            failing = call;
            thrown = error;
        }

        private void enter(Call call) {
            if (failing == call) {
                ClientTableTest.Property.<RuntimeException>sneak(thrown);
            }
        }

        @Override
        public Object key() {
            return key;
        }

        @Override
        public String getValue() {
            enter(Call.GET);
            return value;
        }

        @Override
        public void setValue(String wanted) {
            value = wanted; // and then it throws
            enter(Call.SET);
        }

        @Override
        public void setValue() {
            enter(Call.CLEAR);
            value = null;
        }

        @Override
        public void restore(String before) {
            enter(Call.RESTORE);
            value = before;
        }

        @Override
        public void restore() {
            enter(Call.RESTORE_TO_NOTHING);
            value = null;
        }
    }
}
