package io.github.corio.clients;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class GrpcStreamsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MANY = 5_000;

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    @Test
    void aStreamOfReplies() throws Exception {
        try (GrpcServer server =
                new GrpcServer(ServerCalls.asyncBidiStreamingCall(replies -> Grpc.<String, String>serve(
                        replies,
                        requests -> requests.thenMany(Flux.range(0, MANY).map(String::valueOf)))))) {
            StepVerifier.create(Grpc.serverStream(server::call, "request"))
                    .expectNextSequence(numbers(MANY))
                    .expectComplete()
                    .verify(SOON);
        }
    }

    @Test
    void aSlowConsumerIsNeverOverrunAndGetsAll() throws Exception {
        AtomicInteger arrived = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger ahead = new AtomicInteger();
        try (GrpcServer server =
                new GrpcServer(ServerCalls.asyncBidiStreamingCall(replies -> Grpc.<String, String>serve(
                        replies,
                        requests -> requests.thenMany(Flux.range(0, MANY).map(String::valueOf)))))) {
            Flux<String> replies = Grpc.serverStream(server::call, "request")
                    .doOnNext(value -> ahead.accumulateAndGet(arrived.incrementAndGet() - taken.get(), Math::max));
            run(async(() -> {
                for (String value : each(replies, 16)) {
                    assertThat(value).isEqualTo(String.valueOf(taken.getAndIncrement()));
                }
            }));
        }
        assertThat(taken).hasValue(MANY);
        assertThat(ahead.get()).isLessThanOrEqualTo(17); // the demand given, and the one that is being taken
    }

    @Test
    void aStreamOfRequestsAndOneOfReplies() throws Exception {
        try (GrpcServer server = new GrpcServer(ServerCalls.asyncBidiStreamingCall(
                replies -> Grpc.<String, String>serve(replies, requests -> requests.map(value -> value + "!"))))) {
            StepVerifier.create(Grpc.bidi(server::call, Flux.range(0, MANY).map(String::valueOf)))
                    .expectNextSequence(
                            numbers(MANY).stream().map(value -> value + "!").toList())
                    .expectComplete()
                    .verify(SOON);
        }
    }

    @Test
    void aCoroutineServes() throws Exception {
        try (GrpcServer server =
                new GrpcServer(ServerCalls.asyncBidiStreamingCall(replies -> Grpc.<String, String>serve(
                        replies,
                        requests -> generate(out -> {
                            int sum = 0;
                            for (String value : each(requests)) {
                                sum += Integer.parseInt(value);
                            }
                            out.emit("sum " + sum);
                        }))))) {
            StepVerifier.create(Grpc.bidi(server::call, Flux.range(1, 1_000).map(String::valueOf)))
                    .expectNext("sum 500500")
                    .expectComplete()
                    .verify(SOON);
        }
    }

    @Test
    void theServerDoesNotRunAheadOfTheRequests() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        try (GrpcServer server =
                new GrpcServer(ServerCalls.asyncBidiStreamingCall(replies -> Grpc.<String, String>serve(
                        replies, requests -> requests.take(3).collectList().map(List::toString))))) {
            StepVerifier.create(Grpc.bidi(
                            server::call,
                            Flux.range(0, 1_000_000)
                                    .doOnNext(value -> sent.incrementAndGet())
                                    .map(String::valueOf)))
                    .expectNext("[0, 1, 2]")
                    .expectComplete()
                    .verify(SOON);
        }
        assertThat(sent.get()).isLessThan(1_000_000); // gRPC's own window, and not all
    }

    @Test
    void anErrorOfTheServerIsOneOfTheClient() throws Exception {
        try (GrpcServer server =
                new GrpcServer(ServerCalls.asyncBidiStreamingCall(replies -> Grpc.<String, String>serve(
                        replies,
                        requests -> requests.thenMany(Flux.just("first")
                                .concatWith(Mono.error(new StatusRuntimeException(Status.DATA_LOSS)))))))) {
            StepVerifier.create(Grpc.serverStream(server::call, "request"))
                    .expectNext("first")
                    .expectErrorSatisfies(
                            e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.DATA_LOSS))
                    .verify(SOON);
        }
    }

    @Test
    void anErrorOfTheRequestsCancelsTheCall() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (GrpcServer server = new GrpcServer(ServerCalls.asyncBidiStreamingCall(replies ->
                Grpc.<String, String>serve(replies, requests -> requests.doOnCancel(cancelled::countDown))))) {
            StepVerifier.create(Grpc.bidi(
                            server::call, Flux.just("one").concatWith(Mono.error(new IllegalStateException("no")))))
                    .thenConsumeWhile(value -> true)
                    .expectError(StatusRuntimeException.class)
                    .verify(SOON);
            assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aCancelReachesTheOtherSide() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        try (GrpcServer server = new GrpcServer(ServerCalls.asyncBidiStreamingCall(replies -> {
            ((ServerCallStreamObserver<String>) replies).setOnCloseHandler(() -> {});
            return Grpc.<String, String>serve(
                    replies,
                    requests -> Flux.<String>never()
                            .doOnSubscribe(s -> open.countDown())
                            .doOnCancel(cancelled::countDown));
        }))) {
            Disposable subscription = Grpc.bidi(server::call, Flux.never()).subscribe();
            assertThat(open.await(60, TimeUnit.SECONDS)).isTrue();
            subscription.dispose();
            assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
