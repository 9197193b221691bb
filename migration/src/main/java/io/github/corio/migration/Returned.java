package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.Statement;

/** What statements return, without those of the lambdas and classes in them. */
final class Returned extends JavaIsoVisitor<List<Expression>> {
    private Returned() {}

    static List<Expression> in(List<Statement> statements) {
        List<Expression> found = new ArrayList<>();
        statements.forEach(statement -> new Returned().visit(statement, found));
        return found;
    }

    @Override
    public J.Return visitReturn(J.Return statement, List<Expression> found) {
        if (statement.getExpression() != null) {
            found.add(statement.getExpression());
        }
        return statement;
    }

    @Override
    public J.Lambda visitLambda(J.Lambda nested, List<Expression> found) {
        return nested;
    }

    @Override
    public J.ClassDeclaration visitClassDeclaration(J.ClassDeclaration nested, List<Expression> found) {
        return nested;
    }

    @Override
    public J.NewClass visitNewClass(J.NewClass nested, List<Expression> found) {
        return nested;
    }
}
