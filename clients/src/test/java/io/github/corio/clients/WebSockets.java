package io.github.corio.clients;

import io.github.corio.bridge.Events;
import io.github.corio.bridge.From;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink.OverflowStrategy;
import reactor.core.publisher.Mono;

/** The JDK's WebSocket. */
final class WebSockets {
    private WebSockets() {}

    // snippet: client-websocket
    static Flux<String> texts(HttpClient client, URI uri) {
        return From.listenerWhen(
                OverflowStrategy.BUFFER,
                (Events<String> events) ->
                        Mono.fromFuture(() -> client.newWebSocketBuilder().buildAsync(uri, listener(events))),
                WebSocket::abort);
    }

    static WebSocket.Listener listener(Events<String> events) {
        return new WebSocket.Listener() {
            private final StringBuilder parts = new StringBuilder();

            @Override
            public void onOpen(WebSocket socket) {
                events.onRequest(socket::request);
            }

            @Override
            public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
                parts.append(part);
                if (last) {
                    events.next(parts.toString());
                    parts.setLength(0);
                } else {
                    socket.request(1);
                }
                return null;
            }

            @Override
            public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
                events.complete();
                return null;
            }

            @Override
            public void onError(WebSocket socket, Throwable error) {
                events.error(error);
            }
        };
    }
    // end
}
