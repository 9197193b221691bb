package io.github.corio.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.bugpatterns.BugChecker.MemberReferenceTreeMatcher;
import com.google.errorprone.bugpatterns.BugChecker.MethodInvocationTreeMatcher;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import java.util.Set;

/**
 * Finds a {@code setResult} or {@code setException} in a callback of a library. The library may call back twice, or
 * after a cancel. Then the setter throws into the library.
 */
@BugPattern(
        name = "CorioFutureSetByCallback",
        summary = "A callback may come twice or after a cancel: use trySetResult or trySetException.",
        severity = BugPattern.SeverityLevel.WARNING)
public final class FutureSetByCallback extends BugChecker
        implements MethodInvocationTreeMatcher, MemberReferenceTreeMatcher {
    private static final long serialVersionUID = 1L;

    private static final Set<String> SETTERS = Set.of("setResult", "setException");

    /** For Error Prone, which makes it by its name. */
    public FutureSetByCallback() {}

    @Override
    public Description matchMethodInvocation(MethodInvocationTree tree, VisitorState state) {
        TreePath function = Bodies.function(state.getPath());
        return isSetter(ASTHelpers.getSymbol(tree), state)
                        && function.getLeaf() instanceof LambdaExpressionTree
                        && isForeign(function)
                ? describeMatch(tree)
                : Description.NO_MATCH;
    }

    @Override
    public Description matchMemberReference(MemberReferenceTree tree, VisitorState state) {
        return isSetter(ASTHelpers.getSymbol(tree), state) && isForeign(state.getPath())
                ? describeMatch(tree)
                : Description.NO_MATCH;
    }

    private static boolean isSetter(MethodSymbol method, VisitorState state) {
        return SETTERS.contains(method.getSimpleName().toString())
                && Bodies.isA(method.owner.type, "io.github.corio.AsyncFuture", state);
    }

    /** Given to a method that is not Corio's. */
    private static boolean isForeign(TreePath function) {
        Tree to = Bodies.receiver(function);
        return to instanceof MethodInvocationTree call
                && !ASTHelpers.getSymbol(call)
                        .owner
                        .getQualifiedName()
                        .toString()
                        .startsWith("io.github.corio.");
    }
}
