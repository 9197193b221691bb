package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Coroutine;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.TimerHandle;
import io.github.corio.testing.CoroutineTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Timers of the loop and of Reactor with one deadline. The number of each is its place in the order of registration. */
@Sample
public class OrderSample {
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<Integer> fired = new ArrayList<>();
    private final Disposable.Composite reactors = Disposables.composite();
    private int registered;

    private TimerHandle ofTheLoop(Duration delay) {
        int number = registered++;
        return EventLoop.current().callLater(delay, () -> fired.add(number));
    }

    private void ofReactor(Duration delay, Scheduler scheduler) {
        int number = registered++;
        reactors.add(Mono.delay(delay, scheduler).subscribe(tick -> fired.add(number)));
    }

    private void ofReactor(Duration delay) {
        ofReactor(delay, Schedulers.parallel());
    }

    private Coroutine<Void> asleep(Mono<?> wait) {
        int number = registered++;
        return async(() -> {
            await(wait);
            fired.add(number);
        });
    }

    private void check() {
        assertThat(fired).hasSize(registered).isSorted();
    }

    @AfterEach
    void end() {
        reactors.dispose();
    }

    @CoroutineTest
    void byTurns() {
        for (int i = 0; i < 50; i++) {
            ofTheLoop(HOUR);
            ofReactor(HOUR, i % 2 == 0 ? Schedulers.parallel() : Schedulers.single());
        }
        await(sleep(HOUR.multipliedBy(2)));
        check();
    }

    @CoroutineTest
    void ofReactorFirst() {
        ofReactor(HOUR);
        ofReactor(HOUR);
        ofTheLoop(HOUR);
        ofTheLoop(HOUR);
        ofReactor(HOUR);
        await(sleep(HOUR.multipliedBy(2)));
        check();
    }

    @CoroutineTest
    void registeredAtDifferentTimes() {
        ofTheLoop(HOUR.multipliedBy(4));
        await(sleep(HOUR));
        ofReactor(HOUR.multipliedBy(3));
        await(sleep(HOUR));
        ofTheLoop(HOUR.multipliedBy(2));
        await(Mono.delay(HOUR));
        ofReactor(HOUR);
        ofTheLoop(HOUR);
        await(sleep(HOUR.multipliedBy(2)));
        check();
    }

    @CoroutineTest
    void withOthersBeforeAndAfterAndSomeThatAreCancelled() {
        TimerHandle cancelled = ofTheLoop(HOUR);
        registered--;
        ofReactor(HOUR);
        ofTheLoop(HOUR);
        for (int minute = 1; minute < 120; minute += 7) {
            var unused = EventLoop.current().callLater(Duration.ofMinutes(minute), () -> {});
            reactors.add(Mono.delay(Duration.ofMinutes(minute)).subscribe());
        }
        ofReactor(HOUR);
        ofTheLoop(HOUR);
        cancelled.cancel();
        await(sleep(HOUR.multipliedBy(2)));
        check();
    }

    @CoroutineTest
    void registeredWhenTheTimeHasCome() {
        var unused = EventLoop.current().callLater(HOUR, () -> {
            ofReactor(Duration.ofNanos(1));
            ofTheLoop(Duration.ofNanos(1));
            ofReactor(Duration.ofNanos(1));
            ofTheLoop(Duration.ofNanos(1));
        });
        await(sleep(HOUR.multipliedBy(2)));
        check();
    }

    @CoroutineTest
    void thatOthersRegister() {
        EventLoop loop = EventLoop.current();
        ofTheLoop(HOUR.multipliedBy(2));
        reactors.add(Mono.delay(HOUR).subscribe(tick -> {
            ofReactor(HOUR);
            int number = registered++;
            var unused = loop.callLater(HOUR, () -> fired.add(number));
            ofReactor(HOUR);
        }));
        await(sleep(HOUR.multipliedBy(3)));
        check();
    }

    @CoroutineTest
    void ofWorkersAndIntervals() {
        Scheduler.Worker worker = Schedulers.parallel().createWorker();
        reactors.add(worker);
        ofTheLoop(HOUR);
        int ofWorker = registered++;
        var unused = worker.schedule(() -> fired.add(ofWorker), 1, TimeUnit.HOURS);
        ofTheLoop(HOUR);
        int ofInterval = registered++;
        reactors.add(Flux.interval(HOUR).take(1).subscribe(tick -> fired.add(ofInterval)));
        ofTheLoop(HOUR);
        int ofTimeout = registered++;
        reactors.add(Mono.never().timeout(HOUR).subscribe(value -> {}, error -> fired.add(ofTimeout)));
        ofTheLoop(HOUR);
        await(sleep(HOUR.multipliedBy(2)));
        check();
    }

    /** The tasks that wait for them go on in the same order. */
    @CoroutineTest
    void thatTasksWaitFor() {
        await(gather(
                asleep(sleep(HOUR)),
                asleep(Mono.delay(HOUR)),
                asleep(sleep(HOUR)),
                asleep(Mono.delay(HOUR)),
                asleep(Mono.delay(HOUR, Schedulers.single())),
                asleep(sleep(HOUR))));
        check();
    }
}
