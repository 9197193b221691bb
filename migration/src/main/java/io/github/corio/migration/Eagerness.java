package io.github.corio.migration;

import java.util.Set;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;

/**
 * What a chain does when it is assembled. A body does it when it runs. For a call that makes a Mono that is the same; for one whose result
 * is put into a Mono it is not.
 */
final class Eagerness {
    private static final Set<String> EAGER = Set.of(
            "just",
            "justOrEmpty",
            "fromFuture",
            "fromCompletionStage",
            "thenReturn",
            "defaultIfEmpty",
            "onErrorReturn");

    private Eagerness() {}

    static void requireDeferrable(Expression chain) {
        new JavaIsoVisitor<Integer>() {
            @Override
            public J.Lambda visitLambda(J.Lambda later, Integer unused) {
                return later;
            }

            @Override
            public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, Integer unused) {
                if (EAGER.contains(call.getSimpleName()) && Types.isCallOf(call, Types.MONO, call.getSimpleName())) {
                    for (Expression argument : call.getArguments()) {
                        if (!(argument instanceof J.Empty) && !Purity.isPure(argument)) {
                            throw new Uncertain(
                                    "an argument of " + call.getSimpleName() + " is evaluated when it is assembled");
                        }
                    }
                }
                return super.visitMethodInvocation(call, unused);
            }

            @Override
            public J.Assignment visitAssignment(J.Assignment assignment, Integer unused) {
                throw new Uncertain("it assigns a variable when it is assembled");
            }

            @Override
            public J.Unary visitUnary(J.Unary unary, Integer unused) {
                if (unary.getOperator().isModifying()) {
                    throw new Uncertain("it changes a variable when it is assembled");
                }
                return super.visitUnary(unary, unused);
            }
        }.visit(chain, 0);
    }
}
