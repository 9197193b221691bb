package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openrewrite.Tree;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.Flag;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JContainer;
import org.openrewrite.java.tree.JLeftPadded;
import org.openrewrite.java.tree.JRightPadded;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Space;
import org.openrewrite.java.tree.Statement;
import org.openrewrite.java.tree.TypeTree;
import org.openrewrite.marker.Markers;

/** Makes the few trees that direct style needs, with their types: a template would want the class path of the project. */
final class Trees {
    private static final Space NONE = Space.EMPTY;
    private static final Space ONE = Space.SINGLE_SPACE;

    private Trees() {}

    static J.Identifier name(String name, @Nullable JavaType type) {
        JavaType.Variable variable = new JavaType.Variable(null, 0, name, null, type, List.of());
        return identifier(name, type, variable);
    }

    private static J.Identifier identifier(String name, @Nullable JavaType type, JavaType.@Nullable Variable variable) {
        return new J.Identifier(Tree.randomId(), NONE, Markers.EMPTY, List.of(), name, type, variable);
    }

    static J.Identifier type(JavaType.FullyQualified type) {
        return identifier(type.getClassName(), type, null);
    }

    static Expression nothing() {
        return new J.Literal(Tree.randomId(), NONE, Markers.EMPTY, null, "null", null, JavaType.Primitive.Null);
    }

