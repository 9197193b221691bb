package io.github.corio.examples;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * HTTP services on the loopback interface, each on a port of its own and with a latency of its own. One may be taken down:
 * it then answers 503. Thread-safe.
 */
final class Services implements AutoCloseable {
    private final Map<String, DisposableServer> running = new LinkedHashMap<>();
    private volatile String down = "";

    /** Starts a service for each name, which answers after the given time. */
    Services(Map<String, Duration> latencies) {
        latencies.forEach((name, latency) -> running.put(name, start(name, latency)));
    }

    private DisposableServer start(String name, Duration latency) {
        return HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> Mono.delay(latency)
                        .thenMany(response.status(down.equals(name) ? 503 : 200)
                                .sendString(Mono.just(name + " answers " + request.uri()))))
                .bindNow();
    }

    /** From now on this service answers 503. */
    void takeDown(String name) {
        down = name;
    }

    /** The address of a service. */
    String url(String name) {
        DisposableServer server = running.get(name);
        if (server == null) {
            throw new IllegalArgumentException("No service " + name);
        }
        return "http://127.0.0.1:" + server.port() + "/";
    }

    @Override
    public void close() {
        running.values().forEach(DisposableServer::disposeNow);
    }
}
