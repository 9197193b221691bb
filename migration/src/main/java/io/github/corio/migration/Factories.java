package io.github.corio.migration;

import org.jspecify.annotations.Nullable;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.Flag;
import org.openrewrite.java.tree.J;

/** The Monos that a body needs no await for: a value, nothing, an error, a function that makes one. */
final class Factories {
    private Factories() {}

    static boolean is(Expression expression, String name) {
        return expression instanceof J.MethodInvocation call
                && Types.isCallOf(call, Types.MONO, name)
                && call.getMethodType().hasFlags(Flag.Static);
    }

    static Expression argument(Expression call, int index) {
        return ((J.MethodInvocation) call).getArguments().get(index);
    }

    static @Nullable Fn deferred(Expression call) {
        Fn factory = Fn.of(argument(call, 0), 0);
        return factory == null || factory.value() == null ? null : factory;
    }

    static @Nullable Expression thrown(Expression call) {
        Expression error = argument(call, 0).unwrap();
        if (error instanceof J.Lambda || error instanceof J.MemberReference) {
            Fn factory = Fn.of(error, 0);
            error = factory == null || !factory.before().isEmpty() ? null : factory.value();
        }
        return error instanceof J.NewClass && Types.isThrowable(error.getType()) ? error : null;
    }
}
