package io.github.corio.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;

/** Answers when the test says so. */
final class HttpServer implements AutoCloseable {
    private final MockWebServer server = new MockWebServer();
    private final CompletableFuture<MockResponse> answer = new CompletableFuture<>();
    private final CountDownLatch asked = new CountDownLatch(1);

    HttpServer() throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                asked.countDown();
                try {
                    return answer.get();
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        server.start(InetAddress.getLoopbackAddress(), 0);
    }

    String url() {
        return server.url("/").toString();
    }

    void isAsked() throws InterruptedException {
        if (!asked.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("no request");
        }
    }

    void succeed(String body) {
        boolean unused =
                answer.complete(new MockResponse.Builder().code(200).body(body).build());
    }

    void fail() {
        boolean unused = answer.complete(new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket(true, false, false))
                .build());
    }

    @Override
    public void close() {
        fail();
        server.close();
    }
}
