package io.github.corio.migration;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.TypeUtils;

/** The types that the recipes know, and questions about them. */
final class Types {
    static final String MONO = "reactor.core.publisher.Mono";
    static final String FLUX = "reactor.core.publisher.Flux";
    static final String ASYNCIO = "io.github.corio.Asyncio";
    static final String CANCELLED = "io.github.corio.CancelledError";

    static final String FROM = "io.github.corio.bridge.From";
    static final String TO = "io.github.corio.bridge.To";
    static final String AWAIT_OPERATORS = "io.github.corio.bridge.AwaitOperators";

    private Types() {}

    static boolean isMono(@Nullable JavaType type) {
        return TypeUtils.isOfClassType(type, MONO);
    }

    /** A Mono or a subtype of it. */
    static boolean isAnyMono(@Nullable JavaType type) {
        return TypeUtils.isAssignableTo(MONO, type);
    }

    static boolean isStage(@Nullable JavaType type) {
        return TypeUtils.isAssignableTo("java.util.concurrent.CompletionStage", type);
    }

    /** A call of a method that some class declares, not of one that overrides it. */
    static boolean isCallOf(@Nullable Expression expression, String declaring, String name) {
        return expression instanceof J.MethodInvocation call
                && call.getSimpleName().equals(name)
                && call.getMethodType() != null
                && TypeUtils.isOfClassType(call.getMethodType().getDeclaringType(), declaring);
    }

    /** What a Mono is of; null if that is not known. */
    static @Nullable JavaType element(@Nullable JavaType mono) {
        List<JavaType> parameters =
                mono instanceof JavaType.Parameterized generic ? generic.getTypeParameters() : List.of();
        return parameters.size() == 1 ? parameters.get(0) : null;
    }

    static boolean isChecked(@Nullable JavaType error) {
        return !TypeUtils.isAssignableTo("java.lang.RuntimeException", error)
                && !TypeUtils.isAssignableTo("java.lang.Error", error)
                && !TypeUtils.isOfClassType(error, "java.lang.Exception")
                && !TypeUtils.isOfClassType(error, "java.lang.Throwable");
    }

    /** Whether a {@code catch} of it takes a cancel too. */
    static boolean takesCancel(@Nullable JavaType error) {
        return TypeUtils.isOfClassType(error, "java.lang.Throwable")
                || TypeUtils.isOfClassType(error, "java.lang.Error");
    }

    /** Whether the body of a coroutine may throw it without a cast. */
    static boolean isThrowable(@Nullable JavaType error) {
        return TypeUtils.isAssignableTo("java.lang.Exception", error)
                || TypeUtils.isAssignableTo("java.lang.Error", error);
    }
}
