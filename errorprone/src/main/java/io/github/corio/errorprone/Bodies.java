package io.github.corio.errorprone;

import com.google.errorprone.VisitorState;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreeScanner;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import com.sun.tools.javac.code.Type;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the checks know of Corio: which calls await, and which lambdas are bodies. */
final class Bodies {
    private static final String ASYNCIO = "io.github.corio.Asyncio";
    private static final Set<String> AWAITS = Set.of("await", "awaitSingle", "awaitThrowing");
    private static final Set<String> SHAPES = Set.of(
            "io.github.corio.CoroutineBody",
            "io.github.corio.CoroutineAction",
            "io.github.corio.GeneratorBody",
            "io.github.corio.TaskGroupBody",
            "io.github.corio.TaskGroupAction",
            "io.github.corio.TimeoutBody",
            "io.github.corio.TimeoutAction",
            "io.github.corio.bridge.AwaitOperators.AwaitFunction",
            "io.github.corio.bridge.AwaitOperators.AwaitPredicate");

    private Bodies() {}

    static boolean isCallOf(Tree tree, String owner, Set<String> names) {
        if (!(tree instanceof MethodInvocationTree call)) {
            return false;
        }
        MethodSymbol method = ASTHelpers.getSymbol(call);
        return method.owner.getQualifiedName().contentEquals(owner)
                && names.contains(method.getSimpleName().toString());
    }

    static boolean isAwait(Tree tree) {
        return isCallOf(tree, ASYNCIO, AWAITS);
    }

    static boolean isAwaitOrEach(Tree tree) {
        return isAwait(tree) || isCallOf(tree, ASYNCIO, Set.of("each"));
    }

    /** The lambda, method or class that a place stands in. */
    static TreePath function(TreePath place) {
        for (TreePath at = place.getParentPath(); at != null; at = at.getParentPath()) {
            if (at.getLeaf() instanceof LambdaExpressionTree
                    || at.getLeaf() instanceof MethodTree
                    || at.getLeaf() instanceof ClassTree) {
                return at;
            }
        }
        return place;
    }

    /** Whether a function is the body of a coroutine. */
    static boolean isBody(TreePath function) {
        if (function.getLeaf() instanceof LambdaExpressionTree lambda) {
            Type type = ASTHelpers.getType(lambda);
            return type != null && SHAPES.contains(type.tsym.getQualifiedName().toString());
        }
        return function.getLeaf() instanceof MethodTree method
                && ASTHelpers.getSymbol(method).getAnnotationMirrors().stream()
                        .anyMatch(each -> each.type
                                .tsym
                                .getQualifiedName()
                                .contentEquals("io.github.corio.testing.CoroutineTest"));
    }

    /** The call that a lambda is given to; null if it is not. */
    static @Nullable ExpressionTree receiver(TreePath lambda) {
        Tree around = lambda.getParentPath().getLeaf();
        return around instanceof MethodInvocationTree || around instanceof NewClassTree
                ? (ExpressionTree) around
                : null;
    }

    /** Whether a tree has such a part, not looking into functions of its own. */
    static boolean contains(Tree tree, Predicate<Tree> wanted) {
        AtomicBoolean found = new AtomicBoolean();
        new TreeScanner<Void, Void>() {
            @Override
            public Void scan(Tree part, Void unused) {
                if (part != null && wanted.test(part)) {
                    found.set(true);
                }
                return part instanceof LambdaExpressionTree || part instanceof ClassTree
                        ? null
                        : super.scan(part, null);
            }
        }.scan(tree, null);
        return found.get();
    }

    static boolean isA(Type type, String name, VisitorState state) {
        return type != null && ASTHelpers.isSubtype(type, state.getTypeFromString(name), state);
    }
}
