package io.github.corio.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.bugpatterns.BugChecker.SynchronizedTreeMatcher;
import com.google.errorprone.bugpatterns.BugChecker.TryTreeMatcher;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;

/**
 * Finds a monitor or a lock of the JDK that a body holds while it is suspended. Threads that want it wait for the
 * coroutine.
 */
@BugPattern(
        name = "CorioLockHeldAcrossAwait",
        summary = "A lock is held while the coroutine is suspended: use AsyncLock, or await outside of it.",
        severity = BugPattern.SeverityLevel.ERROR)
public final class LockHeldAcrossAwait extends BugChecker implements SynchronizedTreeMatcher, TryTreeMatcher {
    private static final long serialVersionUID = 1L;

    /** For Error Prone, which makes it by its name. */
    public LockHeldAcrossAwait() {}

    @Override
    public Description matchSynchronized(SynchronizedTree tree, VisitorState state) {
        return Bodies.contains(tree.getBlock(), Bodies::isAwait) ? describeMatch(tree) : Description.NO_MATCH;
    }

    @Override
    public Description matchTry(TryTree tree, VisitorState state) {
        return tree.getFinallyBlock() != null
                        && Bodies.contains(tree.getFinallyBlock(), part -> unlocks(part, state))
                        && Bodies.contains(tree.getBlock(), Bodies::isAwait)
                ? describeMatch(tree)
                : Description.NO_MATCH;
    }

    private static boolean unlocks(Tree tree, VisitorState state) {
        return tree instanceof MethodInvocationTree call
                && ASTHelpers.getSymbol(call).getSimpleName().contentEquals("unlock")
                && Bodies.isA(ASTHelpers.getReceiverType(call), "java.util.concurrent.locks.Lock", state);
    }
}
