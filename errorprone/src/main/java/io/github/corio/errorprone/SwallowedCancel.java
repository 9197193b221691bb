package io.github.corio.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.bugpatterns.BugChecker.TryTreeMatcher;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.UnionTypeTree;
import com.sun.tools.javac.code.Type;
import java.util.List;
import java.util.Set;

/** Finds a {@code catch} of Throwable or Error around an await, without a throw in it. It takes the cancel too. */
@BugPattern(
        name = "CorioSwallowedCancel",
        summary = "This catch swallows a cancel: catch CancelledError before it, and throw that, or catch Exception.",
        severity = BugPattern.SeverityLevel.ERROR)
public final class SwallowedCancel extends BugChecker implements TryTreeMatcher {
    private static final long serialVersionUID = 1L;

    private static final Set<String> WIDE = Set.of("java.lang.Throwable", "java.lang.Error");

    /** For Error Prone, which makes it by its name. */
    public SwallowedCancel() {}

    @Override
    public Description matchTry(TryTree tree, VisitorState state) {
        if (!Bodies.contains(tree.getBlock(), Bodies::isAwait)) {
            return Description.NO_MATCH;
        }
        for (CatchTree handler : tree.getCatches()) {
            Set<String> names = names(handler.getParameter().getType());
            if (names.contains("io.github.corio.CancelledError")) {
                return Description.NO_MATCH; // it is thought of
            }
            if (names.stream().anyMatch(WIDE::contains)
                    && !Bodies.contains(handler.getBlock(), ThrowTree.class::isInstance)) {
                return describeMatch(handler);
            }
        }
        return Description.NO_MATCH;
    }

    private static Set<String> names(Tree type) {
        List<? extends Tree> all = type instanceof UnionTypeTree union ? union.getTypeAlternatives() : List.of(type);
        return all.stream()
                .map(ASTHelpers::getType)
                .map((Type each) -> each.tsym.getQualifiedName().toString())
                .collect(java.util.stream.Collectors.toSet());
    }
}
