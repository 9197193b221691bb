package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Virtual.runVirtually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

class AsyncIteratorTest {
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> dropped = Collections.synchronizedList(new ArrayList<>());
    private final List<Object> discarded = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void resetHooks() {
        Hooks.resetOnErrorDropped();
        Hooks.resetOnNextDropped();
    }

    private void recordDropped() {
        Hooks.onErrorDropped(dropped::add);
    }

    private Flux<Integer> numbers(int count) {
        return Flux.range(1, count).doOnCancel(() -> log.add("cancelled"));
    }

    @Nested
    class Values {
        @Test
        @DisplayName("AGEN-01 values arrive in order around awaits; the end of the source ends the loop")
        void comeInOrderAroundAwaits() {
            runVirtually(() -> {
                for (int n : each(Flux.range(1, 3))) {
                    await(sleep(Duration.ofSeconds(1)));
                    log.add("got " + n);
                }
                log.add("end");
            });
            assertThat(log).containsExactly("got 1", "got 2", "got 3", "end");
        }

        @Test
        void comeFromAMonoToo() {
            List<String> seen = new ArrayList<>();
            run(() -> {
                each(Mono.just("one")).forEach(seen::add);
                each(Mono.<String>empty()).forEach(seen::add);
                return null;
            });
            assertThat(seen).containsExactly("one");
        }

        @Test
        void comeFromAPublisherThatIsNotReactors() {
            Publisher<String> foreign = s -> s.onSubscribe(Operators.scalarSubscription(asCore(s), "foreign"));
            String value = run(() -> each(foreign).next());
            assertThat(value).isEqualTo("foreign");
        }

        @Test
        void comeFromAnotherThreadWhileTheLoopGoesOn() {
            List<Integer> seen = new ArrayList<>();
            run(() -> {
                Sinks.Empty<Void> otherRuns = Sinks.empty();
                Task<Void> other =
                        createTask(async(() -> otherRuns.tryEmitEmpty().orThrow()));
                Flux<Integer> source = Flux.range(0, 10_000)
                        .delayUntil(n -> n > 0 ? Mono.empty() : otherRuns.asMono())
                        .publishOn(Schedulers.boundedElastic());
                for (int n : each(source)) {
                    seen.add(n);
                }
                await(other);
                return null;
            });
            assertThat(seen).hasSize(10_000).isSorted();
        }

        @Test
        void comeInVirtualTime() {
            Duration took = runVirtually(() -> {
                Duration start = EventLoop.current().time();
                for (int unused : each(ticks(3))) {
                    log.add("tick");
                }
                return EventLoop.current().time().minus(start);
            });
            assertThat(log).hasSize(3);
            assertThat(took).isEqualTo(Duration.ofHours(3));
        }

        private Flux<Integer> ticks(int count) {
            return Flux.range(0, count).concatMap(n -> sleep(Duration.ofHours(1), n));
        }

        @Test
        void areNotSkippedByAskingTwice() {
            run(() -> {
                AsyncIterator<Integer> values = each(Flux.range(1, 2));
                assertThat(values.hasNext()).isTrue();
                assertThat(values.hasNext()).isTrue();
                assertThat(values.next()).isEqualTo(1);
                assertThat(values.next()).isEqualTo(2);
                assertThat(values.hasNext()).isFalse();
                assertThat(values.hasNext()).isFalse();
                return null;
            });
        }

        @Test
        @DisplayName("AGEN-04 a single step gives a value; after the end there is none")
        void endWithAnErrorOfTheSingleStep() {
            run(() -> {
                Iterator<Integer> values = each(Flux.just(1)).iterator();
                assertThat(values.next()).isEqualTo(1);
                assertThatThrownBy(values::next)
                        .isInstanceOf(NoSuchElementException.class)
                        .hasMessageContaining("has ended");
                return null;
            });
        }

        @Test
        void goOnInASecondLoopWhereTheFirstHasLeft() {
            List<Integer> seen = new ArrayList<>();
            run(() -> {
                AsyncIterator<Integer> values = each(Flux.range(1, 4));
                for (int n : values) {
                    if (n == 2) {
                        break;
                    }
                }
                values.forEachRemaining(seen::add);
                return null;
            });
            assertThat(seen).containsExactly(3, 4);
        }

