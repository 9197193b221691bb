package io.github.corio.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.bugpatterns.BugChecker.EnhancedForLoopTreeMatcher;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.BreakTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.ThrowTree;
import java.util.Set;

/** Finds a loop over a source that never ends, which nothing leaves. */
@BugPattern(
        name = "CorioEndlessEach",
        summary = "This source never ends, and nothing leaves the loop: limit it with take, or break.",
        severity = BugPattern.SeverityLevel.WARNING)
public final class EndlessEach extends BugChecker implements EnhancedForLoopTreeMatcher {
    private static final long serialVersionUID = 1L;

    private static final Set<String> LIMITS =
            Set.of("take", "takeUntil", "takeWhile", "takeUntilOther", "next", "timeout", "elementAt", "single");

    /** For Error Prone, which makes it by its name. */
    public EndlessEach() {}

    @Override
    public Description matchEnhancedForLoop(EnhancedForLoopTree tree, VisitorState state) {
        return Bodies.isCallOf(tree.getExpression(), "io.github.corio.Asyncio", Set.of("each"))
                        && isEndless(((MethodInvocationTree) tree.getExpression())
                                .getArguments()
                                .get(0))
                        && !Bodies.contains(
                                tree.getStatement(),
                                part -> part instanceof BreakTree
                                        || part instanceof ReturnTree
                                        || part instanceof ThrowTree)
                ? describeMatch(tree)
                : Description.NO_MATCH;
    }

    private static boolean isEndless(ExpressionTree source) {
        for (ExpressionTree at = source; at instanceof MethodInvocationTree step; at = ASTHelpers.getReceiver(step)) {
            String name = ASTHelpers.getSymbol(step).getSimpleName().toString();
            if (LIMITS.contains(name)) {
                return false;
            }
            boolean plainRepeat = name.equals("repeat") && step.getArguments().isEmpty();
            if (plainRepeat || Bodies.isCallOf(step, "reactor.core.publisher.Flux", Set.of("interval"))) {
                return true;
            }
        }
        return false;
    }
}
