package io.github.corio.examples.migration;

import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A client that has every shape of callback there is. */
interface Legacy {
    /** Node style: the error first. */
    void find(String key, BiConsumer<@Nullable Throwable, @Nullable String> callback);

    /** The JDK's order: the error last. */
    void ask(String key, BiConsumer<@Nullable String, @Nullable Throwable> whenDone);

    /** Two functions, and something to abort it with. */
    Request fetch(String key, Consumer<@Nullable String> onSuccess, Consumer<Throwable> onFailure);

    /** A stage of the JDK. */
    CompletionStage<String> load(String key);

    /** A future that can only be waited for. */
    Future<String> submit(String key);

    /** A publisher of the JDK. */
    Flow.Publisher<String> lines(String key);

    /** From now on the listener hears of prices. */
    void addListener(IntConsumer listener);

    /** No longer. */
    void removeListener(IntConsumer listener);

    /** A call that blocks. */
    String read(String key) throws IOException;

    /** A connection that has to be given back, as soon as there is one. */
    Request connect(Consumer<Connection> onSuccess, Consumer<Throwable> onFailure);

    /** What a pool lends. */
    interface Connection extends AutoCloseable {
        /** Asks for a value. */
        CompletionStage<String> ask(String key);

        /** Gives it back. */
        @Override
        void close();
    }

    /** A call under way. */
    interface Request {
        /** Neither function is called any more. */
        void abort();
    }
}