        @SuppressWarnings("unchecked")
        private <T> CoreSubscriber<T> asCore(org.reactivestreams.Subscriber<? super T> s) {
            return (CoreSubscriber<T>) s;
        }
    }

    @Nested
    class Beginning {
        @Test
        void subscribesAtTheFirstStepOnly() {
            run(() -> {
                AsyncIterator<Integer> values = each(Flux.just(1).doOnSubscribe(s -> log.add("subscribed")));
                log.add("made");
                values.next();
                return null;
            });
            assertThat(log).containsExactly("made", "subscribed");
        }

        @Test
        void mayBeMadeAnywhereButNotIteratedOutsideOfACoroutine() {
            AsyncIterator<Integer> values = each(Flux.just(1));
            assertThatThrownBy(values::hasNext).isInstanceOf(IllegalStateException.class);
            Integer value = run(values::next);
            assertThat(value).isEqualTo(1);
        }

        @Test
        void belongsToTheTaskThatHasBegun() {
            run(() -> {
                AsyncIterator<Integer> values = each(Flux.just(1, 2));
                values.next();
                Task<Integer> other = createTask(async(values::next));
                assertThatThrownBy(() -> await(other))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("was begun by");
                assertThat(await(async(values::next))).isEqualTo(2); // in place: the same task
                return null;
            });
        }

