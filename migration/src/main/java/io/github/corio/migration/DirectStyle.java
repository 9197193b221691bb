package io.github.corio.migration;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.Flag;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Statement;

/**
 * Writes the statements that do what a chain does. {@link #tail} ends in a return of the chain's value, {@link #bind} in a variable that
 * holds it. Both leave the body with null if the chain is empty. An operator without a direct form stays, with all that is above it.
 */
final class DirectStyle {
    /** What the code needs: owner and static method. */
    final Set<Map.Entry<String, String>> staticImports = new LinkedHashSet<>();

    final Set<String> imports = new LinkedHashSet<>();
    private final Names names;
    private final Map<String, @Nullable JavaType> types = new HashMap<>();
    /** The checked exceptions that a handler around catches. */
    private final List<Expression> caught = new ArrayList<>();

    private int converted;
    /** Whether nothing of the chain runs after what is written now. */
    private boolean last = true;

    DirectStyle(Names names) {
        this.names = names;
    }

    /** How many operators have become statements. */
    int converted() {
        return converted;
    }

    /** Returns what the chain gives. */
    void tail(Expression chain, List<Statement> out) {
        Expression expression = chain.unwrap();
        if (isFactory(expression, "just")) {
            out.add(Trees.result(nonNull(argument(expression, 0))));
        } else if (isFactory(expression, "empty")) {
            out.add(Trees.result(Trees.nothing()));
        } else if (isFactory(expression, "error") && thrown(expression) != null) {
            out.add(Trees.raise(thrown(expression)));
        } else if (isFactory(expression, "defer") && deferred(expression) != null) {
            converted++;
            Fn factory = deferred(expression);
            out.addAll(factory.before());
            tail(factory.value(), out);
        } else {
            Operator operator = direct(expression);
            if (operator == null) {
                out.add(Trees.result(await(expression)));
            } else {
                converted++;
                tail(operator, out);
            }
        }
    }

    private void tail(Operator operator, List<Statement> out) {
        Expression source = operator.source();
        switch (operator.kind()) {
            case MAP, FLAT_MAP -> {
                Fn function = bound(operator, out);
                if (function.early()) {
                    out.addAll(withReturns(function.before(), operator.kind() == Operator.Kind.MAP));
                } else {
                    out.addAll(function.before());
                    if (operator.kind() == Operator.Kind.MAP) {
                        out.add(Trees.result(nonNull(function.value())));
                    } else {
                        tail(function.value(), out);
                    }
                }
            }
            case FILTER -> {
                Fn function = bound(operator, out);
                out.addAll(function.before());
                out.add(Trees.when(Trees.not(function.value()), Trees.result(Trees.nothing())));
                out.add(Trees.result(variable(function.parameters().get(0))));
            }
            case THEN -> {
                ignore(source, out);
                if (operator.arguments().isEmpty()) {
                    out.add(Trees.result(Trees.nothing()));
                } else {
                    tail(operator.arguments().get(0), out);
                }
            }
            case THEN_RETURN -> {
                ignore(source, out);
                out.add(Trees.result(operator.arguments().get(0)));
            }
            case DEFAULT_IF_EMPTY -> {
                String found = found(source, out);
                out.add(Trees.result(Trees.orElse(
                        found, types.get(found), operator.arguments().get(0))));
            }
            case SWITCH_IF_EMPTY -> {
                String found = found(source, out);
                out.add(Trees.when(
                        Trees.compare(found, types.get(found), J.Binary.Type.NotEqual), Trees.result(variable(found))));
                tail(operator.arguments().get(0), out);
            }
            case ZIP_WITH -> {
                if (operator.function() == null) {
                    out.add(Trees.result(await(zipped(operator))));
                } else {
                    Fn function = unzipped(operator, out);
                    out.addAll(function.before());
                    out.add(Trees.result(nonNull(function.value())));
                }
            }
            case ON_ERROR_RESUME, ON_ERROR_RETURN, ON_ERROR_MAP -> handled(operator, out);
            case DO_FINALLY -> {
                List<Statement> inside = new ArrayList<>();
                notLast(source, inside);
                out.add(Trees.attempt(inside, List.of(), statements(operator.function())));
            }
        }
    }

