package io.github.corio.migration;

import java.util.List;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.Statement;

/** A block that returns in several places, with what it returns there in direct style. */
final class EarlyReturns extends JavaIsoVisitor<Integer> {
    private final Code code;
    /** Whether it returns values, and not Monos. */
    private final boolean values;

    EarlyReturns(Code code, boolean values) {
        this.code = code;
        this.values = values;
    }

    List<Statement> in(List<Statement> statements) {
        return statements.stream()
                .map(statement -> (Statement) visitNonNull(statement, 0))
                .toList();
    }

    @Override
    public J.Lambda visitLambda(J.Lambda nested, Integer unused) {
        return nested;
    }

    @Override
    public J.NewClass visitNewClass(J.NewClass nested, Integer unused) {
        return nested;
    }

    @Override
    public J.ClassDeclaration visitClassDeclaration(J.ClassDeclaration nested, Integer unused) {
        return nested;
    }

    @Override
    public J.Try visitTry(J.Try statement, Integer unused) {
        if (!values) {
            throw new Uncertain("a lambda returns from a try");
        }
        return super.visitTry(statement, unused);
    }

    @Override
    public J.Return visitReturn(J.Return statement, Integer unused) {
        Expression value = statement.getExpression();
        if (value == null) {
            return statement;
        }
        if (values) {
            return statement.withExpression(code.nonNull(value).withPrefix(value.getPrefix()));
        }
        if (Factories.is(value, "just")) {
            return statement.withExpression(
                    code.nonNull(Factories.argument(value, 0)).withPrefix(value.getPrefix()));
        }
        if (Factories.is(value, "empty")) {
            return statement.withExpression(Trees.nothing().withPrefix(value.getPrefix()));
        }
        return statement.withExpression(code.await(value).withPrefix(value.getPrefix()));
    }
}
