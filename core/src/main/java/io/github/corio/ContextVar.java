package io.github.corio;

import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * A variable whose value belongs to the running task. That task sees a change, and so do the tasks that it creates
 * afterwards. No other task does. Thread-safe.
 *
 * <p>Its values are entries of the task's Reactor {@link Context}, under the variable itself as key. So they reach
 * every operator upstream of an awaited Mono. {@code contextWrite(ctx -> ctx.put(var, value))} sets a value for a
 * coroutine.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code contextvars.ContextVar}.
 * </ul>
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public final class ContextVar<T> {
    private final String name;
    private final @Nullable T defaultValue;

    private ContextVar(String name, @Nullable T defaultValue) {
        this.name = Objects.requireNonNull(name, "name");
        this.defaultValue = defaultValue;
    }

    /**
     * Makes a variable without a default.
     *
     * @param name for messages only
     * @param <T> the type of the value
     * @return a new variable
     */
    public static <T> ContextVar<T> of(String name) {
        return new ContextVar<>(name, null);
    }

    /**
     * Makes a variable with a default.
     *
     * @param name for messages only
     * @param defaultValue the value where none was set
     * @param <T> the type of the value
     * @return a new variable
     */
    public static <T> ContextVar<T> of(String name, T defaultValue) {
        return new ContextVar<>(name, Objects.requireNonNull(defaultValue, "defaultValue"));
    }

    /**
     * Gives the value in the context that is current here.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code ContextVar.get}.
     * </ul>
     *
     * @return the value, else the default
     * @throws NoSuchElementException if there is neither
     */
    public T get() {
        T value = AsyncContext.now().getOrDefault(this, defaultValue);
        if (value == null) {
            throw new NoSuchElementException(
                    this + " has no value here, on " + Thread.currentThread() + ", and no default");
        }
        return value;
    }

    /**
     * Sets the value in the context that is current here.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code ContextVar.set}.
     * </ul>
     *
     * @param value the new value
     * @return what {@link #reset} needs to undo this
     */
    public Token<T> set(T value) {
        Context now = AsyncContext.now();
        Token<T> token = new Token<>(this, now.getOrDefault(this, null));
        AsyncContext.change(now.put(this, Objects.requireNonNull(value, "value")));
        return token;
    }

    /**
     * Puts back the value that was there before a {@link #set}, in the context that is current here.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code ContextVar.reset}, which refuses another context.
     * </ul>
     *
     * @param token what that gave
     * @throws IllegalArgumentException if the token is of another variable
     * @throws IllegalStateException if the token was used before
     */
    public void reset(Token<T> token) {
        if (token.variable != this) {
            throw new IllegalArgumentException(token.variable + " made this token, not " + this);
        }
        if (token.used) {
            throw new IllegalStateException("This token of " + this + " was used before");
        }
        token.used = true;
        Context now = AsyncContext.now();
        AsyncContext.change(token.before == null ? now.delete(this) : now.put(this, token.before));
    }

    @Override
    public String toString() {
        return "ContextVar[" + name + "]";
    }

    /**
     * Holds the value that a {@link ContextVar#set} has replaced. You use it a single time.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code contextvars.Token}.
     * </ul>
     *
     * @param <T> the type of the value
     */
    public static final class Token<T> {
        private final ContextVar<T> variable;
        private final @Nullable T before;
        private boolean used;

        private Token(ContextVar<T> variable, @Nullable T before) {
            this.variable = variable;
            this.before = before;
        }
    }
}