    /** Puts the value into a variable, whose name it gives. */
    private String bind(Expression chain, String wanted, List<Statement> out) {
        Expression expression = chain.unwrap();
        Operator operator = direct(expression);
        if (operator != null && isPlain(operator)) {
            converted++;
            return bind(operator, wanted, out);
        }
        if (isFactory(expression, "just")) {
            return declare(wanted, nonNull(argument(expression, 0)), out);
        }
        return required(declare(wanted, await(whole(expression)), out), out);
    }

    private String bind(Operator operator, String wanted, List<Statement> out) {
        switch (operator.kind()) {
            case MAP, FLAT_MAP -> {
                Fn function = bound(operator, out);
                out.addAll(function.before());
                return operator.kind() == Operator.Kind.MAP
                        ? declare(wanted, nonNull(function.value()), out)
                        : bind(function.value(), wanted, out);
            }
            case FILTER -> {
                Fn function = bound(operator, out);
                out.addAll(function.before());
                out.add(Trees.when(Trees.not(function.value()), Trees.result(Trees.nothing())));
                return function.parameters().get(0);
            }
            case THEN -> {
                ignore(operator.source(), out);
                return bind(operator.arguments().get(0), wanted, out);
            }
            case THEN_RETURN -> {
                ignore(operator.source(), out);
                return declare(wanted, operator.arguments().get(0), out);
            }
            case DEFAULT_IF_EMPTY -> {
                String found = found(operator.source(), out);
                return declare(
                        wanted,
                        Trees.orElse(
                                found, types.get(found), operator.arguments().get(0)),
                        out);
            }
            case SWITCH_IF_EMPTY -> {
                Expression alternative = operator.arguments().get(0).unwrap();
                if (isFactory(alternative, "error") && thrown(alternative) != null) {
                    String value = declare(wanted, await(whole(operator.source())), out);
                    out.add(Trees.when(
                            Trees.compare(value, types.get(value), J.Binary.Type.Equal),
                            Trees.raise(thrown(alternative))));
                    return value;
                }
                if (alternative instanceof J.MethodInvocation call
                        && isFactory(call, call.getSimpleName())
                        && !call.getSimpleName().equals("just")
                        && !call.getSimpleName().equals("defer")) {
                    throw new Uncertain("javac would not know the type of " + call.getSimpleName() + " in a body");
                }
                String found = found(operator.source(), out);
                Expression other = await(whole(alternative));
                return required(declare(wanted, Trees.orElse(found, types.get(found), other), out), out);
            }
            default -> {
                if (operator.function() == null) {
                    return required(declare(wanted, await(zipped(operator)), out), out);
                }
                Fn function = unzipped(operator, out);
                out.addAll(function.before());
                return declare(wanted, nonNull(function.value()), out);
            }
        }
    }

    /** Whether its code can stand among other statements: without a try, and without a return of its own. */
    private static boolean isPlain(Operator operator) {
        return switch (operator.kind()) {
            case ON_ERROR_RESUME, ON_ERROR_RETURN, ON_ERROR_MAP, DO_FINALLY -> false;
            case THEN -> !operator.arguments().isEmpty();
            default -> operator.function() == null || !operator.function().early();
        };
    }

    /** The function of an operator, with the name of the variable that holds what the operator is given. */
    private Fn bound(Operator operator, List<Statement> out) {
        Fn function = operator.function();
        return function.renamed(
                List.of(bind(operator.source(), function.parameters().get(0), out)));
    }

    /** The value, or null, in a variable: for what has to know whether there is one. */
    private String found(Expression source, List<Statement> out) {
        return named(names.invented("found"), await(whole(source)), out);
    }

