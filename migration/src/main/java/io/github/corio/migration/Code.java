package io.github.corio.migration;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Statement;

/** What a body is written with: its variables, awaits, and the imports that they need. */
final class Code {
    /** Owner and static method. */
    final Set<Map.Entry<String, String>> staticImports = new LinkedHashSet<>();

    final Set<String> imports = new LinkedHashSet<>();
    final Names names;
    /** The checked exceptions that a handler around catches. */
    final List<Expression> caught = new ArrayList<>();

    /** Variables that were checked when they were set. */
    final Set<String> neverNull = new HashSet<>();
    private final Map<String, @Nullable JavaType> types = new HashMap<>();

    Code(Names names) {
        this.names = names;
    }

    @Nullable
    JavaType type(String name) {
        return types.get(name);
    }

    String declare(String wanted, Expression value, List<Statement> out) {
        if (value instanceof J.Identifier variable && types.containsKey(variable.getSimpleName())) {
            return variable.getSimpleName();
        }
        return named(names.fresh(wanted), value, out);
    }

    String named(String name, Expression value, List<Statement> out) {
        out.add(Trees.declare(name, value));
        types.put(name, value.getType());
        return name;
    }

    /** Ends the body if there is nothing. */
    String required(String name, List<Statement> out) {
        if (Purity.isPrimitive(types.get(name))) {
            return name;
        }
        if (neverNull.add(name)) {
            out.add(Trees.when(Trees.compare(name, types.get(name), J.Binary.Type.Equal), Trees.result(Trees.nothing())));
        }
        return name;
    }

    Expression variable(String name) {
        return Trees.name(name, types.get(name));
    }

    Expression await(Expression source) {
        List<Expression> arguments = new ArrayList<>(List.of(source));
        caught.forEach(error -> arguments.add(Trees.classOf(error)));
        return asyncio(caught.isEmpty() ? "await" : "awaitThrowing", Types.element(source.getType()), arguments);
    }

    Expression asyncio(String method, @Nullable JavaType type, List<Expression> arguments) {
        staticImports.add(Map.entry(Types.ASYNCIO, method));
        return Trees.call(Types.ASYNCIO, method, type, arguments);
    }

    /** A null where an operator refuses one is the error that the operator makes of it. */
    Expression nonNull(Expression value) {
        if (Purity.isNeverNull(value)
                || (value instanceof J.Identifier name && neverNull.contains(name.getSimpleName()))) {
            return value;
        }
        staticImports.add(Map.entry("java.util.Objects", "requireNonNull"));
        return Trees.call("java.util.Objects", "requireNonNull", value.getType(), List.of(value));
    }
}
