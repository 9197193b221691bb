package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.Statement;

/**
 * What a chain does when it is assembled. A body does it when it runs. For a call that makes a Mono that is the same. A value that is
 * put into a Mono is computed before the chain, and kept in a variable.
 */
final class Eagerness extends JavaIsoVisitor<List<Statement>> {
    private static final Set<String> EAGER = Set.of(
            "just",
            "justOrEmpty",
            "fromFuture",
            "fromCompletionStage",
            "thenReturn",
            "defaultIfEmpty",
            "onErrorReturn");
    private static final Set<String> NULLABLE =
            Set.of("justOrEmpty", "onErrorReturn", "fromFuture", "fromCompletionStage");

    private final Code code;
    private final Expression root;
    private boolean sometimes;

    private Eagerness(Code code, Expression root) {
        this.code = code;
        this.root = root;
    }

    /** The chain without such values. Those are declared in {@code before}. */
    static Expression hoisted(Expression chain, Code code, List<Statement> before) {
        Expression root = chain.unwrap();
        return (Expression) new Eagerness(code, root).visitNonNull(root, before);
    }

    @Override
    public J.Lambda visitLambda(J.Lambda later, List<Statement> before) {
        return later;
    }

    @Override
    public J.ClassDeclaration visitClassDeclaration(J.ClassDeclaration later, List<Statement> before) {
        return later;
    }

    @Override
    public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, List<Statement> before) {
        J.MethodInvocation inner = super.visitMethodInvocation(call, before);
        if (call == root && Factories.is(call, call.getSimpleName())) {
            return inner; // what the chain begins with is computed first in a body too
        }
        if (!EAGER.contains(call.getSimpleName()) || !Types.isCallOf(call, Types.MONO, call.getSimpleName())) {
            return inner;
        }
        List<Expression> arguments = new ArrayList<>();
        for (Expression argument : inner.getArguments()) {
            boolean plain = argument instanceof J.Empty || Purity.isPure(argument);
            arguments.add(plain ? argument : hoist(call.getSimpleName(), argument, before));
        }
        return inner.withArguments(arguments);
    }

    private Expression hoist(String operator, Expression argument, List<Statement> before) {
        if (sometimes || needsTarget(argument)) {
            throw new Uncertain("an argument of " + operator + " is evaluated when it is assembled");
        }
        boolean nullable = NULLABLE.contains(operator);
        Expression value = nullable ? argument : code.nonNull(argument);
        String name = code.named(code.names.invented("value"), value, before);
        if (!nullable) {
            code.neverNull.add(name);
        }
        return code.variable(name).withPrefix(argument.getPrefix());
    }

    /** Whether its type follows from where it stands. */
    private static boolean needsTarget(Expression argument) {
        Expression value = argument.unwrap();
        if (value instanceof J.NewClass made) {
            return made.getClazz() instanceof J.ParameterizedType type
                    && type.getTypeParameters() != null
                    && type.getTypeParameters().stream().anyMatch(J.Empty.class::isInstance);
        }
        if (value instanceof J.MethodInvocation call) {
            return call.getMethodType() == null
                    || !call.getMethodType().getDeclaredFormalTypeNames().isEmpty();
        }
        return value instanceof J.Ternary || value instanceof J.SwitchExpression || value instanceof J.MemberReference;
    }

    @Override
    public J.Ternary visitTernary(J.Ternary choice, List<Statement> before) {
        if (choice == root) {
            return choice; // its branches are looked at when they are written
        }
        boolean outer = sometimes;
        J.Ternary tested = choice.withCondition(visitAndCast(choice.getCondition(), before));
        if (!Purity.isPure(tested.getCondition())) {
            if (outer) {
                throw new Uncertain("a condition is evaluated when it is assembled");
            }
            String name = code.named(code.names.invented("condition"), tested.getCondition(), before);
            tested = tested.withCondition(code.variable(name).withPrefix(choice.getCondition().getPrefix()));
        }
        sometimes = true;
        tested = tested.withTruePart(visitAndCast(choice.getTruePart(), before))
                .withFalsePart(visitAndCast(choice.getFalsePart(), before));
        sometimes = outer;
        return tested;
    }

    @Override
    public J.SwitchExpression visitSwitchExpression(J.SwitchExpression choice, List<Statement> before) {
        boolean outer = sometimes;
        sometimes = true;
        J.SwitchExpression inner = super.visitSwitchExpression(choice, before);
        sometimes = outer;
        return inner;
    }

    @Override
    public J.Assignment visitAssignment(J.Assignment assignment, List<Statement> before) {
        throw new Uncertain("it assigns a variable when it is assembled");
    }

    @Override
    public J.Unary visitUnary(J.Unary unary, List<Statement> before) {
        if (unary.getOperator().isModifying()) {
            throw new Uncertain("it changes a variable when it is assembled");
        }
        return super.visitUnary(unary, before);
    }
}
