package io.github.corio.migration;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.Statement;

/** Whether javac sees that statements may throw what a handler around them catches. */
final class Throwing {
    private Throwing() {}

    static boolean canThrow(List<Statement> statements) {
        AtomicBoolean found = new AtomicBoolean();
        JavaIsoVisitor<Integer> search = new JavaIsoVisitor<>() {
            @Override
            public J.Lambda visitLambda(J.Lambda nested, Integer unused) {
                return nested;
            }

            @Override
            public J.Try visitTry(J.Try attempt, Integer unused) {
                if (attempt.getCatches().isEmpty()) {
                    return super.visitTry(attempt, unused);
                }
                attempt.getCatches().forEach(handler -> visit(handler, unused)); // they may take what the block throws
                return attempt;
            }

            @Override
            public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, Integer unused) {
                if (call.getSimpleName().equals("awaitThrowing")) {
                    found.set(true);
                }
                return super.visitMethodInvocation(call, unused);
            }
        };
        statements.forEach(statement -> search.visit(statement, 0));
        return found.get();
    }
}
