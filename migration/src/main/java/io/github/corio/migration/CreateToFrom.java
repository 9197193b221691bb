package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openrewrite.ExecutionContext;
import org.openrewrite.Recipe;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JContainer;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Statement;

/**
 * Replaces a {@code Mono.create} around a call with callbacks by a method of {@code From}. These are {@code
 * From.callbacks}, {@code From.nodeCallback} and {@code From.biConsumer}. The sink gets a single success or a single
 * error, in lambdas, references or callback classes. A cancel hook is kept. A sink that is used in another way is left
 * alone.
 *
 * @since 0.1.0
 */
public final class CreateToFrom extends Recipe {
    /** For OpenRewrite, which makes it by its name. */
    public CreateToFrom() {}

    @Override
    public String getDisplayName() {
        return "Mono.create to From";
    }

    @Override
    public String getDescription() {
        return "Rewrites `Mono.create` around one call that takes callbacks to `From`, which also knows late values and errors.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaIsoVisitor<>() {
            @Override
            public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
                J.MethodInvocation inner = super.visitMethodInvocation(call, context);
                J.MethodDeclaration method = getCursor().firstEnclosing(J.MethodDeclaration.class);
                if (method == null
                        || !Factories.is(inner, "create")
                        || !(inner.getArguments().get(0) instanceof J.Lambda lambda)) {
                    return inner;
                }
                SinkUse use = inner.getTypeParameters() == null ? SinkUse.of(lambda) : null;
                boolean plain = use != null;
                List<Expression> arguments =
                        plain ? use.arguments(Names.of(method)) : SinkCallbacks.of(lambda, Names.of(method));
                if (arguments.isEmpty() || (inner.getTypeParameters() != null && arguments.size() > 1)) {
                    return inner; // the type of a handle is not known
                }
                maybeAddImport(Types.FROM, false);
                maybeRemoveImport(Types.MONO);
                maybeRemoveImport("reactor.core.publisher.MonoSink");
                J.MethodInvocation from = Trees.callOf(
                                Types.FROM, plain ? use.form() : "callbacks", inner.getType(), arguments)
                        .withPrefix(inner.getPrefix());
                return plain
                        ? from
                        : autoFormat(
                                withTypes(from, inner), context, getCursor().getParentOrThrow());
            }
        };
    }

    private static J.MethodInvocation withTypes(J.MethodInvocation from, J.MethodInvocation create) {
        JContainer<Expression> types = create.getPadding().getTypeParameters();
        return types == null ? from : from.getPadding().withTypeParameters(types);
    }

    /** A reference to another method may choose another one of them. */
    static boolean isOverloaded(J.MethodInvocation call) {
        JavaType.Method type = call.getMethodType();
        return type == null
                || type.getDeclaringType().getMethods().stream()
                                .filter(other -> other.getName().equals(type.getName())
                                        && other.getParameterTypes().size()
                                                == type.getParameterTypes().size())
                                .count()
                        > 1;
    }

    /**
     * What a sink is used for.
     *
     * @param sink its name
     * @param call the call that gets it
     * @param handle the variable that holds what the call returns; null for none
     * @param cancel the method of the handle that is called when the sink is cancelled
     * @param form the method of From
     */
    private record SinkUse(
            String sink,
            J.MethodInvocation call,
            @Nullable String handle,
            @Nullable String cancel,
            String form) {
        static @Nullable SinkUse of(J.Lambda lambda) {
            List<J> parameters = lambda.getParameters().getParameters();
            if (parameters.size() != 1 || !(parameters.get(0) instanceof J.VariableDeclarations declared)) {
                return null;
            }
            String sink = declared.getVariables().get(0).getSimpleName();
            List<Statement> statements = lambda.getBody() instanceof J.Block block
                    ? block.getStatements()
                    : lambda.getBody() instanceof Statement only ? List.of(only) : List.of();
            if (statements.size() == 1 && statements.get(0) instanceof J.MethodInvocation call) {
                return of(sink, call, null, null, 2, lambda);
            }
            if (statements.size() == 2
                    && statements.get(0) instanceof J.VariableDeclarations variable
                    && variable.getVariables().size() == 1
                    && variable.getVariables().get(0).getInitializer() instanceof J.MethodInvocation call
                    && statements.get(1) instanceof J.MethodInvocation hook
                    && hook.getSimpleName().equals("onCancel")
                    && isSink(hook.getSelect(), sink)
                    && hook.getArguments().get(0) instanceof J.MemberReference reference
                    && reference.getContaining() instanceof J.Identifier of
                    && of.getSimpleName().equals(variable.getVariables().get(0).getSimpleName())) {
                return of(
                        sink, call, of.getSimpleName(), reference.getReference().getSimpleName(), 3, lambda);
            }
            return null;
        }

        private static @Nullable SinkUse of(
                String sink,
                J.MethodInvocation call,
                @Nullable String handle,
                @Nullable String cancel,
                int uses,
                J.Lambda lambda) {
            if (isOverloaded(call) || count(sink, lambda) != uses + 1) { // and its declaration
                return null;
            }
            int both = 0;
            String form = null;
            for (Expression argument : call.getArguments()) {
                if (isReference(argument, sink, "success") || isReference(argument, sink, "error")) {
                    both++;
                } else if (order(argument, sink) != null) {
                    form = order(argument, sink);
                }
            }
            if (form == null && both == 2) {
                form = "callbacks";
            }
            return form == null ? null : new SinkUse(sink, call, handle, cancel, form);
        }

        List<Expression> arguments(Names names) {
            List<String> parameters = form.equals("callbacks")
                    ? List.of(names.fresh("onSuccess"), names.fresh("onFailure"))
                    : List.of(names.fresh("callback"));
            List<Expression> passed = new ArrayList<>();
            for (Expression argument : call.getArguments()) {
                Expression instead = argument;
                if (isReference(argument, sink, "success") || order(argument, sink) != null) {
                    instead = Trees.reference(parameters.get(0), "accept");
                } else if (isReference(argument, sink, "error")) {
                    instead = Trees.reference(parameters.get(1), "accept");
                }
                passed.add(instead.withPrefix(argument.getPrefix()));
            }
            List<Expression> result = new ArrayList<>();
            result.add(Trees.lambda(parameters, call.withArguments(passed)));
            if (handle != null) {
                Expression of = Trees.name(handle, null);
                result.add(Trees.lambda(List.of(handle), Trees.call(of, cancel, List.of(), null)));
            }
            return result;
        }

        private static boolean isReference(Expression argument, String sink, String method) {
            return argument instanceof J.MemberReference reference
                    && isSink(reference.getContaining(), sink)
                    && reference.getReference().getSimpleName().equals(method);
        }

        private static boolean isSink(@Nullable Expression expression, String sink) {
            return expression instanceof J.Identifier identifier
                    && identifier.getSimpleName().equals(sink);
        }

        /** {@code (a, b) -> { if (error != null) sink.error(error); else sink.success(value); }}. */
        private static @Nullable String order(Expression argument, String sink) {
            if (!(argument instanceof J.Lambda lambda)) {
                return null;
            }
            Fn names = Fn.of(lambda, 2);
            if (names == null
                    || !(lambda.getBody() instanceof J.Block block)
                    || block.getStatements().size() != 1
                    || !(block.getStatements().get(0) instanceof J.If choice)
                    || choice.getElsePart() == null
                    || !(choice.getIfCondition().getTree() instanceof J.Binary test)
                    || test.getOperator() != J.Binary.Type.NotEqual
                    || !(test.getLeft() instanceof J.Identifier error)
                    || !test.getRight().toString().equals("null")
                    || !names.parameters().contains(error.getSimpleName())) {
                return null;
            }
            int index = names.parameters().indexOf(error.getSimpleName());
            String value = names.parameters().get(1 - index);
            boolean plain = isCall(choice.getThenPart(), sink, "error", error.getSimpleName())
                    && isCall(choice.getElsePart().getBody(), sink, "success", value);
            return plain ? index == 0 ? "nodeCallback" : "biConsumer" : null;
        }

        private static boolean isCall(Statement part, String sink, String method, String argument) {
            Statement only =
                    part instanceof J.Block block && block.getStatements().size() == 1
                            ? block.getStatements().get(0)
                            : part;
            return only instanceof J.MethodInvocation call
                    && isSink(call.getSelect(), sink)
                    && call.getSimpleName().equals(method)
                    && isSink(call.getArguments().get(0), argument);
        }

        private static int count(String sink, J.Lambda lambda) {
            AtomicInteger found = new AtomicInteger();
            new JavaIsoVisitor<AtomicInteger>() {
                @Override
                public J.Identifier visitIdentifier(J.Identifier identifier, AtomicInteger count) {
                    if (identifier.getSimpleName().equals(sink)) {
                        count.incrementAndGet();
                    }
                    return identifier;
                }
            }.visit(lambda, found);
            return found.get();
        }
    }
}
