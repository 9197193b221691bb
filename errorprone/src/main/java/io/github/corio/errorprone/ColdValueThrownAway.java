package io.github.corio.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.bugpatterns.BugChecker.ExpressionStatementTreeMatcher;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.tools.javac.code.Type;
import java.util.Set;

/**
 * Finds a Mono or a Flux that is made and not used, and so does nothing. A task runs without that.
 *
 * <ul>
 *   <li><b>asyncio:</b> the warning "coroutine was never awaited".
 * </ul>
 */
@BugPattern(
        name = "CorioColdValueThrownAway",
        summary = "This Mono or Flux does nothing until it is awaited or subscribed to.",
        severity = BugPattern.SeverityLevel.ERROR)
public final class ColdValueThrownAway extends BugChecker implements ExpressionStatementTreeMatcher {
    private static final long serialVersionUID = 1L;

    /** For Error Prone, which makes it by its name. */
    public ColdValueThrownAway() {}

    @Override
    public Description matchExpressionStatement(ExpressionStatementTree tree, VisitorState state) {
        if (!(tree.getExpression() instanceof MethodInvocationTree call)) {
            return Description.NO_MATCH;
        }
        Type type = ASTHelpers.getResultType(call);
        boolean cold = (Bodies.isA(type, "reactor.core.publisher.Mono", state)
                        || Bodies.isA(type, "reactor.core.publisher.Flux", state))
                && !Bodies.isA(type, "io.github.corio.AsyncFuture", state);
        boolean given = Bodies.isCallOf(call, "java.util.Objects", Set.of("requireNonNull")); // it makes nothing
        return cold && !given && !Bodies.isAwait(call) ? describeMatch(tree) : Description.NO_MATCH;
    }
}
