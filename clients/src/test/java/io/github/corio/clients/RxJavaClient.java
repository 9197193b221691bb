package io.github.corio.clients;

import io.github.corio.bridge.From;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.subjects.MaybeSubject;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

final class RxJavaClient extends Client<String> {
    private final MaybeSubject<String> subject = MaybeSubject.create();

    // snippet: client-rxjava
    static <T> Mono<T> rxJava(Maybe<T> maybe) {
        return From.callbacks(
                (onSuccess, onFailure) ->
                        maybe.subscribe(onSuccess::accept, onFailure::accept, () -> onSuccess.accept(null)),
                Disposable::dispose);
    }
    // end

    @Override
    Mono<String> mono(boolean hook, Release<? super String> release) {
        CancelHook<Disposable> cancel = hook ? Disposable::dispose : CancelHook.none();
        return From.callbacks(
                (onSuccess, onFailure) ->
                        subject.subscribe(onSuccess::accept, onFailure::accept, () -> onSuccess.accept(null)),
                cancel,
                release);
    }

    @Override
    String text(String value) {
        return value;
    }

    @Override
    void succeed(@Nullable String value) {
        if (value == null) {
            subject.onComplete();
        } else {
            subject.onSuccess(value);
        }
    }

    @Override
    void fail(Exception error) {
        subject.onError(error);
    }

    @Override
    boolean isCancelled() {
        return !subject.hasObservers();
    }
}
