package io.github.corio.testing;

import io.github.corio.CoroutineAction;
import io.github.corio.loop.EventLoop;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.jupiter.api.function.Executable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/** Runs the methods of a {@link CoroutineTest} on a {@link TestLoop}, one for each invocation. */
final class CoroutineTestExtension
        implements TestTemplateInvocationContextProvider, InvocationInterceptor, ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(CoroutineTestExtension.class);
    private static final String SEED = "corio.testing.seed";
    private static final String TIMEOUT = "corio.testing.timeoutSeconds";
    private static final String PATIENCE = "corio.testing.patienceMillis";
    private static final String NO_REPLAY = "none";

    CoroutineTestExtension() {}

    // ---- invocations ----

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return !hasOtherTemplate(context.getRequiredTestMethod());
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        CoroutineTest test = annotation(context);
        Long wanted = wantedSeed(context, test);
        if (wanted != null) {
            return Stream.of(new Invocation(context.getDisplayName(), wanted));
        }
        return test.seeds() <= 0
                ? Stream.of(new Invocation(context.getDisplayName(), null))
                : LongStream.rangeClosed(1, test.seeds())
                        .mapToObj(seed -> new Invocation(context.getDisplayName(), seed));
    }

    private static @Nullable Long wantedSeed(ExtensionContext context, CoroutineTest test) {
        return context.getConfigurationParameter(SEED, Long::valueOf).orElse(test.seed() == 0 ? null : test.seed());
    }

    /** True beside {@code @ParameterizedTest}, {@code @RepeatedTest} and their like, which make the invocations. */
    private static boolean hasOtherTemplate(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type ->
                        type != CoroutineTest.class && !AnnotationSupport.isAnnotated(type, CoroutineTest.class))
                .anyMatch(type -> AnnotationSupport.isAnnotated(type, TestTemplate.class));
    }

    private static CoroutineTest annotation(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), CoroutineTest.class)
                .orElseThrow(() ->
                        new ExtensionConfigurationException(context.getRequiredTestMethod() + " is no @CoroutineTest"));
    }

    /** One run of a test, under a seed or none. */
    private record Invocation(String name, @Nullable Long seed) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return seed == null ? name : name + " seed " + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            Long chosen = seed;
            return chosen == null
                    ? List.of()
                    : List.of((BeforeEachCallback) context -> store(context).put(SEED, chosen));
        }
    }

    // ---- the loop of an invocation ----

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }

    /** What is kept in the store, which must not close the loop by itself. */
    private record Kept(TestLoop loop) {}

    private static TestLoop loop(ExtensionContext context) {
        return store(context)
                .getOrComputeIfAbsent(Kept.class, key -> new Kept(TestLoop.create(settings(context))), Kept.class)
                .loop();
    }

    private static TestSettings settings(ExtensionContext context) {
        CoroutineTest test = annotation(context);
        if (test.seeds() > 0 && hasOtherTemplate(context.getRequiredTestMethod())) {
            throw new ExtensionConfigurationException("@CoroutineTest(seeds = " + test.seeds() + ") on "
                    + context.getRequiredTestMethod() + ", whose invocations are made by another annotation:"
                    + " give one seed, or call VirtualTime.shuffle in the body of a plain test");
        }
        TestSettings settings = ReflectionSupport.newInstance(test.settings()).get();
        long seconds = test.timeoutSeconds() > 0 ? test.timeoutSeconds() : parameter(context, TIMEOUT);
        settings = seconds > 0 ? settings.withTimeout(Duration.ofSeconds(seconds)) : settings;
        long patience = test.patienceMillis() >= 0 ? test.patienceMillis() : parameter(context, PATIENCE);
        settings = patience >= 0 ? settings.withPatience(Duration.ofMillis(patience)) : settings;
        settings = test.start().isEmpty() ? settings : settings.startingAt(Instant.parse(test.start()));
        settings = test.zone().isEmpty() ? settings : settings.withZone(ZoneId.of(test.zone()));
        settings = test.chaos() ? settings.withChaos(true) : settings;
        Long seed = seed(context);
        settings = seed == null ? settings : settings.withSeed(seed);
        settings = test.allowLeakedTasks() ? settings.allowingLeakedTasks() : settings;
        return test.allowUnobservedErrors() ? settings.allowingUnobservedErrors() : settings;
    }

    private static long parameter(ExtensionContext context, String name) {
        return context.getConfigurationParameter(name, Long::valueOf).orElse(-1L);
    }

    private static @Nullable Long seed(ExtensionContext context) {
        Long ofInvocation = store(context).get(SEED, Long.class);
        return ofInvocation == null ? wantedSeed(context, annotation(context)) : ofInvocation;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Kept kept = store(context).remove(Kept.class, Kept.class);
        if (kept == null) {
            return;
        }
        Throwable failure = context.getExecutionException().orElse(null);
        if (failure != null) {
            kept.loop().closeAfter(failure);
        } else {
            noting(context, kept.loop()::close);
        }
    }

    // ---- its methods are coroutines ----

    @Override
    public void interceptTestTemplateMethod(
            InvocationInterceptor.Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        CoroutineTest test = annotation(context);
        if (!isExplored(test)) {
            InvocationInterceptor.Invocation<?> untyped = invocation; // Void is what JUnit says, not what it gives
            onLoop(() -> PublisherTests.awaitResult(method.getExecutable(), untyped.proceed()), context);
            return;
        }
        invocation.skip();
        Explorer explorer = Explorer.upTo(Math.max(1, test.explore()))
                .within(Duration.ofSeconds(test.exploreSeconds()))
                .with(settings(context));
        explorer = test.inOrder() ? explorer.inOrder() : explorer;
        ExploredTest explored = new ExploredTest(context, method.getExecutable(), method.getArguments());
        if (replays(test)) {
            explorer.replayRun(test.replay(), explored::run);
            return;
        }
        context.publishReportEntry(
                context.getDisplayName(), explorer.exploreRuns(explored::run).toString());
    }

    @Override
    public void interceptBeforeEachMethod(
            InvocationInterceptor.Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context) {
        onLoopUnlessExplored(invocation, context);
    }

    @Override
    public void interceptAfterEachMethod(
            InvocationInterceptor.Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context) {
        onLoopUnlessExplored(invocation, context);
    }

    private static boolean isExplored(CoroutineTest test) {
        return test.explore() > 0 || replays(test);
    }

    private static boolean replays(CoroutineTest test) {
        return !test.replay().equals(NO_REPLAY);
    }

    /** Each run of an exploration has lifecycle methods of its own. */
    private static void onLoopUnlessExplored(
            InvocationInterceptor.Invocation<@Nullable Void> invocation, ExtensionContext context) {
        if (isExplored(annotation(context))) {
            invocation.skip();
        } else {
            onLoop(invocation::proceed, context);
        }
    }

    private static void onLoop(Executable called, ExtensionContext context) {
        TestLoop loop = loop(context);
        CoroutineAction body = () -> {
            try {
                called.execute();
            } catch (Throwable e) {
                throw Raise.asIs(e);
            }
        };
        noting(context, () -> {
            if (loop.stuck()) { // in the test before: cleaning up is still worth a try
                runHere(body);
            } else {
                loop.runNext(body);
            }
        });
    }

    private static void runHere(CoroutineAction body) {
        try {
            body.run();
        } catch (Exception e) {
            throw Exceptions.propagate(e);
        }
    }

    /** Says under which seed a failure came. */
    private static void noting(ExtensionContext context, Runnable action) {
        try {
            action.run();
        } catch (Throwable failure) {
            Long seed = seed(context);
            if (seed != null) {
                Seed.note(failure, seed);
            }
            throw failure;
        }
    }

    // ---- parameters ----

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return view(type, context) != null
                && (type == TestLoop.class || !OtherResolvers.support(parameter, context, this));
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Supplier<Object> view = view(parameter.getParameter().getType(), context);
        if (view == null) {
            throw new IllegalStateException(parameter + " is not supported");
        }
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException(
                    "There is no " + parameter.getParameter().getType().getSimpleName()
                            + " for a constructor: each test has a loop of its own. Take it as a parameter of the test, or of a"
                            + " @BeforeEach or @AfterEach method");
        }
        return view.get();
    }

    private static @Nullable Supplier<Object> view(Class<?> type, ExtensionContext context) {
        return isView(type) ? () -> view(type, loop(context)) : null;
    }

    /** True for the types of parameters that show the time of the test. */
    static boolean isView(Class<?> type) {
        return type == TestLoop.class || type == EventLoop.class || type == Clock.class || type == Scheduler.class;
    }

    /** What a parameter of such a type gets. */
    static Object view(Class<?> type, TestLoop loop) {
        return type == TestLoop.class
                ? loop
                : type == EventLoop.class ? loop.loop() : type == Clock.class ? loop.clock() : loop.scheduler();
    }
}
