package io.github.corio.migration;

import java.util.Set;
import org.openrewrite.Cursor;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;

/** Tells code that runs in the body of a coroutine from code that only stands there. */
final class Bodies {
    private static final Set<String> OF_ASYNCIO =
            Set.of("async", "run", "generate", "taskGroup", "timeout", "timeoutAt");
    private static final Set<String> OF_TESTS =
            Set.of("io.github.corio.testing.VirtualTime", "io.github.corio.testing.TestLoop");

    /** Assertions run what they are given, and say what it has thrown. */
    private static final Set<String> OF_ASSERTIONS = Set.of("assertThrows", "assertThrowsExactly", "assertDoesNotThrow");
    private static final Set<String> WRAPPING =
            Set.of("java.lang.Throwable", "java.lang.Exception", "java.lang.RuntimeException");

    private Bodies() {}

    /** Whether a place runs in a body: the function around it is one, and it holds no lock that a suspension would keep. */
    static boolean isBody(Cursor place) {
        for (Cursor at = place; at != null; at = at.getParent()) {
            Object tree = at.getValue();
            if (tree instanceof J.Lambda lambda) {
                if (isAsserted(lambda, at)) {
                    continue;
                }
                return isBody(lambda, at);
            }
            if (tree instanceof J.MethodDeclaration method) {
                return method.getLeadingAnnotations().stream()
                        .anyMatch(each -> each.getSimpleName().equals("CoroutineTest"));
            }
            if (tree instanceof J.ClassDeclaration || tree instanceof J.Synchronized) {
                return false;
            }
        }
        return false;
    }

    /** Whether a place runs where its method does: in no lambda, but one that an assertion runs, and in no class of its own. */
    static boolean runsInPlace(Cursor place) {
        for (Cursor at = place; at != null; at = at.getParent()) {
            Object tree = at.getValue();
            if (tree instanceof J.MethodDeclaration) {
                return true;
            }
            if (tree instanceof J.ClassDeclaration
                    || tree instanceof J.NewClass made && made.getBody() != null
                    || tree instanceof J.Synchronized
                    || tree instanceof J.Try attempt && !attempt.getCatches().isEmpty()
                    || tree instanceof J.Lambda lambda && !isAsserted(lambda, at)) {
                return false;
            }
        }
        return true; // the cursor begins in the method
    }

    /** One that expects an error by a class that {@code block()} would throw as it is. */
    private static boolean isAsserted(J.Lambda lambda, Cursor at) {
        if (!(at.getParentTreeCursor().getValue() instanceof J.MethodInvocation call)
                || !OF_ASSERTIONS.contains(call.getSimpleName())
                || call.getMethodType() == null
                || !call.getArguments().contains(lambda)) {
            return false;
        }
        String declaring = call.getMethodType().getDeclaringType().getFullyQualifiedName();
        return declaring.equals("org.junit.jupiter.api.Assertions")
                && !(call.getArguments().get(0) instanceof J.FieldAccess expected
                        && expected.getTarget().getType() instanceof JavaType.FullyQualified type
                        && (WRAPPING.contains(type.getFullyQualifiedName()) || Types.isChecked(type)));
    }

    private static boolean isBody(J.Lambda lambda, Cursor at) {
        if (!(at.getParentTreeCursor().getValue() instanceof J.MethodInvocation call)
                || call.getMethodType() == null
                || !call.getArguments().contains(lambda)) {
            return false;
        }
        JavaType.FullyQualified declaring = call.getMethodType().getDeclaringType();
        String name = declaring.getFullyQualifiedName();
        if (name.equals(Types.AWAIT_OPERATORS)) {
            return true;
        }
        return name.equals(Types.ASYNCIO)
                ? OF_ASYNCIO.contains(call.getSimpleName())
                : OF_TESTS.contains(name) && call.getSimpleName().equals("run");
    }

    /** Whether a handler around a place, in its function, names one of these exceptions. */
    static boolean isCaught(Cursor place, Set<String> errors) {
        for (Cursor at = place; at != null && !(at.getValue() instanceof J.Lambda); at = at.getParent()) {
            if (at.getValue() instanceof J.MethodDeclaration) {
                return false;
            }
            if (at.getValue() instanceof J.Try attempt
                    && attempt.getCatches().stream()
                            .map(each -> each.getParameter().getTree().getTypeExpression())
                            .anyMatch(type -> type != null && errors.stream().anyMatch(type.toString()::contains))) {
                return true;
            }
        }
        return false;
    }
}
