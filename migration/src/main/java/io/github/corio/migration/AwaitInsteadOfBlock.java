package io.github.corio.migration;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openrewrite.ExecutionContext;
import org.openrewrite.Recipe;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.TypeUtils;

/**
 * Replaces blocking calls in the body of a coroutine by awaits. A lambda that runs elsewhere is left alone.
 *
 * <table>
 * <caption>Calls</caption>
 * <tr><td>{@code mono.block()}, {@code future.join()}, {@code future.get()}</td><td>{@code await(…)}</td></tr>
 * <tr><td>{@code flux.toIterable()} in a {@code for}</td><td>{@code each(…)}</td></tr>
 * <tr><td>{@code Thread.sleep(…)}</td><td>{@code await(sleep(…))}</td></tr>
 * </table>
 *
 * @since 0.1.0
 */
public final class AwaitInsteadOfBlock extends Recipe {
    /** For OpenRewrite, which makes it by its name. */
    public AwaitInsteadOfBlock() {}

    private static final Set<String> WRAPPERS =
            Set.of("CompletionException", "ExecutionException", "InterruptedException");

    @Override
    public String getDisplayName() {
        return "Await instead of block";
    }

    @Override
    public String getDescription() {
        return "In the body of a coroutine, awaits what would block its loop.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaIsoVisitor<>() {
            @Override
            public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
                J.MethodInvocation inner = super.visitMethodInvocation(call, context);
                if (sleeps(inner) && Bodies.isBody(getCursor()) && !hasOwnMethod()) {
                    return Bodies.isCaught(getCursor(), WRAPPERS) ? inner : slept(inner);
                }
                Expression source = blocked(call) && Bodies.isBody(getCursor()) ? inner.getSelect() : null;
                if (source == null
                        || (Types.isStage(source.getType()) && Bodies.isCaught(getCursor(), WRAPPERS))
                        || hasOwnMethod()) {
                    return inner;
                }
                String verb = "await";
                if (call.getSimpleName().equals("toIterable")) {
                    if (!(getCursor().getParentTreeCursor().getValue() instanceof J.ForEachLoop.Control)) {
                        return inner;
                    }
                    verb = "each";
                }
                maybeAddImport(Types.ASYNCIO, verb, false);
                Expression awaited = withoutConversion(source);
                return Trees.call(Types.ASYNCIO, verb, call.getType(), List.of(awaited))
                        .withPrefix(call.getPrefix());
            }

            private J.MethodInvocation slept(J.MethodInvocation call) {
                maybeAddImport(Types.ASYNCIO, "await", false);
                maybeAddImport(Types.ASYNCIO, "sleep", false);
                maybeAddImport("java.time.Duration", false);
                Expression duration = Trees.callOf("java.time.Duration", "ofMillis", null, call.getArguments());
                Expression sleep = Trees.call(Types.ASYNCIO, "sleep", null, List.of(duration));
                return Trees.call(Types.ASYNCIO, "await", null, List.of(sleep)).withPrefix(call.getPrefix());
            }

            private boolean hasOwnMethod() {
                return getCursor()
                        .getPathAsStream(J.ClassDeclaration.class::isInstance)
                        .anyMatch(
                                owner -> Names.hasMethod((J.ClassDeclaration) owner, Set.of("await", "each", "sleep")));
            }
        };
    }

    /** {@code Thread.sleep} with milliseconds. */
    static boolean sleeps(J.MethodInvocation call) {
        return Types.isCallOf(call, "java.lang.Thread", "sleep")
                && call.getArguments().size() == 1
                && call.getArguments().get(0).getType() instanceof JavaType.Primitive;
    }

    private static boolean blocked(J.MethodInvocation call) {
        if (call.getSelect() == null || !(call.getArguments().get(0) instanceof J.Empty)) {
            return false;
        }
        @Nullable JavaType type = call.getSelect().getType();
        return switch (call.getSimpleName()) {
            case "block" -> Types.isAnyMono(type);
            case "toIterable" -> TypeUtils.isAssignableTo(Types.FLUX, type);
            case "join", "get" -> TypeUtils.isAssignableTo("java.util.concurrent.CompletableFuture", type);
            default -> false;
        };
    }

    /** {@code await} takes any stage. */
    private static Expression withoutConversion(Expression source) {
        return source instanceof J.MethodInvocation call
                        && call.getSelect() != null
                        && call.getSimpleName().equals("toCompletableFuture")
                        && Types.isStage(call.getSelect().getType())
                ? call.getSelect()
                : source;
    }
}
