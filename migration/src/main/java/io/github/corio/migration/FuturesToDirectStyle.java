package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openrewrite.Cursor;
import org.openrewrite.ExecutionContext;
import org.openrewrite.Option;
import org.openrewrite.Recipe;
import org.openrewrite.TreeVisitor;
import org.openrewrite.internal.RecipeRunException;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.Space;
import org.openrewrite.java.tree.Statement;
import org.openrewrite.java.tree.TypeUtils;

/**
 * Replaces a chain of {@code CompletableFuture} by the body of a coroutine. {@code return
 * future.thenCompose(...).thenApply(...)} becomes {@code return To.completableFuture(async(() -> { ... }))}. The call
 * at the head of the chain is made as before: when the method is called.
 *
 * @since 0.1.0
 */
public final class FuturesToDirectStyle extends Recipe {
    @Option(
            displayName = "Explain",
            description = "Write a comment above each chain that is left alone, saying why.",
            required = false,
            example = "true")
    private final @Nullable Boolean explain;

    /** Makes the recipe without comments. */
    public FuturesToDirectStyle() {
        this(null);
    }

    /**
     * Makes the recipe.
     *
     * @param explain whether a comment says why a chain is left alone
     */
    @com.fasterxml.jackson.annotation.JsonCreator
    public FuturesToDirectStyle(@com.fasterxml.jackson.annotation.JsonProperty("explain") @Nullable Boolean explain) {
        this.explain = explain;
    }

    /**
     * Gives the option.
     *
     * @return whether a comment says why a chain is left alone
     */
    public @Nullable Boolean getExplain() {
        return explain;
    }

    @Override
    public String getDisplayName() {
        return "Chains of CompletableFuture to direct style";
    }

    @Override
    public String getDescription() {
        return "Rewrites `thenCompose`, `thenApply`, `handle`, `exceptionally` and the like into the body of a coroutine with the same outcome.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaIsoVisitor<>() {
            @Override
            public J.Block visitBlock(J.Block block, ExecutionContext context) {
                J.Block inner = super.visitBlock(block, context);
                J.MethodDeclaration method = returningStage(getCursor());
                if (method == null) {
                    return inner;
                }
                List<Statement> statements = new ArrayList<>();
                boolean changed = false;
                for (Statement statement : inner.getStatements()) {
                    if (statement instanceof J.Return result
                            && result.getExpression() != null
                            && FutureStyle.isChain(result.getExpression())) {
                        List<Statement> instead = rewritten(result, method, context);
                        changed |= instead.get(0) != statement;
                        statements.addAll(instead);
                    } else {
                        statements.add(statement);
                    }
                }
                return changed ? inner.withStatements(statements) : inner;
            }

            private List<Statement> rewritten(J.Return result, J.MethodDeclaration method, ExecutionContext context) {
                try {
                    return direct(result, method, context);
                } catch (Uncertain e) {
                    return leftAlone(result, e);
                } catch (RecipeRunException e) { // as a visitor wraps it
                    if (e.getCause() instanceof Uncertain uncertain) {
                        return leftAlone(result, uncertain);
                    }
                    throw e;
                }
            }

            private List<Statement> leftAlone(J.Return result, Uncertain e) {
                return List.of(Boolean.TRUE.equals(explain) ? Explanation.above(result, e.reason()) : result);
            }

            private List<Statement> direct(J.Return result, J.MethodDeclaration method, ExecutionContext context) {
                requirePlace(getCursor());
                Names names = Names.of(method);
                names.requireUnchanged(result.getExpression());
                Code code = new Code(names);
                FutureStyle style = new FutureStyle(code);
                List<Statement> body = new ArrayList<>();
                List<Statement> before = new ArrayList<>();
                style.tail(style.startingIn(result.getExpression(), before), body);
                if (!Returns.haveValue(body)) {
                    throw new Uncertain("javac would not know of what type the body is");
                }
                J.Return direct = result.withPrefix(before.isEmpty() ? result.getPrefix() : Space.format("\n"))
                        .withExpression(Trees.callOf(
                                        Types.TO,
                                        "completableFuture",
                                        result.getExpression().getType(),
                                        List.of(Trees.call(Types.ASYNCIO, "async", null, List.of(Trees.body(body)))))
                                .withPrefix(Space.SINGLE_SPACE));
                Names.requireDistinct(method, result, direct);
                maybeAddImport(Types.ASYNCIO, "async", false);
                maybeAddImport(Types.TO, false);
                for (Map.Entry<String, String> needed : code.staticImports) {
                    maybeAddImport(needed.getKey(), needed.getValue(), false);
                }
                code.imports.forEach(type -> maybeAddImport(type, false));
                List<Statement> all = new ArrayList<>();
                before.forEach(each -> all.add(autoFormat(each.withPrefix(result.getPrefix()), context, getCursor())));
                all.add(autoFormat(direct, context, getCursor()));
                return all;
            }
        };
    }

    private static J.@Nullable MethodDeclaration returningStage(Cursor cursor) {
        Object around = cursor.dropParentUntil(value -> value instanceof J.Lambda
                        || value instanceof J.MethodDeclaration
                        || value instanceof J.ClassDeclaration
                        || value == Cursor.ROOT_VALUE)
                .getValue();
        return around instanceof J.MethodDeclaration method
                        && method.getReturnTypeExpression() != null
                        && (TypeUtils.isOfClassType(
                                        method.getReturnTypeExpression().getType(),
                                        "java.util.concurrent.CompletableFuture")
                                || TypeUtils.isOfClassType(
                                        method.getReturnTypeExpression().getType(),
                                        "java.util.concurrent.CompletionStage"))
                ? method
                : null;
    }

    private static void requirePlace(Cursor cursor) {
        for (Cursor at = cursor; at != null; at = at.getParent()) {
            if (at.getValue() instanceof J.ClassDeclaration owner
                    && Names.hasMethod(owner, Set.of("async", "await", "toThread", "completableFuture"))) {
                throw new Uncertain("its class has a method async, await, toThread or completableFuture");
            }
        }
    }
}
