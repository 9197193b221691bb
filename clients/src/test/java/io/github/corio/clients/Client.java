package io.github.corio.clients;

import io.github.corio.bridge.From.Release;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** One call of a real client, and the other end of it, which the test plays. */
abstract class Client<T> implements AutoCloseable {
    /** The call. With or without the hook that cancels it. */
    abstract Mono<T> mono(boolean hook, Release<? super T> release);

    abstract String text(T value);

    /** Waits until the call is under way. */
    void isUnderWay() throws Exception {}

    /** Ends the call; null is a value of null. */
    abstract void succeed(@Nullable String value) throws Exception;

    /** Ends the call, by this or, where an error has to cross a wire, by another one. */
    abstract void fail(Exception error) throws Exception;

    boolean sameError() {
        return true;
    }

    boolean hasNull() {
        return true;
    }

    /** Whether the library can be told to stop. */
    boolean hasCancel() {
        return true;
    }

    /** Whether the library has heard of the cancel, or the other end has. */
    abstract boolean isCancelled() throws Exception;

    @Override
    public void close() throws Exception {}
}
