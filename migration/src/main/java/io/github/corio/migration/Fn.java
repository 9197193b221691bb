package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.Flag;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Statement;
import org.openrewrite.java.tree.TypeTree;

/**
 * A function that was given to an operator: an expression lambda, a block lambda or a method reference. Its code can stand in a body.
 *
 * @param parameters the names of its parameters
 * @param before the statements of a block
 * @param value what it returns; null if it returns nothing, or in more than one place
 * @param early whether it returns in more than one place
 */
record Fn(
        List<String> parameters,
        List<Statement> before,
        @Nullable Expression value,
        boolean early) {
    /** Reads it. Null if its code cannot be moved. */
    static @Nullable Fn of(Expression argument, int arity) {
        Expression function = argument.unwrap();
        if (function instanceof J.Lambda lambda) {
            return of(lambda, arity);
        }
        return function instanceof J.MemberReference reference ? of(reference, arity) : null;
    }

    private static @Nullable Fn of(J.Lambda lambda, int arity) {
        List<String> names = new ArrayList<>();
        for (J parameter : lambda.getParameters().getParameters()) {
            if (parameter instanceof J.VariableDeclarations declared) {
                names.add(named(declared.getVariables().get(0).getSimpleName()));
            } else if (parameter instanceof J.Identifier identifier) {
                names.add(named(identifier.getSimpleName()));
            }
        }
        if (names.size() != arity) {
            return null;
        }
        if (lambda.getBody() instanceof Expression expression) {
            return new Fn(names, List.of(), expression, false);
        }
        if (!(lambda.getBody() instanceof J.Block block)) {
            return null;
        }
        List<Statement> statements = block.getStatements();
        int returns = returns(block);
        if (returns == 0) {
            return new Fn(names, statements, null, false);
        }
        Statement last = statements.get(statements.size() - 1);
        if (returns == 1 && last instanceof J.Return only && only.getExpression() != null) {
            return new Fn(names, statements.subList(0, statements.size() - 1), only.getExpression(), false);
        }
        return new Fn(names, statements, null, true);
    }

    /** One without a name needs one as a variable. */
    private static String named(String parameter) {
        return parameter.equals("_") ? "unused" : parameter;
    }

    private static int returns(J.Block block) {
        AtomicInteger found = new AtomicInteger();
        new JavaIsoVisitor<AtomicInteger>() {
            @Override
            public J.Return visitReturn(J.Return statement, AtomicInteger count) {
                count.incrementAndGet();
                return statement;
            }

            @Override
            public J.Lambda visitLambda(J.Lambda nested, AtomicInteger count) {
                return nested;
            }

            @Override
            public J.ClassDeclaration visitClassDeclaration(J.ClassDeclaration nested, AtomicInteger count) {
                return nested;
            }

            @Override
            public J.NewClass visitNewClass(J.NewClass nested, AtomicInteger count) {
                return nested;
            }
        }.visit(block, found);
        return found.get();
    }

    private static @Nullable Fn of(J.MemberReference reference, int arity) {
        JavaType.Method method = reference.getMethodType();
        if (method == null || reference.getTypeParameters() != null || arity > 1) {
            return null;
        }
        String name = "value";
        List<Expression> arguments = arity == 0 ? List.of() : List.of(Trees.name(name, null));
        Expression value = call(reference, method, arguments);
        return value == null ? null : new Fn(arity == 0 ? List.of() : List.of(name), List.of(), value, false);
    }

    private static @Nullable Expression call(
            J.MemberReference reference, JavaType.Method method, List<Expression> arguments) {
        Expression owner = reference.getContaining();
        boolean ofType = owner instanceof J.ParameterizedType
                || (owner instanceof J.Identifier identifier
                        && identifier.getFieldType() == null
                        && !identifier.getSimpleName().equals("this")
                        && !identifier.getSimpleName().equals("super"))
                || (owner instanceof J.FieldAccess access && access.getName().getFieldType() == null);
        if (method.isConstructor()) {
            boolean plain = owner instanceof J.Identifier || owner instanceof J.FieldAccess;
            return plain && owner instanceof TypeTree type ? Trees.create(type, arguments, method) : null;
        }
        String called = reference.getReference().getSimpleName();
        if (!ofType || method.hasFlags(Flag.Static)) {
            if (!ofType && !Purity.isPure(owner)) {
                return null;
            }
            boolean mine =
                    owner instanceof J.Identifier self && self.getSimpleName().equals("this");
            return Trees.call(mine ? null : owner, called, arguments, method);
        }
        return arguments.isEmpty()
                ? null
                : Trees.call(arguments.get(0), called, arguments.subList(1, arguments.size()), method);
    }

    /** The same function, with other names for its parameters. */
    Fn renamed(List<String> names) {
        List<Statement> statements = before;
        Expression result = value;
        for (int i = 0; i < names.size(); i++) {
            Rename rename = new Rename(parameters.get(i), names.get(i));
            statements = statements.stream().map(rename::in).toList();
            result = result == null ? null : rename.in(result);
        }
        return new Fn(names, statements, result, early);
    }

    /** Whether the code mentions a parameter. */
    boolean uses(int parameter) {
        Rename search = new Rename(parameters.get(parameter), parameters.get(parameter) + "_");
        return before.stream().anyMatch(statement -> search.in(statement) != statement)
                || (value != null && search.in(value) != value);
    }
}
