package io.github.corio.migration;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Statement;

/** The names of a method: those that are taken, those that change. Parameters of the chain's own lambdas may become variables. */
final class Names {
    private final Set<String> taken = new HashSet<>();
    private final Set<String> changed = new HashSet<>();
    private final Map<String, Integer> declared = new HashMap<>();

    private Names() {}

    static Names of(J.MethodDeclaration method) {
        Names names = new Names();
        names.collect(method);
        return names;
    }

    private void collect(J.MethodDeclaration method) {
        new JavaIsoVisitor<Integer>() {
            @Override
            public J.VariableDeclarations.NamedVariable visitVariable(
                    J.VariableDeclarations.NamedVariable variable, Integer unused) {
                Object around =
                        getCursor().getParentTreeCursor().getParentTreeCursor().getValue();
                boolean parameter = around instanceof J.Lambda || around instanceof J.Lambda.Parameters;
                if (parameter) {
                    declared.merge(variable.getSimpleName(), 1, Integer::sum);
                } else {
                    taken.add(variable.getSimpleName());
                }
                return super.visitVariable(variable, unused);
            }

            @Override
            public J.Identifier visitIdentifier(J.Identifier identifier, Integer unused) {
                JavaType.Variable variable = identifier.getFieldType();
                if (variable != null && variable.getOwner() instanceof JavaType.FullyQualified) {
                    taken.add(identifier.getSimpleName()); // a field, which a variable would hide
                }
                return identifier;
            }

            @Override
            public J.Assignment visitAssignment(J.Assignment assignment, Integer unused) {
                change(assignment.getVariable());
                return super.visitAssignment(assignment, unused);
            }

            @Override
            public J.AssignmentOperation visitAssignmentOperation(J.AssignmentOperation assignment, Integer unused) {
                change(assignment.getVariable());
                return super.visitAssignmentOperation(assignment, unused);
            }

            @Override
            public J.Unary visitUnary(J.Unary unary, Integer unused) {
                if (unary.getOperator().isModifying()) {
                    change(unary.getExpression());
                }
                return super.visitUnary(unary, unused);
            }
        }.visit(method, 0);
    }

    private void change(Expression variable) {
        if (variable instanceof J.Identifier identifier) {
            changed.add(identifier.getSimpleName());
        }
    }

    void take(Set<String> names) {
        taken.addAll(names);
    }

    /** A name that nothing else has: the wanted one, or that with a number. */
    String fresh(String wanted) {
        String name = wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = wanted + i;
        }
        return name;
    }

    /** One for a value that no lambda has a name for. */
    String invented(String wanted) {
        String name = wanted;
        for (int i = 2; declared.containsKey(name) || !taken.add(name); i++) {
            name = wanted + i;
        }
        return name;
    }

    /** A lambda cannot hold a variable that changes. */
    void requireUnchanged(Expression chain) {
        new JavaIsoVisitor<Integer>() {
            @Override
            public J.Identifier visitIdentifier(J.Identifier identifier, Integer unused) {
                JavaType.Variable variable = identifier.getFieldType();
                if (variable != null
                        && variable.getOwner() instanceof JavaType.Method
                        && changed.contains(identifier.getSimpleName())) {
                    throw new Uncertain(identifier.getSimpleName() + " is not effectively final");
                }
                return identifier;
            }
        }.visit(chain, 0);
    }

    /** Two variables of one name in each other's scope, as only an operator that stays a chain can bring about. */
    static void requireDistinct(J.MethodDeclaration method, Statement before, Statement after) {
        J replaced = new JavaIsoVisitor<Integer>() {
            @Override
            public J.Return visitReturn(J.Return statement, Integer unused) {
                return statement.isScope(before) ? (J.Return) after : super.visitReturn(statement, unused);
            }

            @Override
            public J.VariableDeclarations visitVariableDeclarations(J.VariableDeclarations declared, Integer unused) {
                return declared.isScope(before)
                        ? (J.VariableDeclarations) after
                        : super.visitVariableDeclarations(declared, unused);
            }
        }.visitNonNull(method, 0);
        new JavaIsoVisitor<Integer>() {
            @Override
            public J.VariableDeclarations.NamedVariable visitVariable(
                    J.VariableDeclarations.NamedVariable variable, Integer unused) {
                Object declaration = getCursor().getParentTreeCursor().getValue();
                getCursor()
                        .getPathAsStream(value -> value instanceof J.Block
                                || value instanceof J.Lambda
                                || value instanceof J.MethodDeclaration)
                        .forEach(scope -> search((J) scope, variable, declaration));
                return super.visitVariable(variable, unused);
            }
        }.visit(replaced, 0);
    }

    private static void search(J scope, J.VariableDeclarations.NamedVariable variable, Object declaration) {
        Iterable<? extends J> others = scope instanceof J.Block block
                ? block.getStatements()
                : scope instanceof J.Lambda lambda
                        ? lambda.getParameters().getParameters()
                        : ((J.MethodDeclaration) scope).getParameters();
        for (J other : others) {
            if (other != declaration
                    && other instanceof J.VariableDeclarations declared
                    && declared.getVariables().stream()
                            .anyMatch(each -> each.getSimpleName().equals(variable.getSimpleName()))) {
                throw new Uncertain("two variables are called " + variable.getSimpleName());
            }
        }
    }

    /** Whether a class has a method of such a name, of its own or inherited: it would hide what is imported. */
    static boolean hasMethod(J.ClassDeclaration owner, Set<String> imported) {
        for (JavaType.FullyQualified type = owner.getType(); type != null; type = type.getSupertype()) {
            if (type.getMethods().stream().anyMatch(method -> imported.contains(method.getName()))) {
                return true;
            }
        }
        return false;
    }
}
