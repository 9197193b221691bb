package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Statement;

/** Writes the statements that do what a chain of stages does. A null is a value. A stage without a direct form is awaited as it is. */
final class FutureStyle {
    private static final Set<String> STEPS = Set.of(
            "thenApply",
            "thenCompose",
            "thenApplyAsync",
            "thenComposeAsync",
            "exceptionally",
            "handle",
            "whenComplete");
    /** Those that look at errors too. */
    private static final Set<String> ENDS = Set.of("exceptionally", "handle", "whenComplete");

    private final Code code;

    FutureStyle(Code code) {
        this.code = code;
    }

    static boolean isChain(Expression expression) {
        return expression instanceof J.MethodInvocation call
                && call.getSelect() != null
                && call.getTypeParameters() == null
                && STEPS.contains(call.getSimpleName())
                && call.getArguments().size() == 1 // an executor is kept
                && call.getMethodType() != null
                && call.getMethodType()
                        .getDeclaringType()
                        .getFullyQualifiedName()
                        .startsWith("java.util.concurrent.Complet");
    }

    /** The chain, with what it begins with in a variable that is set before: that is called when the method is. */
    Expression startingIn(Expression chain, List<Statement> before) {
        J.MethodInvocation call = (J.MethodInvocation) chain;
        Expression source = call.getSelect();
        if (isChain(source)) {
            return call.withSelect(startingIn(source, before));
        }
        if (source instanceof J.Identifier) {
            return chain;
        }
        String name = code.names.invented("started");
        return call.withSelect(Trees.name(code.named(name, source, before), source.getType()));
    }

    void tail(Expression expression, List<Statement> out) {
        if (!isChain(expression)) {
            out.add(Trees.result(await(expression)));
            return;
        }
        J.MethodInvocation call = (J.MethodInvocation) expression;
        switch (call.getSimpleName()) {
            case "exceptionally" -> handled(call, out);
            case "handle" -> split(call, true, out);
            case "whenComplete" -> whenComplete(call, out);
            case "thenApplyAsync" -> out.add(Trees.result(onThread(bound(call, out))));
            case "thenComposeAsync" -> out.add(Trees.result(await(onThread(bound(call, out)))));
            default -> applied(call, out);
        }
    }

    private void applied(J.MethodInvocation call, List<Statement> out) {
        Fn function = bound(call, out);
        out.addAll(function.before());
        if (call.getSimpleName().equals("thenCompose")) {
            tail(function.value(), out);
        } else if (!function.early()) {
            out.add(Trees.result(function.value()));
        }
    }

    /** The cause of an error may be wrapped in a chain, and is not in a body: its handler must not look at it. */
    private void handled(J.MethodInvocation call, List<Statement> out) {
        Fn handler = function(call);
        if (handler.early() || handler.uses(0) || call.getArguments().get(0) instanceof J.MemberReference) {
            throw new Uncertain("a handler looks at its error, which may be wrapped");
        }
        List<Statement> inside = new ArrayList<>();
        tail(call.getSelect(), inside);
        List<Statement> instead = new ArrayList<>(handler.before());
        instead.add(Trees.result(handler.value()));
        out.add(Trees.attempt(inside, handlers(code.names.fresh(handler.parameters().get(0)), instead), null));
    }

    /** A catch of everything, which lets a cancel through. */
    private List<J.Try.Catch> handlers(String error, List<Statement> instead) {
        String cancel = code.names.invented("cancel");
        JavaType.FullyQualified cancelled = JavaType.ShallowClass.build(Types.CANCELLED);
        code.imports.add(Types.CANCELLED);
        J.Try.Catch rethrow =
                Trees.handler(Trees.type(cancelled), cancel, List.of(Trees.raise(Trees.name(cancel, cancelled))));
        JavaType.FullyQualified any = JavaType.ShallowClass.build("java.lang.Throwable");
        return List.of(rethrow, Trees.handler(Trees.type(any), error, instead));
    }

    /** One that looks at neither the value nor the error is a {@code finally}. */
    private void whenComplete(J.MethodInvocation call, List<Statement> out) {
        Fn function = Fn.of(call.getArguments().get(0), 2);
        if (function == null || function.early() || function.uses(0) || function.uses(1)) {
            split(call, false, out);
            return;
        }
        List<Statement> inside = new ArrayList<>();
        tail(call.getSelect(), inside);
        List<Statement> atTheEnd = new ArrayList<>(function.before());
        if (function.value() instanceof Statement statement) {
            atTheEnd.add(statement);
        }
        out.add(Trees.attempt(inside, List.of(), atTheEnd));
    }

