package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import org.openrewrite.java.JavaVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.Statement;

/** A block that returns in several places, with what it returns there in direct style. */
final class EarlyReturns extends JavaVisitor<Integer> {
    private final Code code;
    private final DirectStyle style;
    /** Whether it returns values, and not Monos. */
    private final boolean values;

    EarlyReturns(Code code, DirectStyle style, boolean values) {
        this.code = code;
        this.style = style;
        this.values = values;
    }

    /** Whether each return but the last gives an error or nothing, so that other statements may follow. */
    static boolean onlyLeave(Fn function) {
        int last = function.before().size() - 1;
        if (last < 0 || !(function.before().get(last) instanceof J.Return end) || end.getExpression() == null) {
            return false;
        }
        return Returned.in(function.before().subList(0, last)).stream().allMatch(EarlyReturns::leaves);
    }

    static boolean leaves(Expression value) {
        return Factories.is(value, "empty") || (Factories.is(value, "error") && Factories.thrown(value) != null);
    }

    List<Statement> in(List<Statement> statements) {
        List<Statement> direct = new ArrayList<>();
        for (Statement statement : statements) {
            if (statement instanceof J.Return result) {
                direct.addAll(instead(result));
            } else {
                direct.add((Statement) visitNonNull(statement, 0));
            }
        }
        return direct;
    }

    @Override
    public J visitLambda(J.Lambda nested, Integer unused) {
        return nested;
    }

    @Override
    public J visitNewClass(J.NewClass nested, Integer unused) {
        return nested;
    }

    @Override
    public J visitClassDeclaration(J.ClassDeclaration nested, Integer unused) {
        return nested;
    }

    @Override
    public J visitTry(J.Try statement, Integer unused) {
        if (!values && !Returned.in(List.of(statement)).isEmpty()) {
            throw new Uncertain("a lambda returns from a try");
        }
        return super.visitTry(statement, unused);
    }

    @Override
    public J visitSynchronized(J.Synchronized statement, Integer unused) {
        if (!values && !Returned.in(List.of(statement)).isEmpty()) {
            throw new Uncertain("a lambda returns from a synchronized block");
        }
        return super.visitSynchronized(statement, unused);
    }

    @Override
    public J visitBlock(J.Block block, Integer unused) {
        return block.withStatements(in(block.getStatements()));
    }

    /** One that is the whole of a branch. */
    @Override
    public J visitReturn(J.Return statement, Integer unused) {
        List<Statement> direct = instead(statement);
        return direct.size() == 1
                ? direct.get(0)
                : Trees.block(direct).withPrefix(statement.getPrefix());
    }

    private List<Statement> instead(J.Return statement) {
        Expression value = statement.getExpression();
        if (value == null) {
            return List.of(statement);
        }
        if (values) {
            return List.of(statement.withExpression(code.nonNull(value).withPrefix(value.getPrefix())));
        }
        List<Statement> direct = new ArrayList<>();
        style.assembled(value, direct);
        direct.set(0, direct.get(0).withPrefix(statement.getPrefix()));
        return direct;
    }
}
