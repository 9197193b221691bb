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
    private static final Set<String> STEPS = Set.of("thenApply", "thenCompose", "exceptionally");

    private final Code code;

    FutureStyle(Code code) {
        this.code = code;
    }

    static boolean isChain(Expression expression) {
        return expression instanceof J.MethodInvocation call
                && call.getSelect() != null
                && call.getTypeParameters() == null
                && STEPS.contains(call.getSimpleName())
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
        if (call.getSimpleName().equals("exceptionally")) {
            handled(call, out);
            return;
        }
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
        String cancel = code.names.invented("cancel");
        JavaType.FullyQualified cancelled = JavaType.ShallowClass.build(Types.CANCELLED);
        code.imports.add(Types.CANCELLED);
        J.Try.Catch rethrow =
                Trees.handler(Trees.type(cancelled), cancel, List.of(Trees.raise(Trees.name(cancel, cancelled))));
        List<Statement> instead = new ArrayList<>(handler.before());
        instead.add(Trees.result(handler.value()));
        JavaType.FullyQualified any = JavaType.ShallowClass.build("java.lang.Throwable");
        String error = code.names.fresh(handler.parameters().get(0));
        out.add(Trees.attempt(inside, List.of(rethrow, Trees.handler(Trees.type(any), error, instead)), null));
    }

    /** The value in a variable, whose name it gives. */
    private String bind(Expression expression, String wanted, List<Statement> out) {
        if (isChain(expression)
                && !((J.MethodInvocation) expression).getSimpleName().equals("exceptionally")) {
            J.MethodInvocation call = (J.MethodInvocation) expression;
            Fn function = bound(call, out);
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
        if (function.early() && call.getSimpleName().equals("thenCompose")) {
            throw new Uncertain("a lambda returns stages in several places");
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
