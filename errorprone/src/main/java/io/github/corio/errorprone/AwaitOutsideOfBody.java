package io.github.corio.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.bugpatterns.BugChecker.MethodInvocationTreeMatcher;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.util.TreePath;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import com.sun.tools.javac.code.Type;
import java.util.Set;

/** Finds an await in a lambda that another thread runs, or that an operator runs outside of every body. */
@BugPattern(
        name = "CorioAwaitOutsideOfBody",
        summary = "This lambda does not run in the body of a coroutine: it cannot await.",
        severity = BugPattern.SeverityLevel.ERROR)
public final class AwaitOutsideOfBody extends BugChecker implements MethodInvocationTreeMatcher {
    private static final long serialVersionUID = 1L;

    private static final Set<String> ELSEWHERE = Set.of(
            "reactor.core.publisher.Mono",
            "reactor.core.publisher.Flux",
            "java.util.concurrent.Executor",
            "java.util.concurrent.CompletionStage",
            "java.util.concurrent.CompletableFuture",
            "reactor.core.scheduler.Scheduler");

    /** For Error Prone, which makes it by its name. */
    public AwaitOutsideOfBody() {}

    @Override
    public Description matchMethodInvocation(MethodInvocationTree tree, VisitorState state) {
        if (!Bodies.isAwaitOrEach(tree)) {
            return Description.NO_MATCH;
        }
        TreePath function = Bodies.function(state.getPath());
        if (!(function.getLeaf() instanceof LambdaExpressionTree) || Bodies.isBody(function)) {
            return Description.NO_MATCH;
        }
        ExpressionTree to = Bodies.receiver(function);
        return to != null && runsElsewhere(to, state) ? describeMatch(tree) : Description.NO_MATCH;
    }

    private static boolean runsElsewhere(ExpressionTree to, VisitorState state) {
        if (to instanceof NewClassTree made) {
            return Bodies.isA(ASTHelpers.getType(made), "java.lang.Thread", state);
        }
        MethodInvocationTree call = (MethodInvocationTree) to;
        MethodSymbol method = ASTHelpers.getSymbol(call);
        if (Bodies.isCallOf(call, "io.github.corio.Asyncio", Set.of("toThread"))) {
            return true;
        }
        Type owner = method.owner.type;
        return ELSEWHERE.stream().anyMatch(each -> Bodies.isA(owner, each, state)) || isParallel(call, state);
    }

    private static boolean isParallel(MethodInvocationTree call, VisitorState state) {
        for (ExpressionTree at = call; at instanceof MethodInvocationTree step; at = ASTHelpers.getReceiver(step)) {
            String name = ASTHelpers.getSymbol(step).getSimpleName().toString();
            if (name.equals("parallelStream")
                    || (name.equals("parallel")
                            && Bodies.isA(ASTHelpers.getType(step), "java.util.stream.BaseStream", state))) {
                return true;
            }
        }
        return false;
    }
}
