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
import org.openrewrite.java.tree.Comment;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.Space;
import org.openrewrite.java.tree.Statement;
import org.openrewrite.java.tree.TextComment;
import org.openrewrite.marker.Markers;

/**
 * Makes {@code return async(() -> { ... })} of {@code return chain}, in a method that returns a Mono. The chain's value, its emptiness, its
 * errors and when they come stay as they are. Calls that make the Monos of the chain are made when the coroutine runs, as in
 * {@code Mono.defer}. What is not certain is left alone.
 *
 * @since 0.1.0
 */
public final class OperatorsToDirectStyle extends Recipe {
    private static final String MARK = " corio: left alone, ";

    @Option(
            displayName = "Explain",
            description = "Write a comment above each chain that is left alone, saying why.",
            required = false,
            example = "true")
    private final @Nullable Boolean explain;

    /** Without comments. */
    public OperatorsToDirectStyle() {
        this(null);
    }

    /**
     * The recipe.
     *
     * @param explain whether a comment says why a chain is left alone
     */
    @com.fasterxml.jackson.annotation.JsonCreator
    public OperatorsToDirectStyle(@com.fasterxml.jackson.annotation.JsonProperty("explain") @Nullable Boolean explain) {
        this.explain = explain;
    }

    /**
     * The option.
     *
     * @return whether a comment says why a chain is left alone
     */
    public @Nullable Boolean getExplain() {
        return explain;
    }

    @Override
    public String getDisplayName() {
        return "Operators to direct style";
    }

    @Override
    public String getDescription() {
        return "Rewrites chains of Mono operators into the body of a coroutine that has the same signals.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaIsoVisitor<>() {
            @Override
            public J.Return visitReturn(J.Return statement, ExecutionContext context) {
                Expression chain = statement.getExpression();
                J.MethodDeclaration method = returningMono(getCursor());
                if (chain == null || method == null || !isWorthwhile(chain)) {
                    return super.visitReturn(statement, context);
                }
                try {
                    return rewritten(statement, chain, method, context);
                } catch (Uncertain e) {
                    return leftAlone(statement, e);
                } catch (RecipeRunException e) { // as a visitor wraps it
                    if (e.getCause() instanceof Uncertain uncertain) {
                        return leftAlone(statement, uncertain);
                    }
                    throw e;
                }
            }

            private J.Return leftAlone(J.Return statement, Uncertain e) {
                return Boolean.TRUE.equals(explain) ? commented(statement, e.reason()) : statement;
            }

            private J.Return rewritten(
                    J.Return statement, Expression chain, J.MethodDeclaration method, ExecutionContext context) {
                requirePlace(getCursor());
                Names names = Names.of(method);
                names.requireUnchanged(chain);
                Eagerness.requireDeferrable(chain);
                Code code = new Code(names);
                DirectStyle style = new DirectStyle(code);
                List<Statement> body = new ArrayList<>();
                style.tail(chain, body);
                if (style.converted() == 0) {
                    throw new Uncertain("its last operator has no certain direct form");
                }
                if (body.stream().anyMatch(each -> each.toString().contains(".doFinally("))) {
                    throw new Uncertain("a doFinally runs after what follows it");
                }
                J.Return direct = statement.withExpression(
                        Trees.call(Types.ASYNCIO, "async", chain.getType(), List.of(Trees.body(body)))
                                .withPrefix(Space.SINGLE_SPACE));
                Names.requireDistinct(method, statement, direct);
                maybeAddImport(Types.ASYNCIO, "async", false);
                for (Map.Entry<String, String> needed : code.staticImports) {
                    maybeAddImport(needed.getKey(), needed.getValue(), false);
                }
                code.imports.forEach(type -> maybeAddImport(type, false));
                maybeRemoveImport(Types.MONO);
                return autoFormat(direct, context, getCursor().getParentOrThrow());
            }
        };
    }

    private static boolean isWorthwhile(Expression chain) {
        return Operator.isNamed(chain.unwrap());
    }

    private static J.@Nullable MethodDeclaration returningMono(Cursor cursor) {
        Object around = cursor.dropParentUntil(value -> value instanceof J.Lambda
                        || value instanceof J.MethodDeclaration
                        || value instanceof J.ClassDeclaration
                        || value == Cursor.ROOT_VALUE)
                .getValue();
        return around instanceof J.MethodDeclaration method
                        && method.getReturnTypeExpression() != null
                        && Types.isMono(method.getReturnTypeExpression().getType())
                ? method
                : null;
    }

    private static void requirePlace(Cursor cursor) {
        for (Cursor at = cursor; at != null && !(at.getValue() instanceof J.MethodDeclaration); at = at.getParent()) {
            if (at.getValue() instanceof J.Try) {
                throw new Uncertain("it is assembled in a try");
            }
            if (at.getValue() instanceof J.Synchronized) {
                throw new Uncertain("it is assembled under a lock");
            }
        }
        for (Cursor at = cursor; at != null; at = at.getParent()) {
            if (at.getValue() instanceof J.ClassDeclaration owner
                    && Names.hasMethod(owner, Set.of("async", "await", "awaitThrowing", "zip", "requireNonNull"))) {
                throw new Uncertain("its class has a method async, await, awaitThrowing, zip or requireNonNull");
            }
        }
    }

    private static J.Return commented(J.Return statement, String reason) {
        String text = MARK + reason;
        for (Comment comment : statement.getPrefix().getComments()) {
            if (comment instanceof TextComment present && present.getText().startsWith(MARK)) {
                return statement;
            }
        }
        Space prefix = statement.getPrefix();
        List<Comment> comments = new ArrayList<>(prefix.getComments());
        comments.add(new TextComment(false, text, prefix.getLastWhitespace(), Markers.EMPTY));
        return statement.withPrefix(prefix.withComments(comments));
    }
}
