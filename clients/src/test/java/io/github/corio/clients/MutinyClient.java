package io.github.corio.clients;

import io.github.corio.bridge.From;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

final class MutinyClient extends Client<String> {
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private volatile @Nullable UniEmitter<? super String> emitter;
    private final Uni<String> uni = Uni.createFrom().emitter(given -> {
        emitter = given;
        given.onTermination(() -> cancelled.set(true));
    });

    // snippet: client-mutiny
    static <T> Mono<T> mutiny(Uni<T> uni) {
        return From.callbacks(
                (onSuccess, onFailure) -> uni.subscribe().with(onSuccess, onFailure), Cancellable::cancel);
    }
    // end

    @Override
    Mono<String> mono(boolean hook, Release<? super String> release) {
        CancelHook<Cancellable> cancel = hook ? Cancellable::cancel : CancelHook.none();
        return From.callbacks((onSuccess, onFailure) -> uni.subscribe().with(onSuccess, onFailure), cancel, release);
    }

    @Override
    String text(String value) {
        return value;
    }

    @Override
    void succeed(@Nullable String value) {
        emitter.complete(value);
    }

    @Override
    void fail(Exception error) {
        emitter.fail(error);
    }

    @Override
    boolean isCancelled() {
        return cancelled.get();
    }
}
