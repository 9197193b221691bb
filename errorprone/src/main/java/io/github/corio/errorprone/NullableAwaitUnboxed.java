package io.github.corio.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.bugpatterns.BugChecker.MethodInvocationTreeMatcher;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.TargetType;
import com.sun.source.tree.MethodInvocationTree;
import java.util.Set;

/** Finds an {@code await} whose value becomes a primitive. It gives null for an empty Mono, which cannot be an int. */
@BugPattern(
        name = "CorioNullableAwaitUnboxed",
        summary = "await gives null if the Mono is empty, which cannot be unboxed: use awaitSingle.",
        severity = BugPattern.SeverityLevel.WARNING)
public final class NullableAwaitUnboxed extends BugChecker implements MethodInvocationTreeMatcher {
    private static final long serialVersionUID = 1L;

    /** For Error Prone, which makes it by its name. */
    public NullableAwaitUnboxed() {}

    @Override
    public Description matchMethodInvocation(MethodInvocationTree tree, VisitorState state) {
        if (!Bodies.isCallOf(tree, "io.github.corio.Asyncio", Set.of("await", "awaitThrowing"))) {
            return Description.NO_MATCH;
        }
        TargetType target = TargetType.targetType(state);
        return target != null && target.type().isPrimitive() ? describeMatch(tree) : Description.NO_MATCH;
    }
}
