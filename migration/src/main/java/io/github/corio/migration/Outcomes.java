package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Statement;

/**
 * A function of a value and an error that tests whether there is an error, and looks no closer at it.
 *
 * @param value the name of the value
 * @param error the name of the error
 * @param onValue what it does if there is none
 * @param onError what it does if there is one
 */
record Outcomes(String value, String error, List<Statement> onValue, List<Statement> onError) {
    /** Reads it. Null if it is none. */
    static @Nullable Outcomes of(Expression argument, boolean gives) {
        if (!(argument.unwrap() instanceof J.Lambda lambda)) {
            return null;
        }
        Fn names = Fn.of(lambda, 2);
        if (names == null) {
            return null;
        }
        String error = names.parameters().get(1);
        if (lambda.getBody() instanceof J.Ternary choice && gives) {
            Boolean whenError = testsFor(choice.getCondition(), error);
            List<Statement> yes = List.of(Trees.result(choice.getTruePart()));
            List<Statement> no = List.of(Trees.result(choice.getFalsePart()));
            return whenError == null ? null : checked(names, whenError ? no : yes, whenError ? yes : no, true);
        }
        if (!(lambda.getBody() instanceof J.Block block)
                || block.getStatements().isEmpty()
                || !(block.getStatements().get(0) instanceof J.If choice)) {
            return null;
        }
        Boolean whenError = testsFor(choice.getIfCondition().getTree(), error);
        List<Statement> yes = statements(choice.getThenPart());
        List<Statement> no = new ArrayList<>(choice.getElsePart() == null ? List.of() : statements(choice.getElsePart().getBody()));
        List<Statement> rest = block.getStatements().subList(1, block.getStatements().size());
        boolean ends = !yes.isEmpty() && yes.get(yes.size() - 1) instanceof J.Return;
        if (whenError == null || (!rest.isEmpty() && (!ends || !no.isEmpty()))) {
            return null;
        }
        no.addAll(rest);
        return checked(names, whenError ? no : yes, whenError ? yes : no, gives);
    }

    private static @Nullable Outcomes checked(Fn names, List<Statement> onValue, List<Statement> onError, boolean gives) {
        String value = names.parameters().get(0);
        String error = names.parameters().get(1);
        boolean plain = gives
                ? returnsOnce(onValue) && returnsOnce(onError)
                : !returns(onValue) && !returns(onError);
        return plain && !mention(onValue, error) && !mention(onError, error) && !mention(onError, value)
                ? new Outcomes(value, error, onValue, onError)
                : null;
    }

    private static boolean mention(List<Statement> statements, String name) {
        return new Fn(List.of(name), statements, null, false).uses(0);
    }

    private static boolean returns(List<Statement> statements) {
        return statements.stream().anyMatch(each -> each instanceof J.Return) || !Returned.in(statements).isEmpty();
    }

    private static boolean returnsOnce(List<Statement> statements) {
        return !statements.isEmpty()
                && Returned.in(statements).size() == 1
                && statements.get(statements.size() - 1) instanceof J.Return;
    }

    private static List<Statement> statements(Statement part) {
        return part instanceof J.Block block ? block.getStatements() : List.of(part);
    }

    /** Whether a condition holds where there is an error; null if it is none of that. */
    private static @Nullable Boolean testsFor(Expression condition, String error) {
        if (!(condition.unwrap() instanceof J.Binary test)
                || !Set.of(J.Binary.Type.Equal, J.Binary.Type.NotEqual).contains(test.getOperator())) {
            return null;
        }
        boolean plain = isNamed(test.getLeft(), error) && isNull(test.getRight())
                || isNamed(test.getRight(), error) && isNull(test.getLeft());
        return plain ? test.getOperator() == J.Binary.Type.NotEqual : null;
    }

    private static boolean isNamed(Expression expression, String name) {
        return expression instanceof J.Identifier identifier && identifier.getSimpleName().equals(name);
    }

    private static boolean isNull(Expression expression) {
        return expression instanceof J.Literal literal && literal.getType() == JavaType.Primitive.Null;
    }
}