        @Test
        void refusesNullAndAPrefetchBelowOne() {
            assertThatThrownBy(() -> each(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> each(Flux.just(1), 0)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void sendsTheContextOfTheTaskUpstream() {
            AtomicReference<String> seen = new AtomicReference<>();
            Flux<String> source = Flux.deferContextual(context -> Flux.just(context.<String>get("user")));
            async(() -> {
                        seen.set(each(source).next());
                    })
                    .contextWrite(context -> context.put("user", "ada"))
                    .block();
            assertThat(seen).hasValue("ada");
        }

        @Test
        void closesWhenThePublisherThrows() {
            Publisher<Integer> broken = s -> {
                throw new UnsupportedOperationException("broken");
            };
            run(() -> {
                AsyncIterator<Integer> values = each(broken);
                assertThatThrownBy(values::hasNext).isInstanceOf(UnsupportedOperationException.class);
                assertThat(values.hasNext()).isFalse();
                return null;
            });
        }
    }

    @Nested
    class Requests {
        private final List<Long> requests = Collections.synchronizedList(new ArrayList<>());

        private Flux<Integer> counted(int count) {
            return Flux.range(1, count).hide().doOnRequest(requests::add);
        }

        private List<Long> whileTaking(int values, AsyncIterator<Integer> from) {
            run(() -> {
                for (int i = 0; i < values; i++) {
                    from.next();
                }
                return null;
            });
            return requests;
        }

        @Test
        void areTheFirstPrefetchUntilThreeQuartersAreTaken() {
            assertThat(whileTaking(6, each(counted(100), 8))).containsExactly(8L);
        }

        @Test
        void replenishWhatWasTakenWhenTheNextIsAskedFor() {
            assertThat(whileTaking(7, each(counted(100), 8))).containsExactly(8L, 6L);
        }

        @Test
        void areOneAtATimeAndNotAhead() {
            assertThat(whileTaking(3, each(counted(100), 1))).containsExactly(1L, 1L, 1L);
        }

        @Test
        void areSmallByDefault() {
            assertThat(whileTaking(1, each(counted(100)))).containsExactly(32L);
        }

        @Test
        void areForAllIfThatIsAskedFor() {
            assertThat(whileTaking(50, each(counted(100), Integer.MAX_VALUE))).containsExactly(Long.MAX_VALUE);
        }

        @Test
        void neverGoBeyondThePrefetch() {
            for (int prefetch : new int[] {1, 2, 3, 4, 5, 7, 8, 31, 32, 100}) {
                requests.clear();
                run(() -> {
                    long taken = 0;
                    for (int unused : each(counted(500), prefetch)) {
                        long asked = requests.stream().mapToLong(n -> n).sum();
                        assertThat(asked - taken).as("prefetch %s", prefetch).isBetween(1L, (long) prefetch);
                        taken++;
                    }
                    assertThat(taken).isEqualTo(500);
                    return null;
                });
            }
        }

        @Test
        void areAnsweredWithAnErrorWhenTheSourceSendsMore() {
            TestPublisher<Integer> source = TestPublisher.createNoncompliant(TestPublisher.Violation.REQUEST_OVERFLOW);
            runVirtually(() -> {
                AsyncIterator<Integer> values = each(source, 1);
                Task<Void> sender = createTask(async(() -> {
                    source.next(1, 2, 3);
                }));
                assertThat(values.next()).isEqualTo(1);
                await(sender);
                assertThatThrownBy(() -> values.forEachRemaining(n -> log.add("got " + n)))
                        .hasMessageContaining("more than the requested 1");
            });
            source.assertCancelled();
        }
    }

    @Nested
    class Closing {
        @Test
        void cancelsUpstreamOnceAfterABreak() {
            run(() -> {
                try (AsyncIterator<Integer> values = each(numbers(100))) {
                    for (int n : values) {
                        if (n == 3) {
                            break;
                        }
                    }
                    log.add("broken out");
                }
                log.add("closed");
                return null;
            });
            assertThat(log).containsExactly("broken out", "cancelled", "closed");
        }

        @Test
        void comesWithTheEndOfTheTaskWithoutAClose() {
            run(() -> {
                Task<Void> task = createTask(async(() -> {
                    await(async(
                            () -> { // in place: this is not the end of the task
                                for (int unused : each(numbers(100))) {
                                    break;
                                }
                            }));
                    await(sleep(Duration.ZERO));
                    log.add("body ends");
                }));
                await(task);
                log.add("task has ended");
                return null;
            });
            assertThat(log).containsExactly("body ends", "cancelled", "task has ended");
        }

        @Test
        void comesWithAnErrorOfTheBody() {
            assertThatThrownBy(() -> run(async(() -> {
                        for (int n : each(numbers(100))) {
                            throw new IOException("at " + n);
                        }
                    })))
                    .isInstanceOf(IOException.class)
                    .hasMessage("at 1");
            assertThat(log).containsExactly("cancelled");
        }

        @Test
        void isNewestFirstAtTheEndOfTheTask() {
            run(() -> {
                each(Flux.never().doOnCancel(() -> log.add("outer")).startWith(0))
                        .next();
                each(Flux.never().doOnCancel(() -> log.add("inner")).startWith(0))
                        .next();
                return null;
            });
            assertThat(log).containsExactly("inner", "outer");
        }

        @Test
        void dropsTheErrorOfACancelHookAndGoesOn() {
            List<Throwable> dropped = new CopyOnWriteArrayList<>();
            Context context = Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) dropped::add);
            try (Virtual virtual = new Virtual()) {
                virtual.run(async(() -> {
                            each(Flux.never().doOnCancel(() -> log.add("outer")).startWith(0))
                                    .next();
                            each(badlyCancelled()).next();
                        })
                        .contextWrite(context));
                assertThat(virtual.reported()).isEmpty();
            }
            assertThat(dropped)
                    .singleElement()
                    .satisfies(error -> assertThat(error).hasMessage("bad cancel"));
            assertThat(log).containsExactly("outer");
        }

        private Publisher<Integer> badlyCancelled() {
            return s -> s.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {
                    s.onNext(1);
                }

                @Override
                public void cancel() {
                    throw new IllegalStateException("bad cancel");
                }
            });
        }

        @Test
        void doesNotCancelWhatHasEnded() {
            run(() -> {
                try (AsyncIterator<Integer> values = each(numbers(3))) {
                    values.forEachRemaining(n -> log.add("got " + n));
                }
                return null;
            });
            assertThat(log).containsExactly("got 1", "got 2", "got 3");
        }

