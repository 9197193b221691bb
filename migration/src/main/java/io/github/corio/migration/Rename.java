package io.github.corio.migration;

import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.Statement;

/** Gives a local variable another name, where it is used. */
final class Rename extends JavaIsoVisitor<Integer> {
    private final String from;
    private final String to;

    Rename(String from, String to) {
        this.from = from;
        this.to = to;
    }

    Expression in(Expression tree) {
        return from.equals(to) ? tree : (Expression) visitNonNull(tree, 0);
    }

    Statement in(Statement tree) {
        return from.equals(to) ? tree : (Statement) visitNonNull(tree, 0);
    }

    @Override
    public J.FieldAccess visitFieldAccess(J.FieldAccess access, Integer unused) {
        return access.withTarget(visitAndCast(access.getTarget(), unused)); // its name is that of a field
    }

    @Override
    public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, Integer unused) {
        J.Identifier method = call.getName();
        return super.visitMethodInvocation(call, unused).withName(method);
    }

    @Override
    public J.MemberReference visitMemberReference(J.MemberReference reference, Integer unused) {
        return reference.withContaining(visitAndCast(reference.getContaining(), unused));
    }

    @Override
    public J.Identifier visitIdentifier(J.Identifier identifier, Integer unused) {
        if (!identifier.getSimpleName().equals(from)) {
            return identifier;
        }
        return identifier
                .withSimpleName(to)
                .withFieldType(
                        identifier.getFieldType() == null
                                ? null
                                : identifier.getFieldType().withName(to));
    }
}
