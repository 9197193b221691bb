package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openrewrite.ExecutionContext;
import org.openrewrite.Recipe;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Statement;

/**
 * Makes a {@code @CoroutineTest} of a {@code @Test} with {@code StepVerifier.withVirtualTime(() -> mono)}. The
 * statements of the test are declarations and steps that expect a value, none, or the class of an error. Time passes by
 * itself in the new test, so {@code thenAwait} has no counterpart. Other steps, and tests that do something else as
 * well, are left alone.
 *
 * @since 0.1.0
 */
public final class VirtualTimeToCoroutineTest extends Recipe {
    private static final String VERIFIER = "reactor.test.StepVerifier";
    private static final String TEST = "org.junit.jupiter.api.Test";
    private static final String COROUTINE_TEST = "io.github.corio.testing.CoroutineTest";
    private static final String ASSERTIONS = "org.junit.jupiter.api.Assertions";
    private static final Set<String> PASSING = Set.of("thenAwait", "expectSubscription", "expectComplete");

    /** For OpenRewrite, which makes it by its name. */
    public VirtualTimeToCoroutineTest() {}

    @Override
    public String getDisplayName() {
        return "Virtual time of StepVerifier to coroutine tests";
    }

    @Override
    public String getDescription() {
        return "Rewrites tests of one value in virtual time to `@CoroutineTest`.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaIsoVisitor<>() {
            @Override
            public J.MethodDeclaration visitMethodDeclaration(J.MethodDeclaration method, ExecutionContext context) {
                J.Annotation test = annotation(method);
                if (test == null || method.getBody() == null || hasOwnMethod()) {
                    return super.visitMethodDeclaration(method, context);
                }
                List<Statement> statements = new ArrayList<>();
                Set<String> asserts = new java.util.LinkedHashSet<>();
                int converted = 0;
                for (Statement statement : method.getBody().getStatements()) {
                    Statement direct = statement instanceof J.MethodInvocation call ? direct(call, asserts) : null;
                    if (direct != null) {
                        converted++;
                        statements.add(direct.withPrefix(statement.getPrefix()));
                    } else if (isQuiet(statement)) {
                        statements.add(statement);
                    } else {
                        return super.visitMethodDeclaration(method, context);
                    }
                }
                if (converted == 0) {
                    return super.visitMethodDeclaration(method, context);
                }
                maybeAddImport(Types.ASYNCIO, "await", false);
                asserts.forEach(each -> maybeAddImport(ASSERTIONS, each, false));
                maybeAddImport(COROUTINE_TEST, false);
                maybeRemoveImport(TEST);
                maybeRemoveImport(VERIFIER);
                maybeRemoveImport("java.time.Duration");
                J.Annotation instead = test.withAnnotationType(Trees.type(JavaType.ShallowClass.build(COROUTINE_TEST)));
                return method.withLeadingAnnotations(method.getLeadingAnnotations().stream()
                                .map(each -> each.isScope(test) ? instead : each)
                                .toList())
                        .withBody(method.getBody().withStatements(statements));
            }

            private boolean hasOwnMethod() {
                return getCursor()
                        .getPathAsStream(J.ClassDeclaration.class::isInstance)
                        .anyMatch(owner -> Names.hasMethod(
                                (J.ClassDeclaration) owner,
                                Set.of("await", "assertEquals", "assertNull", "assertThrows")));
            }
        };
    }

    private static J.@Nullable Annotation annotation(J.MethodDeclaration method) {
        List<J.Annotation> all = method.getLeadingAnnotations();
        return all.size() == 1
                        && all.get(0).getType() instanceof JavaType.FullyQualified type
                        && type.getFullyQualifiedName().equals(TEST)
                ? all.get(0)
                : null;
    }

    /** A declaration that calls nothing that could wait. */
    private static boolean isQuiet(Statement statement) {
        if (!(statement instanceof J.VariableDeclarations)) {
            return false;
        }
        AtomicInteger waiting = new AtomicInteger();
        new JavaIsoVisitor<AtomicInteger>() {
            @Override
            public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, AtomicInteger found) {
                if (Set.of("block", "blockFirst", "blockLast", "join", "get", "sleep", "subscribe")
                        .contains(call.getSimpleName())) {
                    found.incrementAndGet();
                }
                return super.visitMethodInvocation(call, found);
            }
        }.visit(statement, waiting);
        return waiting.get() == 0;
    }

    /** The assertion that says the same; null if there is none. */
    private static @Nullable Statement direct(J.MethodInvocation end, Set<String> asserts) {
        Expression expected = null;
        Expression error = null;
        J.MethodInvocation step = end;
        if (end.getSimpleName().equals("verify") && end.getSelect() instanceof J.MethodInvocation before) {
            step = before;
            if (!step.getSimpleName().equals("expectComplete")
                    && !step.getSimpleName().equals("expectError")) {
                return null;
            }
        } else if (!end.getSimpleName().equals("verifyComplete")
                && !end.getSimpleName().equals("verifyError")) {
            return null;
        }
        while (true) {
            String name = step.getSimpleName();
            List<Expression> arguments = step.getArguments();
            if (name.equals("withVirtualTime")) {
                break;
            }
            if (name.equals("expectNext") && arguments.size() == 1 && expected == null && error == null) {
                expected = arguments.get(0);
            } else if ((name.equals("expectError") || name.equals("verifyError"))
                    && arguments.size() == 1
                    && arguments.get(0) instanceof J.FieldAccess access
                    && access.getSimpleName().equals("class")) {
                error = arguments.get(0);
            } else if (!PASSING.contains(name) && !name.equals("verifyComplete")) {
                return null;
            }
            if (!(step.getSelect() instanceof J.MethodInvocation before)) {
                return null;
            }
            step = before;
        }
        if (!Types.isCallOf(step, VERIFIER, "withVirtualTime")
                || step.getArguments().size() != 1
                || !(step.getArguments().get(0) instanceof J.Lambda lambda)
                || !(lambda.getBody() instanceof Expression mono)
                || !Types.isAnyMono(mono.getType())) {
            return null;
        }
        Expression awaited = Trees.call(Types.ASYNCIO, "await", Types.element(mono.getType()), List.of(mono));
        if (error != null) {
            asserts.add("assertThrows");
            return Trees.call(ASSERTIONS, "assertThrows", null, List.of(error, Trees.lambda(List.of(), awaited)));
        }
        if (expected == null) {
            asserts.add("assertNull");
            return Trees.call(ASSERTIONS, "assertNull", null, List.of(awaited));
        }
        asserts.add("assertEquals");
        return Trees.call(ASSERTIONS, "assertEquals", null, List.of(expected, awaited));
    }
}