        @Test
        void discardsWhatIsBuffered() {
            run(async(() -> {
                        try (AsyncIterator<Integer> values = each(Flux.range(1, 100), 4)) {
                            values.next();
                            boolean unused = values.hasNext();
                        }
                    })
                    .doOnDiscard(Integer.class, discarded::add));
            assertThat(discarded).containsExactly(2, 3, 4);
        }

        @Test
        void endsTheIterationAlsoBeforeItHasBegun() {
            run(() -> {
                AsyncIterator<Integer> values = each(numbers(3).doOnSubscribe(s -> log.add("subscribed")));
                values.close();
                values.close();
                assertThat(values.hasNext()).isFalse();
                assertThatThrownBy(values::next).isInstanceOf(NoSuchElementException.class);
                return null;
            });
            assertThat(log).isEmpty();
        }

        @Test
        void wakesTheTaskThatWaits() {
            runVirtually(() -> {
                AsyncIterator<Object> values = each(Flux.never().doOnCancel(() -> log.add("cancelled")));
                Task<Boolean> waiting = createTask(async(values::hasNext));
                await(sleep(Duration.ofSeconds(1)));
                values.close();
                assertThat(await(waiting)).isFalse();
            });
            assertThat(log).containsExactly("cancelled");
        }

        @Test
        void mayComeFromAnyThread() {
            Boolean more = run(() -> {
                AsyncIterator<Object> values = each(Flux.never());
                Task<Boolean> waiting = createTask(async(values::hasNext));
                await(sleep(Duration.ZERO));
                await(Asyncio.toThread(() -> {
                    values.close();
                    return true;
                }));
                return await(waiting);
            });
            assertThat(more).isFalse();
        }

