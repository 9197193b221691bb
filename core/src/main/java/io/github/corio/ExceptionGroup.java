package io.github.corio;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Several errors together, as {@code taskGroup} throws them. The errors may be groups themselves. They are suppressed
 * exceptions of this one too, so that a stack trace shows them all. Thread-safe, and immutable except for what every
 * Throwable lets you change.
 *
 * <ul>
 *   <li><b>asyncio:</b> Python's {@code ExceptionGroup} and {@code BaseExceptionGroup}, which are a single type here.
 * </ul>
 *
 * @since 0.1.0
 */
public final class ExceptionGroup extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The text of it and of its parts. */
    private final String text;

    /** Its parts, in their order. */
    @SuppressWarnings("serial") // List.copyOf gives one that is serializable
    private final List<Throwable> exceptions;

    /**
     * Makes a group.
     *
     * @param message what they have in common
     * @param exceptions the errors, at least one
     * @throws IllegalArgumentException if there are none
     */
    public ExceptionGroup(String message, List<? extends Throwable> exceptions) {
        super(message + " (" + exceptions.size() + (exceptions.size() == 1 ? " sub-exception)" : " sub-exceptions)"));
        if (exceptions.isEmpty()) {
            throw new IllegalArgumentException("An ExceptionGroup needs at least one exception");
        }
        this.text = message;
        this.exceptions = List.copyOf(exceptions);
        this.exceptions.forEach(this::addSuppressed);
    }

    /**
     * Gives the errors, some of which may be groups.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code ExceptionGroup.exceptions}.
     * </ul>
     *
     * @return an immutable list, in the order in which they came
     */
    public List<Throwable> exceptions() {
        return exceptions;
    }

    /**
     * Gives the part of this group that is of a type, at any depth.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code ExceptionGroup.subgroup}.
     * </ul>
     *
     * @param type the type. A supertype of groups, {@code RuntimeException} say, is looked for among their parts. The
     *     groups themselves do not count
     * @return a group with the same nesting, this one if all of it is of that type, null if nothing is
     */
    public @Nullable ExceptionGroup subgroup(Class<? extends Throwable> type) {
        return split(type).matching();
    }

    /**
     * Gives the part of this group that fulfils a condition.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code ExceptionGroup.subgroup}.
     * </ul>
     *
     * @param condition asked of every group first, which is taken whole if it fulfils it, then of its parts
     * @return a group with the same nesting, this one if all of it does, null if nothing does
     */
    public @Nullable ExceptionGroup subgroup(Predicate<? super Throwable> condition) {
        return split(condition).matching();
    }

    /**
     * Divides this group in two by a type, as {@link #subgroup(Class)} does.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code ExceptionGroup.split}.
     * </ul>
     *
     * @param type the type
     * @return both parts
     */
    public Split split(Class<? extends Throwable> type) {
        boolean groupsCount = ExceptionGroup.class.isAssignableFrom(type);
        return split(error -> type.isInstance(error) && (groupsCount || !(error instanceof ExceptionGroup)));
    }

    /**
     * Divides this group in two by a condition, as {@link #subgroup(Predicate)} does.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code ExceptionGroup.split}.
     * </ul>
     *
     * @param condition the condition
     * @return both parts
     */
    public Split split(Predicate<? super Throwable> condition) {
        if (condition.test(this)) {
            return new Split(this, null);
        }
        List<Throwable> matching = new ArrayList<>();
        List<Throwable> rest = new ArrayList<>();
        for (Throwable error : exceptions) {
            if (error instanceof ExceptionGroup group) {
                Split parts = group.split(condition);
                addIfThere(matching, parts.matching());
                addIfThere(rest, parts.rest());
            } else {
                (condition.test(error) ? matching : rest).add(error);
            }
        }
        return new Split(derive(matching), derive(rest));
    }

    private static void addIfThere(List<Throwable> errors, @Nullable Throwable error) {
        if (error != null) {
            errors.add(error);
        }
    }

    private @Nullable ExceptionGroup derive(List<Throwable> part) {
        if (part.isEmpty()) {
            return null;
        }
        if (part.equals(exceptions)) {
            return this;
        }
        ExceptionGroup derived = new ExceptionGroup(text, part);
        derived.setStackTrace(getStackTrace());
        if (getCause() != null) {
            derived.initCause(getCause());
        }
        for (Throwable added : getSuppressed()) { // to the whole, by a time limit say
            if (!holds(added)) {
                derived.addSuppressed(added);
            }
        }
        return derived;
    }

    private boolean holds(Throwable error) {
        return exceptions.stream().anyMatch(part -> part == error);
    }

    /**
     * A group divided in two.
     *
     * @param matching the part that was asked for, null if it is empty
     * @param rest the other part, null if it is empty
     * @since 0.1.0
     */
    public record Split(
            @Nullable ExceptionGroup matching, @Nullable ExceptionGroup rest) {}
}
