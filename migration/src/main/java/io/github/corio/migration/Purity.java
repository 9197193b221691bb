package io.github.corio.migration;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.Flag;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;

/** What is known about an expression without looking at the methods that it calls. */
final class Purity {
    private static final Set<String> NEVER_NULL =
            Set.of("java.lang.String", "java.lang.StringBuilder", "java.lang.Integer", "java.lang.Long");

    private static final Set<String> PURE = Set.of(
            "org.springframework.http.ResponseEntity",
            "org.springframework.http.ResponseEntity.BodyBuilder",
            "org.springframework.http.ResponseEntity.HeadersBuilder",
            "org.springframework.http.ResponseEntity$BodyBuilder",
            "org.springframework.http.ResponseEntity$HeadersBuilder");
    private static final Set<String> PURE_FACTORIES =
            Set.of("java.util.List", "java.util.Set", "java.util.Map", "java.util.Optional", "java.time.Duration");

    private Purity() {}

    /** Whether it is all the same when it is evaluated, and how often. */
    static boolean isPure(@Nullable Expression expression) {
        if (expression == null || expression instanceof J.Literal || expression instanceof J.Lambda) {
            return true;
        }
        if (expression instanceof J.Identifier identifier) {
            return isFixed(identifier.getFieldType()) || identifier.getFieldType() == null;
        }
        if (expression instanceof J.FieldAccess access) {
            return access.getSimpleName().equals("class")
                    || (isFixed(access.getName().getFieldType()) && isPure(access.getTarget()));
        }
        if (expression instanceof J.Parentheses<?> inner) {
            return inner.getTree() instanceof Expression of && isPure(of);
        }
        if (expression instanceof J.MemberReference reference) {
            return isPure(reference.getContaining());
        }
        if (expression instanceof J.Unary unary) {
            return !unary.getOperator().isModifying() && isPure(unary.getExpression());
        }
        if (expression instanceof J.MethodInvocation call) {
            return isKnownAsPure(call) && call.getArguments().stream().allMatch(each -> each instanceof J.Empty || isPure(each));
        }
        return expression instanceof J.Binary binary
                && binary.getOperator() != J.Binary.Type.Division // may throw
                && binary.getOperator() != J.Binary.Type.Modulo
                && isPure(binary.getLeft())
                && isPure(binary.getRight());
    }

    /** Values that are made of what they are given, of which nobody asks which one it is. */
    private static boolean isKnownAsPure(J.MethodInvocation call) {
        if (call.getMethodType() == null) {
            return false;
        }
        String declaring = call.getMethodType().getDeclaringType().getFullyQualifiedName();
        boolean isStatic = call.getMethodType().hasFlags(Flag.Static);
        boolean known = PURE.contains(declaring)
                || (isStatic && Set.of("of", "copyOf", "empty").contains(call.getSimpleName()) && PURE_FACTORIES.contains(declaring))
                || (isStatic && declaring.equals("java.util.Collections") && call.getSimpleName().startsWith("empty"));
        return known && (isStatic || (call.getSelect() instanceof J.MethodInvocation && isPure(call.getSelect())));
    }

    /** A local variable, which a lambda could not hold if it changed, or a final field. */
    private static boolean isFixed(JavaType.@Nullable Variable variable) {
        return variable != null
                && (variable.getOwner() instanceof JavaType.Method
                        || variable.getOwner() == null
                        || variable.hasFlags(Flag.Final));
    }

    static boolean isNeverNull(Expression expression) {
        Expression inner = expression.unwrap();
        if (inner instanceof J.Literal literal) {
            return literal.getType() != JavaType.Primitive.Null;
        }
        if (inner instanceof J.NewClass
                || inner instanceof J.NewArray
                || inner instanceof J.Binary
                || inner instanceof J.Unary
                || isPrimitive(inner.getType())) {
            return true;
        }
        return inner instanceof J.MethodInvocation call
                && call.getMethodType() != null
                && (isPrimitive(call.getMethodType().getReturnType())
                        || isKnown(call.getMethodType().getDeclaringType()));
    }

    /** OpenRewrite counts String and null among the primitive types. */
    static boolean isPrimitive(@Nullable JavaType type) {
        return type instanceof JavaType.Primitive
                && type != JavaType.Primitive.String
                && type != JavaType.Primitive.Null;
    }

    private static boolean isKnown(JavaType.FullyQualified declaring) {
        return NEVER_NULL.contains(declaring.getFullyQualifiedName());
    }
}
