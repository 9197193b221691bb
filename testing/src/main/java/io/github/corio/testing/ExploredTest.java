package io.github.corio.testing;

import io.github.corio.CoroutineAction;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** A test method that is run many times, each time with an instance of its class of its own and with its lifecycle methods. */
final class ExploredTest {
    private final ExtensionContext context;
    private final Method method;
    private final List<?> arguments;

    ExploredTest(ExtensionContext context, Method method, List<?> arguments) {
        this.context = context;
        this.method = method;
        this.arguments = arguments;
    }

    /** One run. */
    void run(TestLoop loop) {
        List<Object> instances = newInstances();
        Throwable failure = null;
        try {
            for (Object instance : instances) {
                for (Method before : lifecycle(instance, BeforeEach.class, HierarchyTraversalMode.TOP_DOWN)) {
                    loop.runNext(() -> call(before, instance, loop, List.of()));
                }
            }
            Object innermost = instances.get(instances.size() - 1);
            loop.runNext(() -> call(method, innermost, loop, arguments));
        } catch (Throwable error) {
            failure = error;
        }
        for (int i = instances.size() - 1; i >= 0; i--) {
            Object instance = instances.get(i);
            for (Method after : lifecycle(instance, AfterEach.class, HierarchyTraversalMode.BOTTOM_UP)) {
                failure = cleanUp(() -> call(after, instance, loop, List.of()), loop, failure);
            }
        }
        if (failure != null) {
            throw Raise.asIs(failure);
        }
    }

    private static @Nullable Throwable cleanUp(CoroutineAction action, TestLoop loop, @Nullable Throwable failure) {
        if (loop.stuck()) {
            return failure;
        }
        try {
            loop.runNext(action);
            return failure;
        } catch (Throwable error) {
            if (failure == null) {
                return error;
            }
            failure.addSuppressed(error);
            return failure;
        }
    }

    /** Outermost first. */
    private List<Object> newInstances() {
        List<Object> present = context.getRequiredTestInstances().getAllInstances();
        if (context.getTestInstanceLifecycle().orElse(null) == TestInstance.Lifecycle.PER_CLASS) {
            return present;
        }
        List<Object> fresh = new ArrayList<>();
        for (Object instance : present) {
            try {
                fresh.add(
                        fresh.isEmpty()
                                ? ReflectionSupport.newInstance(instance.getClass())
                                : ReflectionSupport.newInstance(instance.getClass(), fresh.get(fresh.size() - 1)));
            } catch (RuntimeException e) {
                throw new ExtensionConfigurationException(
                        "Each run of an exploration has an instance of its own, and "
                                + instance.getClass().getName()
                                + " has no constructor without parameters. Explore in the body of a plain test: Explorer.upTo(...).explore(...)",
                        e);
            }
        }
        return fresh;
    }

    private static List<Method> lifecycle(
            Object instance, Class<? extends Annotation> annotation, HierarchyTraversalMode order) {
        return AnnotationSupport.findAnnotatedMethods(instance.getClass(), annotation, order);
    }

    private void call(Method called, Object instance, TestLoop loop, List<?> given) {
        Class<?>[] types = called.getParameterTypes();
        @Nullable Object[] values = new @Nullable Object[types.length];
        for (int i = 0; i < types.length; i++) {
            values[i] = CoroutineTestExtension.isView(types[i])
                    ? CoroutineTestExtension.view(types[i], loop)
                    : types[i] == TestInfo.class ? info() : i < given.size() ? given.get(i) : null;
        }
        PublisherTests.awaitResult(called, ReflectionSupport.invokeMethod(called, instance, values));
    }

    private TestInfo info() {
        return new TestInfo() {
            @Override
            public String getDisplayName() {
                return context.getDisplayName();
            }

            @Override
            public java.util.Set<String> getTags() {
                return context.getTags();
            }

            @Override
            public java.util.Optional<Class<?>> getTestClass() {
                return context.getTestClass();
            }

            @Override
            public java.util.Optional<Method> getTestMethod() {
                return context.getTestMethod();
            }
        };
    }
}
