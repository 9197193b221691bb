package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Statement;

/**
 * Writes the statements that do what a chain does. {@link #tail} ends in a return of the chain's value, {@link #bind} in a variable that
 * holds it. Both leave the body with null if the chain is empty. An operator without a direct form stays, with all that is above it.
 */
final class DirectStyle {
    private final Code code;
    private int converted;
    /** Whether nothing runs after what is written now. */
    private boolean last;

    DirectStyle(Code code) {
        this(code, true);
    }

    /** One whose Mono may be followed by other operators is not last. */
    DirectStyle(Code code, boolean last) {
        this.code = code;
        this.last = last;
    }

    /** How many operators have become statements. */
    int converted() {
        return converted;
    }

    /** Returns what a chain gives that is assembled here. */
    void assembled(Expression chain, List<Statement> out) {
        tail(Eagerness.hoisted(chain, code, out), out);
    }

    /** Returns what the chain gives. */
    void tail(Expression chain, List<Statement> out) {
        Expression expression = chain.unwrap();
        if (expression instanceof J.Ternary choice) {
            List<Statement> chosen = new ArrayList<>();
            assembled(choice.getTruePart(), chosen);
            out.add(Trees.when(choice.getCondition(), chosen));
            assembled(choice.getFalsePart(), out);
        } else if (isCall(expression)) {
            Fn call = Factories.deferred(expression);
            out.addAll(call.before());
            out.add(Trees.result(call.value()));
        } else if (Factories.is(expression, "just")) {
            out.add(Trees.result(code.nonNull(Factories.argument(expression, 0))));
        } else if (Factories.is(expression, "empty")) {
            out.add(Trees.result(Trees.nothing()));
        } else if (Factories.is(expression, "error") && Factories.thrown(expression) != null) {
            out.add(Trees.raise(Factories.thrown(expression)));
        } else if (Factories.is(expression, "defer") && Factories.deferred(expression) != null) {
            converted++;
            Fn factory = Factories.deferred(expression);
            out.addAll(factory.before());
            assembled(factory.value(), out);
        } else {
            Operator operator = direct(expression);
            if (operator == null) {
                out.add(Trees.result(code.await(expression)));
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
                    out.addAll(new EarlyReturns(code, this, operator.kind() == Operator.Kind.MAP).in(function.before()));
                } else {
                    out.addAll(function.before());
                    if (operator.kind() == Operator.Kind.MAP) {
                        out.add(Trees.result(code.nonNull(function.value())));
                    } else {
                        assembled(function.value(), out);
                    }
                }
            }
            case FILTER -> {
                Fn function = bound(operator, out);
                out.addAll(function.before());
                out.add(Trees.when(Trees.not(function.value()), Trees.result(Trees.nothing())));
                out.add(Trees.result(code.variable(function.parameters().get(0))));
            }
            case DO_ON_NEXT, DO_ON_SUCCESS -> out.add(Trees.result(code.variable(seen(operator, out))));
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
                        found, code.type(found), operator.arguments().get(0))));
            }
            case SWITCH_IF_EMPTY -> {
                String found = found(source, out);
                out.add(Trees.when(
                        Trees.compare(found, code.type(found), J.Binary.Type.NotEqual),
                        Trees.result(code.variable(found))));
                tail(operator.arguments().get(0), out);
            }
            case ZIP_WITH -> {
                if (operator.function() == null) {
                    out.add(Trees.result(code.await(zipped(operator))));
                } else {
                    Fn function = unzipped(operator, out);
                    out.addAll(function.before());
                    out.add(Trees.result(code.nonNull(function.value())));
                }
            }
            case ON_ERROR_RESUME, ON_ERROR_RETURN, ON_ERROR_MAP, DO_ON_ERROR -> handled(operator, out);
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
        if (Factories.is(expression, "just")) {
            return code.declare(wanted, code.nonNull(Factories.argument(expression, 0)), out);
        }
        if (isCall(expression)) {
            Fn call = Factories.deferred(expression);
            out.addAll(call.before());
            return code.required(code.declare(wanted, call.value(), out), out);
        }
        if (expression instanceof J.Ternary choice) {
            return bind(choice, wanted, out);
        }
        return code.required(code.declare(wanted, code.await(whole(expression)), out), out);
    }

    /** One branch may leave: with an error, or with nothing. */
    private String bind(J.Ternary choice, String wanted, List<Statement> out) {
        boolean leavesFirst = EarlyReturns.leaves(choice.getTruePart().unwrap());
        if (!leavesFirst && !EarlyReturns.leaves(choice.getFalsePart().unwrap())) {
            return code.required(code.declare(wanted, code.await(choice), out), out);
        }
        List<Statement> leave = new ArrayList<>();
        tail(leavesFirst ? choice.getTruePart() : choice.getFalsePart(), leave);
        out.add(Trees.when(leavesFirst ? choice.getCondition() : Trees.not(choice.getCondition()), leave));
        return bound(leavesFirst ? choice.getFalsePart() : choice.getTruePart(), wanted, out);
    }

    /** {@link #bind} of a chain that is assembled here. */
    private String bound(Expression chain, String wanted, List<Statement> out) {
        return bind(Eagerness.hoisted(chain, code, out), wanted, out);
    }

    private String bind(Operator operator, String wanted, List<Statement> out) {
        switch (operator.kind()) {
            case MAP, FLAT_MAP -> {
                Fn function = bound(operator, out);
                if (function.early()) {
                    int last = function.before().size() - 1;
                    out.addAll(new EarlyReturns(code, this, false).in(function.before().subList(0, last)));
                    return bound(((J.Return) function.before().get(last)).getExpression(), wanted, out);
                }
                out.addAll(function.before());
                return operator.kind() == Operator.Kind.MAP
                        ? code.declare(wanted, code.nonNull(function.value()), out)
                        : bound(function.value(), wanted, out);
            }
            case DO_ON_NEXT, DO_ON_SUCCESS -> {
                return seen(operator, out);
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
                return code.declare(wanted, operator.arguments().get(0), out);
            }
            case DEFAULT_IF_EMPTY -> {
                String found = found(operator.source(), out);
                return code.declare(
                        wanted,
                        Trees.orElse(
                                found, code.type(found), operator.arguments().get(0)),
                        out);
            }
            case SWITCH_IF_EMPTY -> {
                Expression alternative = operator.arguments().get(0).unwrap();
                if (Factories.is(alternative, "error") && Factories.thrown(alternative) != null) {
                    String value = code.declare(wanted, code.await(whole(operator.source())), out);
                    out.add(Trees.when(
                            Trees.compare(value, code.type(value), J.Binary.Type.Equal),
                            Trees.raise(Factories.thrown(alternative))));
                    return value;
                }
                if (alternative instanceof J.MethodInvocation call
                        && Factories.is(call, call.getSimpleName())
                        && !call.getSimpleName().equals("just")
                        && !call.getSimpleName().equals("defer")) {
                    throw new Uncertain("javac would not know the type of " + call.getSimpleName() + " in a body");
                }
                String found = found(operator.source(), out);
                Expression other = code.await(whole(alternative));
                return code.required(code.declare(wanted, Trees.orElse(found, code.type(found), other), out), out);
            }
            default -> {
                if (operator.function() == null) {
                    return code.required(code.declare(wanted, code.await(zipped(operator)), out), out);
                }
                Fn function = unzipped(operator, out);
                out.addAll(function.before());
                return code.declare(wanted, code.nonNull(function.value()), out);
            }
        }
    }

    /** Whether its code can stand among other statements: without a try, and without a return of its own. */
    private static boolean isPlain(Operator operator) {
        return switch (operator.kind()) {
            case ON_ERROR_RESUME, ON_ERROR_RETURN, ON_ERROR_MAP, DO_ON_ERROR, DO_FINALLY -> false;
            case THEN -> !operator.arguments().isEmpty();
            case FLAT_MAP -> !operator.function().early() || EarlyReturns.onlyLeave(operator.function());
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
        return code.named(code.names.invented("found"), code.await(whole(source)), out);
    }

    /** A call that makes the value when it is subscribed to. */
    private static boolean isCall(Expression expression) {
        return (Factories.is(expression, "fromCallable") || Factories.is(expression, "fromSupplier"))
                && Factories.deferred(expression) != null;
    }

    /** The variable of a value that a function was shown. */
    private String seen(Operator operator, List<Statement> out) {
        if (operator.kind() == Operator.Kind.DO_ON_NEXT) {
            Fn function = bound(operator, out);
            out.addAll(statements(function));
            return function.parameters().get(0);
        }
        String name = operator.function().parameters().get(0);
        String value = code.declare(name, code.await(whole(operator.source())), out); // null too
        out.addAll(statements(operator.function().renamed(List.of(value))));
        return code.required(value, out);
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
            out.add((Statement) code.await(whole(expression)));
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
        Set<Map.Entry<String, String>> importsBefore = Set.copyOf(code.staticImports);
        notLast(expression, inside);
        if (!Returns.haveValue(inside)) { // javac would not know of what type the body is
            converted = before;
            code.staticImports.retainAll(importsBefore);
            return expression;
        }
        return code.asyncio("async", expression.getType(), List.of(Trees.body(inside)));
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
        String both = code.required(code.named(code.names.invented("both"), code.await(zipped(operator)), out), out);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Expression part = Trees.call(code.variable(both), "getT" + (i + 1), List.of(), null);
            parts.add(code.declare(operator.function().parameters().get(i), part, out));
        }
        return operator.function().renamed(parts);
    }

    private void handled(Operator operator, List<Statement> out) {
        Expression error = operator.error();
        boolean checked = Types.isChecked(error.getType());
        List<Statement> inside = new ArrayList<>();
        if (checked) {
            if (code.caught.size() == 2) {
                throw new Uncertain("three checked exceptions are caught around one await");
            }
            code.caught.add(error);
        }
        notLast(operator.source(), inside);
        if (checked) {
            code.caught.remove(error);
            if (!Throwing.canThrow(inside)) {
                throw new Uncertain("nothing in the body declares " + error);
            }
        }
        List<J.Try.Catch> handlers = new ArrayList<>();
        if (Types.takesCancel(error.getType())) {
            String cancel = code.names.invented("cancel");
            JavaType.FullyQualified cancelled = JavaType.ShallowClass.build(Types.CANCELLED);
            code.imports.add(Types.CANCELLED);
            handlers.add(
                    Trees.handler(Trees.type(cancelled), cancel, List.of(Trees.raise(Trees.name(cancel, cancelled)))));
        }
        List<Statement> handler = new ArrayList<>();
        Fn function = operator.function();
        String name = function == null
                ? code.names.invented("e")
                : code.names.fresh(function.parameters().get(0));
        if (function == null) {
            handler.add(
                    Trees.result(operator.arguments().get(operator.arguments().size() - 1)));
        } else {
            Fn renamed = function.renamed(List.of(name));
            handler.addAll(renamed.before());
            switch (operator.kind()) {
                case ON_ERROR_MAP -> handler.add(Trees.raise(renamed.value()));
                case DO_ON_ERROR -> {
                    handler.clear();
                    handler.addAll(statements(renamed));
                    handler.add(Trees.raise(Trees.name(name, error.getType())));
                }
                default -> assembled(renamed.value(), handler);
            }
        }
        handlers.add(Trees.handler(error, name, handler));
        out.add(Trees.attempt(inside, handlers, null));
    }

    private static List<Statement> statements(Fn function) {
        List<Statement> statements = new ArrayList<>(function.before());
        if (function.value() instanceof Statement statement) {
            statements.add(statement);
        }
        return statements;
    }
}
