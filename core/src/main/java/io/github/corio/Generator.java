package io.github.corio;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** The Flux behind {@code generate}: each subscription runs the body afresh, from its first request on. */
final class Generator<T> extends Flux<T> implements Scannable {
    private final GeneratorBody<T> body;
    /** This generator as Reactor's assembly hooks have made it; null if they have not. */
    private final @Nullable Flux<T> hooked;

    private Generator(GeneratorBody<T> body, @Nullable Flux<T> hooked) {
        this.body = body;
        this.hooked = hooked;
    }

    static <T> Flux<T> of(GeneratorBody<T> body) {
        Generator<T> plain = new Generator<>(Objects.requireNonNull(body, "body"), null);
        Flux<T> hooked = onAssembly(plain);
        return hooked == plain ? plain : new Generator<>(body, hooked);
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        if (hooked != null) {
            hooked.subscribe(actual);
        } else {
            actual.onSubscribe(new GeneratorSubscription<>(body, actual));
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public String toString() {
        return "generate(" + Foreign.text(body) + ")";
    }
}
