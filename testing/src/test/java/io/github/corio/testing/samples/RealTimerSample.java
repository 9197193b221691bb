package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.AsyncFuture;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A timer runs in real time, and the test waits for it in vain. */
@Sample
public class RealTimerSample {
    private static final Duration HOUR = Duration.ofHours(1);
    /** Made when no test was open. */
    private static Scheduler.@Nullable Worker worker;

    private static @Nullable EventLoop realLoop;

    private final ExecutorService outside = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "outside");
        thread.setDaemon(true);
        return thread;
    });
    private final Disposable.Composite timers = Disposables.composite();

    /** What an application makes before any test. */
    public static void startApplication() {
        worker = Schedulers.parallel().createWorker();
        realLoop = EventLoop.on(Schedulers.single());
    }

    /** Ends what an application has made. */
    public static void stopApplication() {
        worker.dispose();
        realLoop.dispose();
    }

    @AfterEach
    void end() {
        timers.dispose();
        outside.shutdownNow();
    }

    /** Two tests are open, and the thread has no Context: nobody can know for which of them it works. */
    @CoroutineTest(patienceMillis = 300)
    void ofAThreadOutside() throws Exception {
        TestLoop other = TestLoop.create();
        try {
            CompletableFuture<Long> answer = new CompletableFuture<>();
            outside.submit(() -> timers.add(Mono.delay(HOUR).subscribe(answer::complete)))
                    .get();
            await(answer);
        } finally {
            other.close();
        }
    }

    @CoroutineTest(timeoutSeconds = 2)
    void insideOfWhatIsInRealTime(TestLoop loop) throws Exception {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        Task<Integer> task = createTask(loop.inRealTime(Mono.fromFuture(answer).delayElement(HOUR)));
        await(sleep(Duration.ZERO));
        outside.submit(() -> answer.complete(1)).get();
        await(task);
    }

    @CoroutineTest(patienceMillis = 300)
    void ofAWorkerFromBefore() {
        AsyncFuture<String> future = new AsyncFuture<>();
        timers.add(worker.schedule(() -> future.setResult("late"), 1, TimeUnit.HOURS));
        await(future);
    }

    @CoroutineTest(patienceMillis = 300)
    void ofALoopFromBefore() {
        Task<Void> task = async(() -> await(sleep(HOUR))).on(realLoop).start();
        try {
            await(task.hide());
        } finally {
            realLoop.callSoon(task::cancel);
        }
    }

    @CoroutineTest(patienceMillis = 300)
    void butNotOneThatIsDisarmed() throws Exception {
        TestLoop other = TestLoop.create();
        try {
            outside.submit(() -> Mono.delay(HOUR).subscribe().dispose()).get();
            await(new AsyncFuture<>());
        } finally {
            other.close();
        }
    }
}