    static J.MethodInvocation call(String owner, String method, @Nullable JavaType result, List<Expression> arguments) {
        List<JavaType> types = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Expression argument : arguments) {
            types.add(argument.getType() == null ? JavaType.Unknown.getInstance() : argument.getType());
            names.add("p" + names.size());
        }
        long flags = Flag.Public.getBitMask() | Flag.Static.getBitMask();
        JavaType.Method type = new JavaType.Method(
                null,
                flags,
                JavaType.ShallowClass.build(owner),
                method,
                result == null ? JavaType.Unknown.getInstance() : result,
                names,
                types,
                List.of(),
                List.of(),
                List.of(),
                List.of());
        return call(null, method, arguments, type);
    }

    static J.MethodInvocation call(
            @Nullable Expression receiver, String method, List<Expression> arguments, JavaType.@Nullable Method type) {
        JRightPadded<Expression> select = receiver == null ? null : JRightPadded.build(receiver.withPrefix(NONE));
        return new J.MethodInvocation(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                select,
                null,
                identifier(method, type, null),
                arguments(arguments),
                type);
    }

    static J.NewClass create(TypeTree type, List<Expression> arguments, JavaType.@Nullable Method constructor) {
        return new J.NewClass(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                null,
                NONE,
                type.withPrefix(ONE),
                arguments(arguments),
                null,
                constructor);
    }

    private static JContainer<Expression> arguments(List<Expression> arguments) {
        List<JRightPadded<Expression>> padded = new ArrayList<>();
        for (Expression argument : arguments) {
            padded.add(JRightPadded.build(argument.withPrefix(padded.isEmpty() ? NONE : ONE)));
        }
        if (padded.isEmpty()) {
            padded.add(JRightPadded.build(new J.Empty(Tree.randomId(), NONE, Markers.EMPTY)));
        }
        return JContainer.build(NONE, padded, Markers.EMPTY);
    }

    static Expression classOf(Expression type) {
        JavaType.FullyQualified klass = JavaType.ShallowClass.build("java.lang.Class");
        return new J.FieldAccess(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                type.withPrefix(NONE),
                JLeftPadded.build(identifier("class", klass, null)),
                klass);
    }

    static Statement declare(String name, Expression value) {
        JavaType type = value.getType();
        J.Identifier var = identifier("var", type, null);
        return variable(var, name, type, value);
    }

    /** A variable that is set later. */
    static Statement declare(TypeTree declared, String name) {
        return variable(declared, name, declared.getType(), null);
    }

    static Statement assign(String name, @Nullable JavaType type, Expression value) {
        return new J.Assignment(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                name(name, type),
                new JLeftPadded<>(ONE, value.withPrefix(ONE), Markers.EMPTY),
                type);
    }

    private static J.VariableDeclarations variable(
            TypeTree declared, String name, @Nullable JavaType type, @Nullable Expression value) {
        JLeftPadded<Expression> initializer =
                value == null ? null : new JLeftPadded<>(ONE, value.withPrefix(ONE), Markers.EMPTY);
        J.Identifier identifier = name(name, type);
        J.VariableDeclarations.NamedVariable named = new J.VariableDeclarations.NamedVariable(
                Tree.randomId(), ONE, Markers.EMPTY, identifier, List.of(), initializer, identifier.getFieldType());
        return new J.VariableDeclarations(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                List.of(),
                List.of(),
                declared,
                null,
                List.of(JRightPadded.build(named)));
    }

    static J.Return result(Expression value) {
        return new J.Return(Tree.randomId(), NONE, Markers.EMPTY, value.withPrefix(ONE));
    }

    static J.Throw raise(Expression error) {
        return new J.Throw(Tree.randomId(), NONE, Markers.EMPTY, error.withPrefix(ONE));
    }

    static Statement when(Expression condition, Statement then) {
        return when(condition, List.of(then));
    }

    static Statement when(Expression condition, List<Statement> then) {
        J.ControlParentheses<Expression> parentheses = new J.ControlParentheses<>(
                Tree.randomId(), ONE, Markers.EMPTY, JRightPadded.build(condition.withPrefix(NONE)));
        Statement block = block(then).withPrefix(ONE);
        return new J.If(Tree.randomId(), NONE, Markers.EMPTY, parentheses, JRightPadded.build(block), null);
    }

    static Expression compare(String name, @Nullable JavaType type, J.Binary.Type operator) {
        return new J.Binary(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                name(name, type),
                new JLeftPadded<>(ONE, operator, Markers.EMPTY),
                nothing().withPrefix(ONE),
                JavaType.Primitive.Boolean);
    }

    static Expression not(Expression condition) {
        Expression operand = condition.withPrefix(NONE);
        if (operand instanceof J.Binary
                || operand instanceof J.InstanceOf
                || operand instanceof J.Ternary
                || operand instanceof J.Assignment) {
            operand = new J.Parentheses<>(Tree.randomId(), NONE, Markers.EMPTY, JRightPadded.build(operand));
        }
        return new J.Unary(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                JLeftPadded.build(J.Unary.Type.Not),
                operand,
                JavaType.Primitive.Boolean);
    }

    /** {@code name != null ? name : other}. */
    static Expression orElse(String name, @Nullable JavaType type, Expression other) {
        return new J.Ternary(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                compare(name, type, J.Binary.Type.NotEqual),
                new JLeftPadded<>(ONE, name(name, type).withPrefix(ONE), Markers.EMPTY),
                new JLeftPadded<>(ONE, other.withPrefix(ONE), Markers.EMPTY),
                type);
    }

    static J.Block block(List<? extends Statement> statements) {
        List<JRightPadded<Statement>> padded = new ArrayList<>();
        for (Statement statement : statements) {
            Space prefix = statement.getPrefix();
            padded.add(JRightPadded.build(statement.withPrefix(prefix.withWhitespace("\n"))));
        }
        return new J.Block(Tree.randomId(), NONE, Markers.EMPTY, JRightPadded.build(false), padded, Space.format("\n"));
    }

    static J.Lambda body(List<Statement> statements) {
        J.Lambda.Parameters none = new J.Lambda.Parameters(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                true,
                List.of(JRightPadded.build(new J.Empty(Tree.randomId(), NONE, Markers.EMPTY))));
        return new J.Lambda(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                none,
                ONE,
                block(statements).withPrefix(ONE),
                JavaType.ShallowClass.build("io.github.corio.CoroutineBody"));
    }

    /** A function whose parameters have no types. */
    static J.Lambda lambda(List<String> names, J body) {
        List<JRightPadded<J>> parameters = new ArrayList<>();
        for (String name : names) {
            J.VariableDeclarations.NamedVariable named = new J.VariableDeclarations.NamedVariable(
                    Tree.randomId(), NONE, Markers.EMPTY, name(name, null), List.of(), null, null);
            Space prefix = parameters.isEmpty() ? NONE : ONE;
            parameters.add(JRightPadded.build(new J.VariableDeclarations(
                    Tree.randomId(),
                    prefix,
                    Markers.EMPTY,
                    List.of(),
                    List.of(),
                    null,
                    null,
                    List.of(JRightPadded.build(named)))));
        }
        J.Lambda.Parameters list =
                new J.Lambda.Parameters(Tree.randomId(), NONE, Markers.EMPTY, names.size() != 1, parameters);
        return new J.Lambda(Tree.randomId(), NONE, Markers.EMPTY, list, ONE, body.withPrefix(ONE), null);
    }

    static Expression reference(String name, String method) {
        return new J.MemberReference(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                JRightPadded.build((Expression) name(name, null)),
                null,
                JLeftPadded.build(identifier(method, null, null)),
                null,
                null,
                null);
    }

    /** A static method that is called by the name of its class. */
    static J.MethodInvocation callOf(
            String owner, String method, @Nullable JavaType result, List<Expression> arguments) {
        return call(owner, method, result, arguments).withSelect(type(JavaType.ShallowClass.build(owner)));
    }

    static J.Try.Catch handler(Expression error, String name, List<? extends Statement> statements) {
        J.ControlParentheses<J.VariableDeclarations> parameter = new J.ControlParentheses<>(
                Tree.randomId(),
                ONE,
                Markers.EMPTY,
                JRightPadded.build(variable((TypeTree) error.withPrefix(NONE), name, error.getType(), null)));
        return new J.Try.Catch(
                Tree.randomId(),
                ONE,
                Markers.EMPTY,
                parameter,
                block(statements).withPrefix(ONE));
    }

    static J.Try attempt(List<Statement> statements, List<J.Try.Catch> handlers, @Nullable List<Statement> atTheEnd) {
        return new J.Try(
                Tree.randomId(),
                NONE,
                Markers.EMPTY,
                null,
                block(statements).withPrefix(ONE),
                handlers,
                atTheEnd == null ? null : new JLeftPadded<>(ONE, block(atTheEnd).withPrefix(ONE), Markers.EMPTY));
    }
}
