package io.github.corio.migration;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Statement;

/** Whether a body returns anything but null: javac takes its type from there. */
final class Returns {
    private Returns() {}

    static boolean haveValue(List<Statement> statements) {
        AtomicBoolean found = new AtomicBoolean();
        JavaIsoVisitor<Integer> search = new JavaIsoVisitor<>() {
            @Override
            public J.Lambda visitLambda(J.Lambda nested, Integer unused) {
                return nested;
            }

            @Override
            public J.Return visitReturn(J.Return statement, Integer unused) {
                boolean isNull = statement.getExpression() instanceof J.Literal literal
                        && literal.getType() == JavaType.Primitive.Null;
                if (statement.getExpression() != null && !isNull) {
                    found.set(true);
                }
                return statement;
            }
        };
        statements.forEach(statement -> search.visit(statement, 0));
        return found.get();
    }
}
