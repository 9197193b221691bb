package io.github.corio.migration;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.openrewrite.ExecutionContext;
import org.openrewrite.Recipe;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.TypeUtils;

/**
 * Makes a {@code @CoroutineTest} of a {@code @Test} that waits with {@code mono.block()} or {@code Thread.sleep(…)}.
 * {@link AwaitInsteadOfBlock}, which comes after it, makes awaits of these. Time is virtual in the new test. So a test
 * that uses threads, latches, executors or futures is left alone. So is a test whose class has annotations of a
 * framework.
 *
 * @since 0.1.0
 */
public final class BlockingTestToCoroutineTest extends Recipe {
    static final String TEST = "org.junit.jupiter.api.Test";
    private static final String COROUTINE_TEST = "io.github.corio.testing.CoroutineTest";
    private static final Set<String> OF_METHODS = Set.of("Test", "DisplayName", "Tag", "Disabled");
    private static final Set<String> OF_CLASSES = Set.of("Nested", "DisplayName", "Tag", "TestInstance");

    /** For OpenRewrite, which makes it by its name. */
    public BlockingTestToCoroutineTest() {}

    @Override
    public String getDisplayName() {
        return "Tests that block to coroutine tests";
    }

    @Override
    public String getDescription() {
        return "Rewrites tests that wait by `block()` or `Thread.sleep` to `@CoroutineTest`, in which time is virtual.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaIsoVisitor<>() {
            @Override
            public J.MethodDeclaration visitMethodDeclaration(J.MethodDeclaration method, ExecutionContext context) {
                J.Annotation test = test(method);
                if (test == null || !isPlainClass() || !Waits.only(method)) {
                    return super.visitMethodDeclaration(method, context);
                }
                maybeAddImport(COROUTINE_TEST, false);
                maybeRemoveImport(TEST);
                J.Annotation instead = test.withAnnotationType(Trees.type(JavaType.ShallowClass.build(COROUTINE_TEST)));
                return method.withLeadingAnnotations(method.getLeadingAnnotations().stream()
                        .map(each -> each.isScope(test) ? instead : each)
                        .toList());
            }

            private boolean isPlainClass() {
                return getCursor()
                        .getPathAsStream(J.ClassDeclaration.class::isInstance)
                        .map(J.ClassDeclaration.class::cast)
                        .allMatch(owner -> OF_CLASSES.containsAll(names(owner.getLeadingAnnotations()))
                                && owner.getExtends() == null
                                && !Names.hasMethod(owner, Set.of("await", "sleep", "each")));
            }
        };
    }

    private static List<String> names(List<J.Annotation> annotations) {
        return annotations.stream().map(J.Annotation::getSimpleName).toList();
    }

    private static J.@Nullable Annotation test(J.MethodDeclaration method) {
        List<J.Annotation> all = method.getLeadingAnnotations();
        if (!OF_METHODS.containsAll(names(all)) || method.getBody() == null) {
            return null;
        }
        return all.stream()
                .filter(each -> TypeUtils.isOfClassType(each.getType(), TEST)
                        && (each.getArguments() == null || each.getArguments().isEmpty()))
                .findFirst()
                .orElse(null);
    }

    /** Whether a method waits, and only in ways that an await has the meaning of. */
    private static final class Waits extends JavaIsoVisitor<AtomicBoolean> {
        private boolean waits;

        static boolean only(J.MethodDeclaration method) {
            AtomicBoolean certain = new AtomicBoolean(true);
            Waits waits = new Waits();
            waits.visit(method.getBody(), certain);
            return waits.waits && certain.get();
        }

        @Override
        public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, AtomicBoolean certain) {
            String name = call.getSimpleName();
            boolean blocks = name.equals("block")
                    && isReactor(call)
                    && call.getArguments().get(0) instanceof J.Empty;
            if (blocks || AwaitInsteadOfBlock.sleeps(call)) {
                waits = true;
                if (!Bodies.runsInPlace(getCursor())) {
                    certain.set(false);
                }
            } else if (isReactor(call)
                    && Set.of("block", "blockFirst", "blockLast", "blockOptional", "toStream", "toIterable")
                            .contains(name)) {
                certain.set(false);
            }
            return super.visitMethodInvocation(call, certain);
        }

        private static boolean isReactor(J.MethodInvocation call) {
            Expression select = call.getSelect();
            return select != null
                    && (Types.isAnyMono(select.getType()) || TypeUtils.isAssignableTo(Types.FLUX, select.getType()));
        }

        @Override
        public J.Identifier visitIdentifier(J.Identifier identifier, AtomicBoolean certain) {
            if (identifier.getType() instanceof JavaType.FullyQualified type
                    && isOfThreads(type.getFullyQualifiedName())) {
                boolean sleeps = getCursor().getParentTreeCursor().getValue() instanceof J.MethodInvocation call
                        && AwaitInsteadOfBlock.sleeps(call);
                if (!sleeps) {
                    certain.set(false);
                }
            }
            return super.visitIdentifier(identifier, certain);
        }

        private static boolean isOfThreads(String type) {
            return type.equals("java.lang.Thread")
                    || type.startsWith("reactor.test.")
                    || (type.startsWith("java.util.concurrent.")
                            && !type.startsWith("java.util.concurrent.atomic.")
                            && !type.equals("java.util.concurrent.TimeUnit"));
        }
    }
}
