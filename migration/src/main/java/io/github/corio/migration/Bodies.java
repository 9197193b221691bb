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

    private Bodies() {}

    /** Whether a place runs in a body: the function around it is one, and it holds no lock that a suspension would keep. */
    static boolean isBody(Cursor place) {
        for (Cursor at = place; at != null; at = at.getParent()) {
            Object tree = at.getValue();
            if (tree instanceof J.Lambda lambda) {
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
