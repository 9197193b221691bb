package io.github.corio.testing;

import static io.github.corio.Asyncio.await;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ModifierSupport;
import org.junit.platform.commons.support.ReflectionSupport;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The tests that return what is to be awaited. */
final class PublisherTests {
    private PublisherTests() {}

    /** True for a {@link CoroutineTest} that returns something to be awaited. */
    static boolean isOne(Method method) {
        return AnnotationSupport.isAnnotated(method, CoroutineTest.class)
                && returnsAwaitable(method)
                && (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.ABSTRACT)) == 0;
    }

    static boolean returnsAwaitable(Method method) {
        return Publisher.class.isAssignableFrom(method.getReturnType())
                || CompletionStage.class.isAssignableFrom(method.getReturnType());
    }

    /** Awaits what such a test has returned. */
    static void awaitResult(Method method, @Nullable Object result) {
        if (!returnsAwaitable(method)) {
            return;
        }
        if (result instanceof Publisher<?> publisher) {
            Object unused = await(
                    publisher instanceof Mono<?> mono
                            ? mono
                            : Flux.from(publisher).then());
        } else if (result instanceof CompletionStage<?> stage) {
            Object unused = await(stage);
        } else {
            throw new AssertionError(method
                    + " has returned null, or its value is lost: JUnit does not hand it on through an InvocationInterceptor"
                    + " that is registered behind @CoroutineTest. Register that on the class");
        }
    }

    /** What Jupiter calls a method in an identifier. */
    static String id(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    static List<Method> of(@Nullable Class<?> type) {
        return type == null
                ? List.of()
                : ReflectionSupport.findMethods(type, PublisherTests::isOne, HierarchyTraversalMode.TOP_DOWN);
    }

    /** True if a class that can be made has some, or one nested in it. */
    static boolean areIn(Class<?> type) {
        return !ModifierSupport.isAbstract(type)
                && !type.isAnonymousClass()
                && !type.isLocalClass()
                && (ModifierSupport.isStatic(type) || !type.isMemberClass() || isNested(type))
                && (!of(type).isEmpty() || !nestedIn(type).isEmpty());
    }

    static boolean isNested(Class<?> type) {
        return type.isMemberClass()
                && !ModifierSupport.isStatic(type)
                && AnnotationSupport.isAnnotated(type, Nested.class);
    }

    /** Those with tests. */
    static List<Class<?>> nestedIn(@Nullable Class<?> type) {
        return type == null
                ? List.of()
                : ReflectionSupport.findNestedClasses(type, PublisherTests::isNested).stream()
                        .filter(PublisherTests::areIn)
                        .toList();
    }

    /** The classes around a nested one, outermost first. */
    static List<Class<?>> enclosing(Class<?> type) {
        List<Class<?>> around = new ArrayList<>();
        for (Class<?> outer = type.getEnclosingClass(); outer != null; outer = outer.getEnclosingClass()) {
            around.add(0, outer);
            if (!isNested(outer)) {
                break;
            }
        }
        return around;
    }
}
