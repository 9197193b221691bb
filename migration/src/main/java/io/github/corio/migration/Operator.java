package io.github.corio.migration;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Statement;

/**
 * An operator of Mono that has a direct form.
 *
 * @param kind which
 * @param source the chain that it stands at the end of
 * @param arguments what it is given, without its function
 * @param function its function, if it has one
 * @param error the type that it catches
 */
record Operator(
        Kind kind,
        Expression source,
        List<Expression> arguments,
        @Nullable Fn function,
        Expression error) {
    enum Kind {
        MAP,
        FLAT_MAP,
        FILTER,
        THEN,
        THEN_RETURN,
        DEFAULT_IF_EMPTY,
        SWITCH_IF_EMPTY,
        ZIP_WITH,
        ON_ERROR_RESUME,
        ON_ERROR_RETURN,
        ON_ERROR_MAP,
        DO_ON_NEXT,
        DO_ON_SUCCESS,
        DO_ON_ERROR,
        DO_FINALLY
    }

    static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("map", Kind.MAP),
            Map.entry("flatMap", Kind.FLAT_MAP),
            Map.entry("filter", Kind.FILTER),
            Map.entry("then", Kind.THEN),
            Map.entry("thenReturn", Kind.THEN_RETURN),
            Map.entry("defaultIfEmpty", Kind.DEFAULT_IF_EMPTY),
            Map.entry("switchIfEmpty", Kind.SWITCH_IF_EMPTY),
            Map.entry("zipWith", Kind.ZIP_WITH),
            Map.entry("onErrorResume", Kind.ON_ERROR_RESUME),
            Map.entry("onErrorReturn", Kind.ON_ERROR_RETURN),
            Map.entry("onErrorMap", Kind.ON_ERROR_MAP),
            Map.entry("doOnNext", Kind.DO_ON_NEXT),
            Map.entry("doOnSuccess", Kind.DO_ON_SUCCESS),
            Map.entry("doOnError", Kind.DO_ON_ERROR),
            Map.entry("doFinally", Kind.DO_FINALLY));

    private static final Expression ANY = Trees.type(JavaType.ShallowClass.build("java.lang.Throwable"));

    /** Whether the name is that of an operator here, with or without a direct form of this call. */
    static boolean isNamed(Expression expression) {
        return expression instanceof J.MethodInvocation call
                && call.getSelect() != null
                && KINDS.containsKey(call.getSimpleName())
                && Types.isCallOf(call, Types.MONO, call.getSimpleName());
    }

    /** Reads a call. Null if it is none of these, or if its direct form is not certain. */
    static @Nullable Operator of(Expression expression) {
        if (!isNamed(expression)
                || !(expression instanceof J.MethodInvocation call)
                || call.getTypeParameters() != null) {
            return null;
        }
        Kind kind = KINDS.get(call.getSimpleName());
        List<Expression> arguments = call.getArguments().stream()
                .filter(each -> !(each instanceof J.Empty))
                .toList();
        Operator plain = new Operator(kind, call.getSelect(), arguments, null, ANY);
        return switch (kind) {
            case MAP, FLAT_MAP -> plain.with(1, 0);
            case FILTER -> plain.testing();
            case THEN, SWITCH_IF_EMPTY -> plain;
            case THEN_RETURN, DEFAULT_IF_EMPTY -> Purity.isPure(arguments.get(0)) ? plain : null;
            case ZIP_WITH -> arguments.size() == 1 ? plain : plain.combining();
            case DO_ON_NEXT, DO_ON_SUCCESS -> plain.looking(0);
            case ON_ERROR_RESUME, ON_ERROR_RETURN, ON_ERROR_MAP, DO_ON_ERROR -> plain.catching();
            case DO_FINALLY -> plain.ending();
        };
    }

    private @Nullable Operator with(int arity, int index) {
        Fn read = Fn.of(arguments.get(index), arity);
        if (read == null || (read.value() == null && !read.early())) {
            return null;
        }
        return new Operator(kind, source, arguments, read, error);
    }

    /** With a function that returns nothing. */
    private @Nullable Operator looking(int index) {
        Fn read = Fn.of(arguments.get(index), 1);
        boolean plain = read != null && !read.early() && (read.value() == null || read.value() instanceof Statement);
        return plain ? new Operator(kind, source, arguments, read, error) : null;
    }

    private @Nullable Operator testing() {
        Operator read = with(1, 0);
        return read == null || read.function.early() ? null : read;
    }

    private @Nullable Operator combining() {
        Operator read = with(2, 1);
        return read == null || read.function.early() ? null : read;
    }

    private @Nullable Operator catching() {
        int last = arguments.size() - 1;
        Expression caught = ANY;
        if (last == 1) {
            if (!(arguments.get(0) instanceof J.FieldAccess access)
                    || !access.getSimpleName().equals("class")) {
                return null; // a predicate, or a class that is only known later
            }
            caught = access.getTarget();
            if (!(caught.getType() instanceof JavaType.FullyQualified named)
                    || named instanceof JavaType.Unknown
                    || named.getFullyQualifiedName().equals(Types.CANCELLED)) {
                return null;
            }
        }
        Operator typed = new Operator(kind, source, arguments, null, caught);
        if (kind == Kind.ON_ERROR_RETURN) {
            return Purity.isPure(arguments.get(last)) ? typed : null;
        }
        if (kind == Kind.DO_ON_ERROR) {
            return typed.looking(last);
        }
        Operator read = typed.with(1, last);
        if (read == null || read.function.early()) {
            return null;
        }
        return kind == Kind.ON_ERROR_RESUME
                        || Types.isThrowable(read.function.value().getType())
                ? read
                : null;
    }

    private @Nullable Operator ending() {
        Fn read = Fn.of(arguments.get(0), 1);
        boolean plain =
                read != null && !read.early() && !read.uses(0) && !(arguments.get(0) instanceof J.MemberReference);
        return plain ? new Operator(kind, source, arguments, read, error) : null;
    }
}