    /** What is done with a value stands after the try, so that its own errors are not caught. */
    private void split(J.MethodInvocation call, boolean gives, List<Statement> out) {
        Outcomes outcomes = Outcomes.of(call.getArguments().get(0), gives);
        if (outcomes == null || !(Types.element(call.getSelect().getType()) instanceof JavaType.Class type)
                || type.getOwningClass() != null) {
            throw new Uncertain("the function of " + call.getSimpleName() + " is not of two branches, for a value and for any error");
        }
        String value = code.names.fresh(outcomes.value());
        String error = code.names.fresh(outcomes.error());
        code.imports.add(type.getFullyQualifiedName());
        out.add(Trees.declare(Trees.type(type), value));
        List<Statement> inside = new ArrayList<>();
        Expression source = isChain(call.getSelect()) ? code.variable(bind(call.getSelect(), "found", inside)) : await(call.getSelect());
        inside.add(Trees.assign(value, type, source));
        List<Statement> onError = new ArrayList<>(outcomes.onError());
        if (!gives) {
            onError.add(Trees.raise(Trees.name(error, null)));
        }
        out.add(Trees.attempt(inside, handlers(error, onError), null));
        Rename rename = new Rename(outcomes.value(), value);
        outcomes.onValue().forEach(each -> out.add(rename.in(each)));
        if (!gives) {
            out.add(Trees.result(Trees.name(value, type)));
        }
    }

    /** The code of an asynchronous step does not run on the thread of the loop. */
    private Expression onThread(Fn function) {
        List<Statement> statements = new ArrayList<>(function.before());
        if (!function.early()) {
            statements.add(Trees.result(function.value()));
        }
        Expression call = statements.size() == 1 && !function.early()
                ? Trees.lambda(List.of(), function.value())
                : Trees.body(statements);
        Expression thread = code.asyncio("toThread", null, List.of(call));
        JavaType type = function.early() ? null : function.value().getType();
        return code.asyncio("await", type, List.of(thread));
    }

    /** The value in a variable, whose name it gives. */
    private String bind(Expression expression, String wanted, List<Statement> out) {
        if (isChain(expression) && !ENDS.contains(((J.MethodInvocation) expression).getSimpleName())) {
            J.MethodInvocation call = (J.MethodInvocation) expression;
            Fn function = bound(call, out);
            if (call.getSimpleName().endsWith("Async")) {
                Expression made = onThread(function);
                return code.declare(wanted, call.getSimpleName().equals("thenApplyAsync") ? made : await(made), out);
            }
            if (function.early()) {
                throw new Uncertain("a lambda returns early in the middle of a chain");
            }
            out.addAll(function.before());
            return call.getSimpleName().equals("thenCompose")
                    ? bind(function.value(), wanted, out)
                    : code.declare(wanted, function.value(), out);
        }
        if (!isChain(expression)) {
            return code.declare(wanted, await(expression), out);
        }
        List<Statement> inside = new ArrayList<>();
        tail(expression, inside);
        if (!Returns.haveValue(inside)) {
            throw new Uncertain("javac would not know of what type the body is");
        }
        Expression whole = code.asyncio("async", null, List.of(Trees.body(inside)));
        JavaType type = Types.element(expression.getType());
        return code.declare(wanted, code.asyncio("await", type, List.of(whole)), out);
    }

    private Fn bound(J.MethodInvocation call, List<Statement> out) {
        Fn function = function(call);
        if (function.early() && call.getSimpleName().startsWith("thenCompose")) {
            throw new Uncertain("a lambda returns stages in several places");
        }
        if (!function.parameters().isEmpty() && !function.uses(0) && !isChain(call.getSelect())) {
            out.add((Statement) await(call.getSelect())); // its value is not looked at
            return function;
        }
        return function.renamed(
                List.of(bind(call.getSelect(), function.parameters().get(0), out)));
    }

    private static Fn function(J.MethodInvocation call) {
        Fn function = Fn.of(call.getArguments().get(0), 1);
        if (function == null || (function.value() == null && !function.early())) {
            throw new Uncertain("the function of " + call.getSimpleName() + " is not written there");
        }
        return function;
    }

    private Expression await(Expression source) {
        return code.asyncio("await", Types.element(source.getType()), List.of(source));
    }
}
