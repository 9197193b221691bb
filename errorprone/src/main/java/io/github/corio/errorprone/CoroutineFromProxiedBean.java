package io.github.corio.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.bugpatterns.BugChecker.MethodTreeMatcher;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.tools.javac.code.Symbol;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import com.sun.tools.javac.code.Type;

/**
 * Finds a method of a proxied bean that is declared to return a Coroutine. The proxy returns a Mono of its own, which
 * is no Coroutine: a ClassCastException.
 */
@BugPattern(
        name = "CorioCoroutineFromProxiedBean",
        summary = "A proxy cannot return a Coroutine: declare the return type Mono.",
        severity = BugPattern.SeverityLevel.ERROR)
public final class CoroutineFromProxiedBean extends BugChecker implements MethodTreeMatcher {
    private static final long serialVersionUID = 1L;

    /** For Error Prone, which makes it by its name. */
    public CoroutineFromProxiedBean() {}

    @Override
    public Description matchMethod(MethodTree tree, VisitorState state) {
        MethodSymbol method = ASTHelpers.getSymbol(tree);
        Tree returned = tree.getReturnType();
        Type type = returned == null ? null : ASTHelpers.getType(returned);
        return type != null
                        && type.tsym.getQualifiedName().contentEquals("io.github.corio.Coroutine")
                        && !method.isPrivate()
                        && (isOfSpring(method) || isOfSpring(method.owner))
                ? describeMatch(returned)
                : Description.NO_MATCH;
    }

    private static boolean isOfSpring(Symbol symbol) {
        return symbol.getAnnotationMirrors().stream().anyMatch(each -> {
            String name = each.type.tsym.getQualifiedName().toString();
            return name.startsWith("org.springframework.stereotype.")
                    || name.startsWith("org.springframework.transaction.")
                    || name.startsWith("org.springframework.cache.")
                    || name.startsWith("org.springframework.web.bind.annotation.");
        });
    }
}
