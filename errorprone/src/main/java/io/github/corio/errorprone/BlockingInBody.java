package io.github.corio.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.bugpatterns.BugChecker.MethodInvocationTreeMatcher;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import java.util.Map;
import java.util.Set;

/** Finds a blocking call in a body, which holds its loop. */
@BugPattern(
        name = "CorioBlockingInBody",
        summary = "This call blocks the loop of the coroutine: await it, or take it to a thread with toThread.",
        severity = BugPattern.SeverityLevel.ERROR)
public final class BlockingInBody extends BugChecker implements MethodInvocationTreeMatcher {
    private static final long serialVersionUID = 1L;

    private static final Map<String, Set<String>> BLOCKING = Map.of(
            "java.lang.Thread", Set.of("sleep", "join"),
            "java.util.concurrent.CountDownLatch", Set.of("await"),
            "java.util.concurrent.Semaphore", Set.of("acquire"),
            "java.util.concurrent.BlockingQueue", Set.of("take", "put"),
            "reactor.core.publisher.Mono", Set.of("block", "blockOptional"),
            "reactor.core.publisher.Flux", Set.of("blockFirst", "blockLast", "toIterable", "toStream"));

    /** For Error Prone, which makes it by its name. */
    public BlockingInBody() {}

    @Override
    public Description matchMethodInvocation(MethodInvocationTree tree, VisitorState state) {
        if (!Bodies.isBody(Bodies.function(state.getPath()))) {
            return Description.NO_MATCH;
        }
        MethodSymbol method = ASTHelpers.getSymbol(tree);
        String name = method.getSimpleName().toString();
        boolean blocks = BLOCKING.entrySet().stream()
                .anyMatch(
                        each -> each.getValue().contains(name) && Bodies.isA(method.owner.type, each.getKey(), state));
        return blocks ? describeMatch(tree) : Description.NO_MATCH;
    }
}
