package io.github.corio.migration;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openrewrite.Cursor;
import org.openrewrite.ExecutionContext;
import org.openrewrite.Option;
import org.openrewrite.Recipe;
import org.openrewrite.TreeVisitor;
import org.openrewrite.internal.RecipeRunException;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.Flag;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaSourceFile;
import org.openrewrite.java.tree.Space;
import org.openrewrite.java.tree.Statement;

/**
 * Replaces a chain of operators by the body of a coroutine, in a method that returns a Mono. {@code return chain}
 * becomes {@code return async(() -> { ... })}, and a local {@code Mono<T> x = chain} likewise. The chain's value, its
 * emptiness, its errors and their time stay as they are. The calls that make the Monos of the chain run in the
 * coroutine, as in {@code Mono.defer}. A chain that is not certain is left alone.
 *
 * @since 0.1.0
 */
public final class OperatorsToDirectStyle extends Recipe {
    @Option(
            displayName = "Explain",
            description = "Write a comment above each chain that is left alone, saying why.",
            required = false,
            example = "true")
    private final @Nullable Boolean explain;

    private final transient Chains chains = new Chains(this);

    /** Makes the recipe without comments. */
    public OperatorsToDirectStyle() {
        this(null);
    }

    /**
     * Makes the recipe.
     *
     * @param explain whether a comment says why a chain is left alone
     */
    @com.fasterxml.jackson.annotation.JsonCreator
    public OperatorsToDirectStyle(@com.fasterxml.jackson.annotation.JsonProperty("explain") @Nullable Boolean explain) {
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
        return "Operators to direct style";
    }

    @Override
    public String getDescription() {
        return "Rewrites chains of Mono operators into the body of a coroutine that has the same signals.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaIsoVisitor<>() {
            /** The variables that were put before chains of a method. */
            private final Map<UUID, Set<String>> added = new HashMap<>();

            @Override
            public J.Block visitBlock(J.Block block, ExecutionContext context) {
                List<Statement> statements = new ArrayList<>();
                J.MethodDeclaration method = returningMono(getCursor());
                for (Statement statement : block.getStatements()) {
                    Expression chain = method == null ? null : chain(statement);
                    if (chain == null) {
                        statements.add(statement);
                    } else {
                        statements.addAll(rewritten(statement, chain, method, context));
                    }
                }
                return super.visitBlock(block.withStatements(statements), context);
            }

            /** One that is the whole of a branch. */
            @Override
            public J.Return visitReturn(J.Return statement, ExecutionContext context) {
                J.MethodDeclaration method = returningMono(getCursor());
                Expression chain = method == null ? null : chain(statement);
                if (chain == null || getCursor().getParentTreeCursor().getValue() instanceof J.Block) {
                    return super.visitReturn(statement, context);
                }
                List<Statement> direct = rewritten(statement, chain, method, context);
                return direct.size() == 1 ? (J.Return) direct.get(0) : statement;
            }

            @Override
            public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
                if (isChain(call) && !isPartOfChain(getCursor())) {
                    note(context, call, "is not what a method returns, nor a local Mono of one that does");
                }
                return super.visitMethodInvocation(call, context);
            }

            private List<Statement> rewritten(
                    Statement statement, Expression chain, J.MethodDeclaration method, ExecutionContext context) {
                String reason;
                try {
                    List<Statement> direct = direct(statement, chain, method, context);
                    note(context, method, "");
                    return direct;
                } catch (Uncertain e) {
                    reason = e.reason();
                } catch (RecipeRunException e) { // as a visitor wraps it
                    if (!(e.getCause() instanceof Uncertain uncertain)) {
                        throw e;
                    }
                    reason = uncertain.reason();
                }
                note(context, method, reason);
                return List.of(Boolean.TRUE.equals(explain) ? Explanation.above(statement, reason) : statement);
            }

            private void note(ExecutionContext context, J place, String reason) {
                J.MethodDeclaration method = place instanceof J.MethodDeclaration itself
                        ? itself
                        : getCursor().firstEnclosing(J.MethodDeclaration.class);
                JavaSourceFile file = getCursor().firstEnclosing(JavaSourceFile.class);
                chains.insertRow(
                        context,
                        new Chains.Row(
                                file == null ? "" : file.getSourcePath().toString(),
                                method == null ? "" : method.getSimpleName(),
                                reason.isEmpty(),
                                reason));
            }

