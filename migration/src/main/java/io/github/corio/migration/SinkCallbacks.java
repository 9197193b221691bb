package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.JavaVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.Statement;

/**
 * The function of a {@code Mono.create} with two functions in place of its sink, wherever it has one success or one error for it: in
 * callback classes, lambdas and references. A cancel hook becomes the function that {@code From} has for it.
 */
final class SinkCallbacks extends JavaVisitor<Integer> {
    private final String sink;
    private final String onSuccess;
    private final String onFailure;
    private int replaced;
    private boolean ambiguous;

    private SinkCallbacks(String sink, Names names) {
        this.sink = sink;
        this.onSuccess = names.fresh("onSuccess");
        this.onFailure = names.fresh("onFailure");
    }

    /** What {@code From.callbacks} is given. Empty if the sink is used in another way. */
    static List<Expression> of(J.Lambda create, Names names) {
        List<J> parameters = create.getParameters().getParameters();
        if (parameters.size() != 1
                || !(parameters.get(0) instanceof J.VariableDeclarations declared)
                || declared.getTypeExpression() != null) {
            return List.of();
        }
        return new SinkCallbacks(declared.getVariables().get(0).getSimpleName(), names).arguments(create);
    }

    private List<Expression> arguments(J.Lambda create) {
        J body = create.getBody();
        Hook hook = body instanceof J.Block block ? Hook.in(block.getStatements(), sink) : null;
        if (hook != null) {
            body = ((J.Block) body).withStatements(hook.without(((J.Block) body).getStatements()));
        }
        J direct = visitNonNull(body, 0);
        if (ambiguous || replaced == 0 || isUsed(sink, direct)) {
            return List.of();
        }
        Expression start = Trees.lambda(List.of(onSuccess, onFailure), plain(direct));
        return hook == null ? List.of(start) : List.of(start, hook.function());
    }

    /** A block of one call is that call. */
    private static J plain(J body) {
        Statement only = body instanceof J.Block block && block.getStatements().size() == 1
                ? block.getStatements().get(0)
                : null;
        if (only instanceof J.Return result && result.getExpression() instanceof J.MethodInvocation call) {
            return call;
        }
        return only instanceof J.MethodInvocation call ? call : body;
    }

    private static boolean isUsed(String name, J code) {
        boolean[] found = {false};
        new JavaIsoVisitor<Integer>() {
            @Override
            public J.Identifier visitIdentifier(J.Identifier identifier, Integer unused) {
                found[0] |= identifier.getSimpleName().equals(name);
                return identifier;
            }
        }.visit(code, 0);
        return found[0];
    }

    private boolean isSink(@Nullable Expression expression) {
        return expression instanceof J.Identifier identifier
                && identifier.getSimpleName().equals(sink);
    }

    private @Nullable String instead(String method) {
        return switch (method) {
            case "success" -> onSuccess;
            case "error" -> onFailure;
            default -> null;
        };
    }

    @Override
    public J visitMethodInvocation(J.MethodInvocation call, Integer unused) {
        String function = isSink(call.getSelect()) ? instead(call.getSimpleName()) : null;
        if (function != null) {
            replaced++;
            List<Expression> arguments = new ArrayList<>();
            for (Expression argument : call.getArguments()) {
                arguments.add(argument instanceof J.Empty ? Trees.nothing() : (Expression) visitNonNull(argument, 0));
            }
            return Trees.call(Trees.name(function, null), "accept", arguments, null)
                    .withPrefix(call.getPrefix());
        }
        boolean refers = call.getArguments().stream()
                .anyMatch(each -> each instanceof J.MemberReference reference && isSink(reference.getContaining()));
        if (refers && CreateToFrom.isOverloaded(call)) {
            ambiguous = true; // a reference may choose another method
        }
        return super.visitMethodInvocation(call, unused);
    }

    @Override
    public J visitMemberReference(J.MemberReference reference, Integer unused) {
        String function = isSink(reference.getContaining())
                ? instead(reference.getReference().getSimpleName())
                : null;
        if (function == null) {
            return super.visitMemberReference(reference, unused);
        }
        replaced++;
        return Trees.reference(function, "accept").withPrefix(reference.getPrefix());
    }

    /**
     * {@code sink.onCancel(handle::method)} of a variable that is set in the same block.
     *
     * @param statement the statement
     * @param handle the variable
     * @param declared where it is set
     * @param function what the hook does, as a function of it
     */
    private record Hook(Statement statement, String handle, J.VariableDeclarations declared, Expression function) {
        static @Nullable Hook in(List<Statement> statements, String sink) {
            for (Statement statement : statements) {
                if (statement instanceof J.MethodInvocation call
                        && call.getSimpleName().equals("onCancel")
                        && call.getSelect() instanceof J.Identifier select
                        && select.getSimpleName().equals(sink)) {
                    return of(call, statements);
                }
            }
            return null;
        }

        private static @Nullable Hook of(J.MethodInvocation call, List<Statement> statements) {
            Expression given = call.getArguments().get(0);
            String method = given instanceof J.MemberReference reference
                    ? reference.getReference().getSimpleName()
                    : "dispose";
            Expression of = given instanceof J.MemberReference reference ? reference.getContaining() : given;
            Expression body = null;
            if (given instanceof J.Lambda lambda
                    && lambda.getBody() instanceof J.MethodInvocation inner
                    && inner.getArguments().stream()
                            .allMatch(each -> each instanceof J.Empty || each instanceof J.Literal)) {
                of = inner.getSelect();
                body = inner;
            }
            for (Statement statement : statements) {
                if (of instanceof J.Identifier handle
                        && statement instanceof J.VariableDeclarations declared
                        && declared.getVariables().size() == 1
                        && declared.getVariables().get(0).getInitializer() != null
                        && declared.getVariables().get(0).getSimpleName().equals(handle.getSimpleName())) {
                    String name = handle.getSimpleName();
                    Expression does = body == null ? Trees.call(Trees.name(name, null), method, List.of(), null) : body;
                    return new Hook(call, name, declared, Trees.lambda(List.of(name), does));
                }
            }
            return null;
        }

        /** The block, which gives the handle now. */
        List<Statement> without(List<Statement> statements) {
            List<Statement> left = new ArrayList<>(statements);
            left.remove(statement);
            if (left.indexOf(declared) == left.size() - 1) {
                Expression made = declared.getVariables().get(0).getInitializer();
                left.set(left.size() - 1, Trees.result(made).withPrefix(declared.getPrefix()));
            } else {
                left.add(Trees.result(Trees.name(handle, null)).withPrefix(declared.getPrefix()));
            }
            return left;
        }
    }
}