    /** Runs a chain for its effects. */
    private void ignore(Expression chain, List<Statement> out) {
        Expression expression = chain.unwrap();
        Operator operator = direct(expression);
        if (operator != null
                && (operator.kind() == Operator.Kind.THEN || operator.kind() == Operator.Kind.THEN_RETURN)) {
            converted++;
            ignore(operator.source(), out);
            if (operator.kind() == Operator.Kind.THEN && !operator.arguments().isEmpty()) {
                ignore(operator.arguments().get(0), out);
            }
        } else {
            out.add((Statement) await(whole(expression)));
        }
    }

    /** A chain that is awaited as one: a body of its own, run in place, if it has a direct form. */
    private Expression whole(Expression chain) {
        Expression expression = chain.unwrap();
        if (direct(expression) == null) {
            return expression;
        }
        List<Statement> inside = new ArrayList<>();
        int before = converted;
        Set<Map.Entry<String, String>> importsBefore = Set.copyOf(staticImports);
        notLast(expression, inside);
        if (!Returns.haveValue(inside)) { // javac would not know of what type the body is
            converted = before;
            staticImports.retainAll(importsBefore);
            return expression;
        }
        return asyncio("async", expression.getType(), List.of(Trees.body(inside)));
    }

    /** {@code doFinally} runs after what follows it, a {@code finally} before: it has a direct form only where nothing follows. */
    private @Nullable Operator direct(Expression expression) {
        Operator operator = Operator.of(expression);
        if (operator == null || operator.kind() != Operator.Kind.DO_FINALLY) {
            return operator;
        }
        boolean only = !operator.source().toString().contains("doFinally"); // of two the outer one runs first
        return last && only ? operator : null;
    }

    private void notLast(Expression chain, List<Statement> out) {
        boolean before = last;
        last = false;
        tail(chain, out);
        last = before;
    }

    /** It stays an operator: {@code zip} of Asyncio has the same outcome, but waits for the end of what it cancels. */
    private static Expression zipped(Operator operator) {
        return Trees.call(operator.source(), "zipWith", operator.arguments().subList(0, 1), null);
    }