            private List<Statement> direct(
                    Statement statement, Expression chain, J.MethodDeclaration method, ExecutionContext context) {
                requirePlace(getCursor());
                Names names = Names.of(method);
                names.requireUnchanged(chain);
                Set<String> variables = added.computeIfAbsent(method.getId(), id -> new HashSet<>());
                names.take(variables);
                Code code = new Code(names);
                requireNoFinallyBefore(chain, method);
                DirectStyle style = new DirectStyle(code, statement instanceof J.Return);
                List<Statement> before = new ArrayList<>();
                List<Statement> body = new ArrayList<>();
                style.tail(Eagerness.hoisted(chain, code, before), body);
                if (style.converted() == 0) {
                    throw new Uncertain("its last operator has no direct form: "
                            + ((J.MethodInvocation) chain.unwrap()).getSimpleName());
                }
                if (body.stream().anyMatch(each -> each.toString().contains(".doFinally("))) {
                    throw new Uncertain("a doFinally runs after what follows it");
                }
                if (!before.isEmpty() && !(getCursor().getValue() instanceof J.Block)) {
                    throw new Uncertain("a value that is computed before it has no place");
                }
                before.forEach(each -> variables.add(
                        ((J.VariableDeclarations) each).getVariables().get(0).getSimpleName()));
                Expression coroutine = Trees.call(Types.ASYNCIO, "async", chain.getType(), List.of(Trees.body(body)))
                        .withPrefix(Space.SINGLE_SPACE);
                Statement direct = withChain(statement, coroutine);
                Names.requireDistinct(method, statement, direct);
                maybeAddImport(Types.ASYNCIO, "async", false);
                for (Map.Entry<String, String> needed : code.staticImports) {
                    maybeAddImport(needed.getKey(), needed.getValue(), false);
                }
                code.imports.forEach(type -> maybeAddImport(type, false));
                maybeRemoveImport(Types.MONO);
                Cursor block = getCursor().getValue() instanceof J.Block
                        ? getCursor()
                        : getCursor().getParentOrThrow();
                List<Statement> all = new ArrayList<>();
                for (Statement each : before) {
                    all.add(autoFormat(
                            each.withPrefix(all.isEmpty() ? statement.getPrefix() : Space.format("\n")),
                            context,
                            block));
                }
                all.add(autoFormat(before.isEmpty() ? direct : direct.withPrefix(Space.format("\n")), context, block));
                return all;
            }
        };
    }

    /** What is returned or kept in a Mono of its own, if that is a chain. */
    private static @Nullable Expression chain(Statement statement) {
        Expression value = null;
        if (statement instanceof J.Return result) {
            value = result.getExpression();
        } else if (statement instanceof J.VariableDeclarations declared
                && declared.getVariables().size() == 1
                && declared.getTypeExpression() instanceof J.ParameterizedType type
                && Types.isMono(type.getType())) {
            value = declared.getVariables().get(0).getInitializer();
        }
        return value != null && isChain(value.unwrap()) ? value : null;
    }

    private static Statement withChain(Statement statement, Expression chain) {
        if (statement instanceof J.Return result) {
            return result.withExpression(chain);
        }
        J.VariableDeclarations declared = (J.VariableDeclarations) statement;
        return declared.withVariables(List.of(declared.getVariables().get(0).withInitializer(chain)));
    }

    /** Whether it is a call of an operator of Mono. */
    private static boolean isChain(Expression expression) {
        return expression instanceof J.MethodInvocation call
                && call.getSelect() != null
                && Types.isCallOf(call, Types.MONO, call.getSimpleName())
                && !call.getMethodType().hasFlags(Flag.Static)
                && !isEnd(call);
    }

    /** Whether it runs the chain, and gives no Mono. */
    private static boolean isEnd(J.MethodInvocation call) {
        return call.getSimpleName().startsWith("block") || call.getSimpleName().equals("subscribe");
    }

    /** Whether a chain around it, or the statement that is looked at as a whole, has it. */
    private static boolean isPartOfChain(Cursor place) {
        for (Cursor at = place.getParentTreeCursor(); at.getValue() instanceof J; at = at.getParentTreeCursor()) {
            if (at.getValue() instanceof J.MethodInvocation around && isReactor(around) && !isEnd(around)) {
                return true;
            }
            if (at.getValue() instanceof Statement statement && chain(statement) != null && returningMono(at) != null) {
                return true;
            }
            if (at.getValue() instanceof J.MethodDeclaration || at.getValue() instanceof J.ClassDeclaration) {
                return false;
            }
        }
        return false;
    }

    private static boolean isReactor(J.MethodInvocation call) {
        return call.getMethodType() != null
                && Set.of(Types.MONO, Types.FLUX, Types.ASYNCIO)
                        .contains(call.getMethodType().getDeclaringType().getFullyQualifiedName());
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

    /** The {@code doFinally} of a local Mono runs after what follows the Mono. */
    private static void requireNoFinallyBefore(Expression chain, J.MethodDeclaration method) {
        Set<String> used = new HashSet<>();
        new JavaIsoVisitor<Integer>() {
            @Override
            public J.Identifier visitIdentifier(J.Identifier identifier, Integer unused) {
                if (Types.isAnyMono(identifier.getType())) {
                    used.add(identifier.getSimpleName());
                }
                return identifier;
            }
        }.visit(chain, 0);
        new JavaIsoVisitor<Integer>() {
            @Override
            public J.VariableDeclarations.NamedVariable visitVariable(
                    J.VariableDeclarations.NamedVariable variable, Integer unused) {
                if (used.contains(variable.getSimpleName())
                        && variable.getInitializer() != null
                        && variable.getInitializer().toString().contains(".doFinally(")) {
                    throw new Uncertain("a doFinally runs after what follows it");
                }
                return super.visitVariable(variable, unused);
            }
        }.visit(method, 0);
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
}
