package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openrewrite.ExecutionContext;
import org.openrewrite.Recipe;
import org.openrewrite.TreeVisitor;
import org.openrewrite.internal.RecipeRunException;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.Statement;

/**
 * Replaces combinators of Reactor by those of Corio that keep their meaning. {@code await(Mono.zip(a, b))} in a body
 * becomes {@code await(zip(a, b))}. {@code flux.flatMap(x -> chain, n)} becomes {@code
 * flux.transform(mapAwaitUnordered(n, x -> { … }))}, if the chain has a direct form. Corio's {@code zip} waits until
 * the Monos that it has cancelled have ended.
 *
 * @since 0.1.0
 */
public final class CombinatorsToCorio extends Recipe {
    private static final Set<String> AWAITS = Set.of("await", "awaitSingle", "awaitThrowing");

    /** For OpenRewrite, which makes it by its name. */
    public CombinatorsToCorio() {}

    @Override
    public String getDisplayName() {
        return "Combinators of Reactor to those of Corio";
    }

    @Override
    public String getDescription() {
        return "Rewrites `Mono.zip` in a body, and `Flux.flatMap` with a limit, to combinators that have the same signals.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaIsoVisitor<>() {
            @Override
            public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
                J.MethodInvocation inner = super.visitMethodInvocation(call, context);
                if (Types.isCallOf(inner, Types.MONO, "zip") || Types.isCallOf(inner, Types.MONO, "zipWith")) {
                    return zipped(inner);
                }
                if (!Types.isCallOf(inner, Types.FLUX, "flatMap")
                        || inner.getArguments().size() != 2) {
                    return inner;
                }
                try {
                    return unordered(inner, context);
                } catch (Uncertain e) {
                    return inner;
                } catch (RecipeRunException e) { // as a visitor wraps it
                    if (e.getCause() instanceof Uncertain) {
                        return inner;
                    }
                    throw e;
                }
            }

            private J.MethodInvocation zipped(J.MethodInvocation call) {
                List<Expression> sources = new ArrayList<>(call.getArguments());
                if (call.getSimpleName().equals("zipWith")) {
                    sources.add(0, call.getSelect());
                }
                boolean awaited = getCursor().getParentTreeCursor().getValue() instanceof J.MethodInvocation around
                        && AWAITS.contains(around.getSimpleName())
                        && Types.isCallOf(around, Types.ASYNCIO, around.getSimpleName());
                if (!awaited
                        || !Bodies.isBody(getCursor())
                        || sources.size() < 2
                        || sources.size() > 8
                        || call.getTypeParameters() != null
                        || !sources.stream().allMatch(source -> Types.isAnyMono(source.getType()))
                        || hasOwnMethod("zip")) {
                    return call;
                }
                maybeAddImport(Types.ASYNCIO, "zip", false);
                maybeRemoveImport(Types.MONO);
                return Trees.call(Types.ASYNCIO, "zip", call.getType(), sources).withPrefix(call.getPrefix());
            }

            private J.MethodInvocation unordered(J.MethodInvocation call, ExecutionContext context) {
                J.MethodDeclaration method = getCursor().firstEnclosing(J.MethodDeclaration.class);
                Fn function = Fn.of(call.getArguments().get(0), 1);
                if (method == null
                        || call.getTypeParameters() != null
                        || !(call.getArguments().get(0) instanceof J.Lambda lambda)
                        || function == null
                        || function.early()
                        || !Types.isAnyMono(function.value().getType())
                        || hasOwnMethod("await", "async", "mapAwaitUnordered", "requireNonNull", "awaitThrowing")) {
                    return call;
                }
                Code code = new Code(Names.of(method));
                DirectStyle style = new DirectStyle(code);
                List<Statement> body = new ArrayList<>(function.before());
                style.assembled(function.value(), body);
                if (style.converted() == 0 || !Returns.haveValue(body)) {
                    return call;
                }
                Expression direct = lambda.withBody(
                                Trees.block(body).withPrefix(lambda.getBody().getPrefix()))
                        .withPrefix(call.getArguments().get(1).getPrefix());
                Expression operator = Trees.call(
                        Types.AWAIT_OPERATORS,
                        "mapAwaitUnordered",
                        null,
                        List.of(call.getArguments().get(1), direct));
                maybeAddImport(Types.AWAIT_OPERATORS, "mapAwaitUnordered", false);
                for (Map.Entry<String, String> needed : code.staticImports) {
                    maybeAddImport(needed.getKey(), needed.getValue(), false);
                }
                code.imports.forEach(type -> maybeAddImport(type, false));
                maybeRemoveImport(Types.MONO);
                J.MethodInvocation transformed = call.withName(call.getName().withSimpleName("transform"))
                        .withArguments(List.of(operator))
                        .withMethodType(
                                call.getMethodType() == null
                                        ? null
                                        : call.getMethodType().withName("transform"));
                return autoFormat(transformed, context, getCursor().getParentOrThrow());
            }

            private boolean hasOwnMethod(String... names) {
                return getCursor()
                        .getPathAsStream(J.ClassDeclaration.class::isInstance)
                        .anyMatch(owner -> Names.hasMethod((J.ClassDeclaration) owner, Set.of(names)));
            }
        };
    }
}