    private Fn unzipped(Operator operator, List<Statement> out) {
        String both = required(named(names.invented("both"), await(zipped(operator)), out), out);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Expression part = Trees.call(variable(both), "getT" + (i + 1), List.of(), null);
            parts.add(declare(operator.function().parameters().get(i), part, out));
        }
        return operator.function().renamed(parts);
    }

    private void handled(Operator operator, List<Statement> out) {
        Expression error = operator.error();
        boolean checked = Types.isChecked(error.getType());
        List<Statement> inside = new ArrayList<>();
        if (checked) {
            if (caught.size() == 2) {
                throw new Uncertain("three checked exceptions are caught around one await");
            }
            caught.add(error);
        }
        notLast(operator.source(), inside);
        if (checked) {
            caught.remove(error);
            if (!Throwing.canThrow(inside)) {
                throw new Uncertain("nothing in the body declares " + error);
            }
        }
        List<J.Try.Catch> handlers = new ArrayList<>();
        if (Types.takesCancel(error.getType())) {
            String cancel = names.invented("cancel");
            JavaType.FullyQualified cancelled = JavaType.ShallowClass.build(Types.CANCELLED);
            imports.add(Types.CANCELLED);
            handlers.add(
                    Trees.handler(Trees.type(cancelled), cancel, List.of(Trees.raise(Trees.name(cancel, cancelled)))));
        }
        List<Statement> handler = new ArrayList<>();
        Fn function = operator.function();
        String name = function == null
                ? names.invented("e")
                : names.fresh(function.parameters().get(0));
        if (function == null) {
            handler.add(
                    Trees.result(operator.arguments().get(operator.arguments().size() - 1)));
        } else {
            Fn renamed = function.renamed(List.of(name));
            handler.addAll(renamed.before());
            if (operator.kind() == Operator.Kind.ON_ERROR_MAP) {
                handler.add(Trees.raise(renamed.value()));
            } else {
                tail(renamed.value(), handler);
            }
        }
        handlers.add(Trees.handler(error, name, handler));
        out.add(Trees.attempt(inside, handlers, null));
    }

    /** A block that returns in several places, with what it returns there in direct style. */
    private List<Statement> withReturns(List<Statement> statements, boolean values) {
        JavaIsoVisitor<Integer> returns = new JavaIsoVisitor<>() {
            @Override
            public Statement visitStatement(Statement statement, Integer unused) {
                return super.visitStatement(statement, unused);
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
                List<Statement> instead = new ArrayList<>();
                if (values) {
                    return statement.withExpression(nonNull(value).withPrefix(value.getPrefix()));
                }
                if (isFactory(value, "just") || isFactory(value, "empty")) {
                    tail(value, instead);
                    return ((J.Return) instead.get(0)).withPrefix(statement.getPrefix());
                }
                return statement.withExpression(await(value).withPrefix(value.getPrefix()));
            }
        };
        return statements.stream()
                .map(statement -> (Statement) returns.visitNonNull(statement, 0))
                .toList();
    }

    private static List<Statement> statements(Fn function) {
        List<Statement> statements = new ArrayList<>(function.before());
        if (function.value() instanceof Statement statement) {
            statements.add(statement);
        }
        return statements;
    }

    private String declare(String wanted, Expression value, List<Statement> out) {
        return named(names.fresh(wanted), value, out);
    }

    private String named(String name, Expression value, List<Statement> out) {
        out.add(Trees.declare(name, value));
        types.put(name, value.getType());
        return name;
    }

    private String required(String name, List<Statement> out) {
        out.add(Trees.when(Trees.compare(name, types.get(name), J.Binary.Type.Equal), Trees.result(Trees.nothing())));
        return name;
    }

    private Expression variable(String name) {
        return Trees.name(name, types.get(name));
    }

    private Expression await(Expression source) {
        List<Expression> arguments = new ArrayList<>(List.of(source));
        caught.forEach(error -> arguments.add(Trees.classOf(error)));
        return asyncio(caught.isEmpty() ? "await" : "awaitThrowing", Types.element(source.getType()), arguments);
    }

    private Expression asyncio(String method, @Nullable JavaType type, List<Expression> arguments) {
        staticImports.add(Map.entry(Types.ASYNCIO, method));
        return Trees.call(Types.ASYNCIO, method, type, arguments);
    }

    /** A null where an operator refuses one is the error that the operator makes of it. */
    private Expression nonNull(Expression value) {
        if (Purity.isNeverNull(value)) {
            return value;
        }
        staticImports.add(Map.entry("java.util.Objects", "requireNonNull"));
        return Trees.call("java.util.Objects", "requireNonNull", value.getType(), List.of(value));
    }

    static boolean isFactory(Expression expression, String name) {
        return expression instanceof J.MethodInvocation call
                && Types.isCallOf(call, Types.MONO, name)
                && call.getMethodType().hasFlags(Flag.Static);
    }

    private static Expression argument(Expression call, int index) {
        return ((J.MethodInvocation) call).getArguments().get(index);
    }

    private static @Nullable Fn deferred(Expression call) {
        Fn factory = Fn.of(argument(call, 0), 0);
        return factory == null || factory.value() == null ? null : factory;
    }

    private static @Nullable Expression thrown(Expression call) {
        Expression error = argument(call, 0).unwrap();
        if (error instanceof J.Lambda || error instanceof J.MemberReference) {
            Fn factory = Fn.of(error, 0);
            error = factory == null || !factory.before().isEmpty() ? null : factory.value();
        }
        return error instanceof J.NewClass && Types.isThrowable(error.getType()) ? error : null;
    }
}
