package io.github.corio.clients;

import io.github.corio.bridge.From;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A channel is cancelled by closing it. */
final class SocketRead extends Client<Integer> {
    private final Socket peer;
    private final AsynchronousSocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(100);

    SocketRead() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            channel = AsynchronousSocketChannel.open();
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()))
                    .get();
            peer = listening.accept();
        }
    }

    // snippet: client-channel
    static Mono<Integer> read(AsynchronousSocketChannel channel, ByteBuffer into) {
        return From.completionHandler(
                handler -> {
                    channel.read(into, null, handler);
                    return channel;
                },
                AsynchronousSocketChannel::close);
    }
    // end

    @Override
    Mono<Integer> mono(boolean hook, Release<? super Integer> release) {
        CancelHook<AsynchronousSocketChannel> cancel = hook ? AsynchronousSocketChannel::close : CancelHook.none();
        return From.completionHandler(
                handler -> {
                    channel.read(buffer, null, handler);
                    return channel;
                },
                cancel,
                release);
    }

    @Override
    String text(Integer value) {
        return new String(buffer.array(), 0, value, StandardCharsets.UTF_8);
    }

    @Override
    void succeed(@Nullable String value) throws IOException {
        peer.getOutputStream().write(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    void fail(Exception error) throws IOException {
        peer.setSoLinger(true, 0); // a reset
        peer.close();
    }

    @Override
    boolean sameError() {
        return false;
    }

    @Override
    boolean hasNull() {
        return false;
    }

    @Override
    boolean isCancelled() {
        return !channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        peer.close();
        channel.close();
    }
}