        @Test
        void reachesASourceThatSubscribesLater() {
            AtomicReference<CoreSubscriber<? super Integer>> later = new AtomicReference<>();
            TestPublisher<Integer> source = TestPublisher.create();
            Flux<Integer> late = new Flux<>() {
                @Override
                public void subscribe(CoreSubscriber<? super Integer> actual) {
                    later.set(actual);
                }
            };
            runVirtually(() -> {
                AsyncIterator<Integer> values = each(late);
                Task<Boolean> waiting = createTask(async(values::hasNext));
                await(sleep(Duration.ZERO));
                values.close();
                assertThat(await(waiting)).isFalse();
            });
            source.subscribe(later.get());
            source.assertCancelled();
        }
    }

    @Nested
    class Cancelling {
        @Test
        @DisplayName("AGEN-05 a cancel of a task that waits for a value cancels the source and is thrown there")
        void reachesTheSourceAndIsThrown() {
            runVirtually(() -> {
                Task<Void> task = createTask(async(() -> {
                    AsyncIterator<Object> values = each(Flux.never().doOnCancel(() -> log.add("source cancelled")));
                    try {
                        boolean unused = values.hasNext();
                    } catch (CancelledError e) {
                        log.add("caught " + e.getMessage());
                        assertThat(values.hasNext()).isFalse();
                        throw e;
                    }
                }));
                await(sleep(Duration.ofSeconds(1)));
                task.cancel("enough");
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            });
            assertThat(log).containsExactly("source cancelled", "caught enough");
        }

        @Test
        void thatComesTogetherWithAValueWins() {
            Sinks.Many<Integer> sink = Sinks.many().unicast().onBackpressureBuffer();
            runVirtually(() -> {
                Task<Void> task = createTask(async(() -> {
                    try {
                        each(sink.asFlux().doOnCancel(() -> log.add("source cancelled")))
                                .next();
                    } catch (CancelledError e) {
                        log.add("thrown");
                    }
                }));
                await(sleep(Duration.ofSeconds(1)));
                sink.tryEmitNext(1).orThrow();
                task.cancel();
                await(task);
            });
            assertThat(log).containsExactly("source cancelled", "thrown");
        }

        @Test
        void thatWasRequestedBeforeComesAtTheFirstStepThatSuspends() {
            runVirtually(() -> {
                Task<Void> task = createTask(async(() -> {
                    Asyncio.currentTask().cancel();
                    for (int n : each(Flux.just(1, 2).concatWith(Flux.never()))) {
                        log.add("got " + n);
                    }
                }));
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            });
            assertThat(log).containsExactly("got 1", "got 2");
        }

        @Test
        void discardsTheValueThatComesTooLate() {
            TestPublisher<Integer> source =
                    TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
            async(() -> {
                        AsyncIterator<Integer> values = each(source);
                        Task<Boolean> waiting = createTask(async(values::hasNext));
                        await(sleep(Duration.ZERO));
                        waiting.cancel();
                        assertThatThrownBy(() -> await(waiting)).isInstanceOf(CancelledError.class);
                        source.next(7);
                    })
                    .doOnDiscard(Integer.class, discarded::add)
                    .block();
            assertThat(discarded).containsExactly(7);
        }
    }

    @Nested
    class Errors {
        @Test
        void comeOutUnwrappedAfterTheValues() {
            run(() -> {
                AsyncIterator<Integer> values = each(Flux.just(1).concatWith(Flux.error(new IOException("broken"))));
                assertThat(values.next()).isEqualTo(1);
                assertThatThrownBy(values::hasNext)
                        .isInstanceOf(IOException.class)
                        .hasMessage("broken");
                assertThat(values.hasNext()).isFalse();
                return null;
            });
        }

        @Test
        void thatWereNotSeenAreDroppedOnceInTheOpen() {
            recordDropped();
            run(() -> {
                try (AsyncIterator<Integer> values =
                        each(Flux.just(1, 2).concatWith(Flux.error(new IOException("unseen"))))) {
                    values.next();
                }
                return null;
            });
            assertThat(dropped).singleElement().isInstanceOf(IOException.class);
        }

        @Test
        void thatComeAfterTheCloseAreDroppedOnceInTheOpen() {
            recordDropped();
            TestPublisher<Integer> source =
                    TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
            runVirtually(() -> {
                AsyncIterator<Integer> values = each(source);
                Task<Boolean> waiting = createTask(async(values::hasNext));
                await(sleep(Duration.ZERO));
                values.close();
                await(waiting);
                source.error(new IOException("late"));
            });
            assertThat(dropped).singleElement().isInstanceOf(IOException.class);
        }

        @Test
        void thatEveryStepMayThrowLeaveTheTaskIntact() {
            try (Virtual virtual = new Virtual()) {
                String value = virtual.run(async(() -> {
                    assertThatThrownBy(() ->
                                    each(Flux.error(new IOException("no"))).next())
                            .isInstanceOf(IOException.class);
                    await(sleep(Duration.ofSeconds(1)));
                    return "went on";
                }));
                assertThat(value).isEqualTo("went on");
                assertThat(virtual.reported()).isEmpty();
            }
        }
    }

    @Nested
    class Scanning {
        @Test
        void tellsWhatTheSubscriberIs() {
            AtomicReference<Scannable> subscriber = new AtomicReference<>();
            AtomicReference<Subscription> upstream = new AtomicReference<>();
            Flux<Integer> source = new Flux<>() {
                @Override
                public void subscribe(CoreSubscriber<? super Integer> actual) {
                    subscriber.set(Scannable.from(actual));
                    Flux.range(1, 10).hide().doOnSubscribe(upstream::set).subscribe(actual);
                }
            };
            run(async(() -> {
                        AsyncIterator<Integer> values = each(source, 4);
                        values.next();
                        Scannable scanned = subscriber.get();
                        assertThat(scanned.scan(Scannable.Attr.PREFETCH)).isEqualTo(4);
                        assertThat(scanned.scan(Scannable.Attr.BUFFERED)).isEqualTo(3);
                        assertThat(scanned.parents().toList().contains(Scannable.from(upstream.get())))
                                .isTrue();
                        assertThat(scanned.scan(Scannable.Attr.CANCELLED)).isFalse();
                        assertThat(scanned.name()).contains("reader");
                        values.close();
                        assertThat(scanned.scan(Scannable.Attr.CANCELLED)).isTrue();
                        assertThat(scanned.scan(Scannable.Attr.TERMINATED)).isFalse();
                    })
                    .named("reader"));
        }
    }
}
