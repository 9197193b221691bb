package io.github.corio.clients;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** One method from String to String, in process. */
final class GrpcServer implements AutoCloseable {
    private static final MethodDescriptor.Marshaller<String> TEXT = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };
    private final MethodDescriptor<String, String> method;
    private final Server server;
    private final ManagedChannel channel;

    GrpcServer(ServerCallHandler<String, String> handler) throws IOException {
        this(MethodDescriptor.MethodType.BIDI_STREAMING, handler);
    }

    GrpcServer(MethodDescriptor.MethodType type, ServerCallHandler<String, String> handler) throws IOException {
        method = MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName("service/method")
                .setRequestMarshaller(TEXT)
                .setResponseMarshaller(TEXT)
                .build();
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .addService(ServerServiceDefinition.builder("service")
                        .addMethod(method, handler)
                        .build())
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).build();
    }

    ClientCall<String, String> call() {
        return channel.newCall(method, CallOptions.DEFAULT);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        try {
            if (!server.awaitTermination(60, TimeUnit.SECONDS)) {
                throw new AssertionError("the server does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
