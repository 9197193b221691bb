package io.github.corio;

import static io.github.corio.Asyncio.asCompleted;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.staggeredRace;
import static io.github.corio.Asyncio.taskGroup;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Values that nobody gets are discarded, once each. */
class DiscardedValuesTest {
    private record Buffer(String name) {}

    private static Mono<Buffer> now(String name) {
        return Mono.just(new Buffer(name));
    }

    private static Mono<Buffer> later(String name, int millis) {
        return sleep(Duration.ofMillis(millis), new Buffer(name));
    }

    private static <T> Mono<T> fails() {
        return sleep(Duration.ofMillis(10)).then(Mono.error(new IllegalStateException()));
    }

    private static Mono<Buffer> slowToLeave() {
        return async(() -> {
            try {
                await(sleep(Duration.ofDays(1)));
                return new Buffer("never");
            } finally {
                await(sleep(Duration.ofMillis(50)));
            }
        });
    }

    private static DynamicTest discards(String what, Supplier<Mono<?>> mono, boolean cancel, String... names) {
        return DynamicTest.dynamicTest(what, () -> {
            List<String> discarded = Collections.synchronizedList(new ArrayList<>());
            try (Virtual virtual = new Virtual()) {
                Coroutine<Void> body = async(() -> {
                    Task<Object> task = Asyncio.createTask(mono.get().cast(Object.class));
                    await(sleep(Duration.ofMillis(20)));
                    if (cancel) {
                        boolean unused = task.cancel();
                    }
                    Object unused = await(gatherOutcomes(List.of(task)));
                    await(sleep(Duration.ofSeconds(1)));
                });
                Void unused = virtual.run(body.doOnDiscard(Buffer.class, buffer -> discarded.add(buffer.name())));
            }
            assertThat(discarded).containsExactlyInAnyOrder(names);
        });
    }

    @TestFactory
    Stream<DynamicTest> onceEach() {
        return Stream.of(
                discards("a list of which one fails", () -> gather(List.of(now("a"), fails())), false, "a"),
                discards(
                        "one that comes after the failure", () -> gather(List.of(later("a", 30), fails())), false, "a"),
                discards("a tuple", () -> gather(now("a"), DiscardedValuesTest.<Buffer>fails()), false, "a"),
                discards("a tuple with an empty one", () -> gather(now("a"), Mono.<Buffer>empty()), false, "a"),
                discards("a limit", () -> gather(List.of(now("a"), fails(), now("b")), 2), false, "a", "b"),
                discards("a cancelled list", () -> gather(List.of(now("a"), Mono.<Buffer>never())), true, "a"),
                discards(
                        "cancelled outcomes", () -> gatherOutcomes(List.of(now("a"), Mono.<Buffer>never())), true, "a"),
                discards("all well", () -> gather(List.of(now("a"), now("b"))), false),
                discards(
                        "a second winner",
                        () -> staggeredRace(
                                List.of(later("a", 10), async(() -> {
                                    try {
                                        await(sleep(Duration.ofSeconds(1)));
                                        return new Buffer("never");
                                    } catch (CancelledError e) {
                                        return new Buffer("b");
                                    }
                                })),
                                Duration.ZERO),
                        false,
                        "b"),
                discards(
                        "the winner of a race that is cancelled while a loser cleans up",
                        () -> staggeredRace(List.of(slowToLeave(), now("a")), Duration.ZERO),
                        true,
                        "a"),
                discards("what a shield has let go on", () -> shield(later("a", 30)), true, "a"),
                discards("what has come as the shield was left", () -> shield(later("a", 20)), true, "a"),
                discards(
                        "a future in a shield: others have it", () -> shield(Asyncio.createTask(later("a", 30))), true),
                discards(
                        "what nobody takes of asCompleted: cancelled",
                        () -> async(() -> {
                            AsCompleted<Buffer> all = asCompleted(List.of(now("taken"), now("b"), later("c", 30)));
                            for (Task<Buffer> unused : each(all, 1)) {
                                await(sleep(Duration.ofDays(1)));
                            }
                        }),
                        true,
                        "b",
                        "c"),
                discards(
                        "what nobody takes of asCompleted: its time is over",
                        () -> asCompleted(List.of(now("taken"), later("b", 30)), Duration.ofMillis(10))
                                .then(),
                        false,
                        "b"),
                discards(
                        "tasks given to asCompleted: others have them",
                        () -> asCompleted(List.of(Asyncio.createTask(later("a", 30))))
                                .then(),
                        true),
                discards(
                        "the value of a group of which a task fails",
                        () -> taskGroup(group -> {
                            Task<Object> unused = group.createTask(fails());
                            return new Buffer("a");
                        }),
                        false,
                        "a"),
                discards(
                        "the value of a group that is cancelled",
                        () -> taskGroup(group -> {
                            Task<Object> unused = group.createTask(Mono.never());
                            return new Buffer("a");
                        }),
                        true,
                        "a"));
    }

    @Test
    void ofAShieldOnALoopOfItsOwn() throws Exception {
        Sinks.One<Buffer> gate = Sinks.one();
        CompletableFuture<Buffer> discarded = new CompletableFuture<>();
        Disposable subscription = shield(async(() -> await(gate.asMono())))
                .doOnDiscard(Buffer.class, discarded::complete)
                .subscribe();
        subscription.dispose();
        gate.tryEmitValue(new Buffer("a")).orThrow();
        assertThat(discarded.get(60, TimeUnit.SECONDS)).isEqualTo(new Buffer("a"));
    }
}
