package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;

import io.github.corio.CancelledError;
import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncEvent;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A dozen bugs that people write, each with the version that is mended. None of them shows in the order that comes by itself. */
final class PlantedBugs {
    private static final Duration STEP = Duration.ofMillis(1);

    private PlantedBugs() {}

    /** A program in two versions. */
    interface Program {
        void run(boolean mended) throws Exception;
    }

    private static void step() {
        Void unused = PlantedBugs.<Void>awaited(sleep(STEP));
    }

    private static void steps(int number) {
        for (int i = 0; i < number; i++) {
            step();
        }
    }

    private static <T> @Nullable T awaited(Mono<T> mono) {
        return await(mono);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private static Coroutine<Void> guarded(boolean mended, AsyncLock lock, Coroutine<Void> body) {
        return mended ? async(() -> await(lock.withLock(body))) : body;
    }

    static Map<String, Program> all() {
        Map<String, Program> bugs = new LinkedHashMap<>();
        bugs.put("lost update", PlantedBugs::lostUpdate);
        bugs.put("check-then-act over await", PlantedBugs::checkThenAct);
        bugs.put("lock order", PlantedBugs::lockOrder);
        bugs.put("missed notification", PlantedBugs::missedNotification);
        bugs.put("cancel during hand-over", PlantedBugs::cancelDuringHandOver);
        bugs.put("stale cache", PlantedBugs::staleCache);
        bugs.put("double close", PlantedBugs::doubleClose);
        bugs.put("use after close", PlantedBugs::useAfterClose);
        bugs.put("double initialization", PlantedBugs::doubleInitialization);
        bugs.put("answers out of order", PlantedBugs::answersOutOfOrder);
        bugs.put("retry storm", PlantedBugs::retryStorm);
        bugs.put("limit that leaks", PlantedBugs::limitThatLeaks);
        return bugs;
    }

    private static void lostUpdate(boolean mended) {
        int[] register = new int[1];
        AsyncLock lock = new AsyncLock();
        await(gather(
                guarded(mended, lock, async(() -> {
                    int read = register[0];
                    steps(1);
                    register[0] = read + 1;
                    step();
                })),
                guarded(mended, lock, async(() -> {
                    step();
                    int read = register[0];
                    step();
                    register[0] = read + 1;
                }))));
        check(register[0] == 2, "an update is lost");
    }

    private static void checkThenAct(boolean mended) {
        int[] balance = {100};
        AsyncLock lock = new AsyncLock();
        Coroutine<Void> early = async(() -> {
            if (balance[0] >= 70) {
                step();
                balance[0] -= 70;
            }
        });
        Coroutine<Void> late = async(() -> {
            step();
            if (balance[0] >= 70) {
                step();
                balance[0] -= 70;
            }
        });
        await(gather(guarded(mended, lock, early), guarded(mended, lock, late)));
        check(balance[0] >= 0, "the account is overdrawn");
    }

    private static void lockOrder(boolean mended) {
        AsyncLock a = new AsyncLock();
        AsyncLock b = new AsyncLock();
        await(gather(
                async(() -> {
                    try (Permit first = awaitSingle(a.acquire())) {
                        step();
                        try (Permit second = awaitSingle(b.acquire())) {
                            check(first != second, "two permits are one");
                        }
                    }
                }),
                async(() -> {
                    step();
                    try (Permit first = awaitSingle((mended ? a : b).acquire())) {
                        step();
                        try (Permit second = awaitSingle((mended ? b : a).acquire())) {
                            check(first != second, "two permits are one");
                        }
                    }
                })));
    }

    private static void missedNotification(boolean mended) {
        AsyncEvent ready = new AsyncEvent();
        boolean[] waits = new boolean[1];
        await(gather(
                async(() -> {
                    waits[0] = true;
                    await(ready.waitUntilSet());
                }),
                async(() -> {
                    if (mended || waits[0]) { // "nobody waits, so nobody needs it"
                        ready.set();
                    }
                })));
    }

    private static void cancelDuringHandOver(boolean mended) {
        AsyncQueue<String> queue = new AsyncQueue<>();
        List<String> handled = new ArrayList<>();
        Task<Void> consumer = createTask(async(() -> {
            String item = awaitSingle(queue.get());
            try {
                step();
                handled.add(item);
            } catch (CancelledError e) {
                if (mended) {
                    queue.putNowait(item);
                }
                throw e;
            }
        }));
        await(gather(
                async(() -> {
                    queue.putNowait("job");
                    step();
                }),
                async(() -> {
                    step();
                    Void unusedTurn = PlantedBugs.<Void>awaited(sleep(Duration.ZERO));
                    boolean unused = consumer.cancel();
                })));
        try {
            await(consumer);
        } catch (CancelledError e) {
            handled.addAll(queue.isEmpty() ? List.of() : List.of(queue.getNowait()));
        }
        check(handled.equals(List.of("job")), "the job is lost");
    }

    private static void staleCache(boolean mended) {
        Map<String, Integer> cache = new HashMap<>();
        int[] stored = {1};
        int[] version = new int[1];
        await(gather(
                async(() -> {
                    int before = version[0];
                    int read = stored[0];
                    step();
                    if (!mended || version[0] == before) {
                        cache.put("key", read);
                    }
                }),
                async(() -> {
                    step();
                    stored[0] = 2;
                    version[0]++;
                    cache.remove("key");
                })));
        check(cache.getOrDefault("key", stored[0]) == stored[0], "the cache is stale");
    }

    private static void doubleClose(boolean mended) {
        int[] closed = new int[1];
        boolean[] open = {true};
        Coroutine<Void> early = async(() -> {
            if (open[0]) {
                if (mended) {
                    open[0] = false;
                }
                step();
                open[0] = false;
                closed[0]++;
            }
        });
        Coroutine<Void> late = async(() -> {
            step();
            if (open[0]) {
                open[0] = false;
                closed[0]++;
            }
        });
        await(gather(early, late));
        check(closed[0] == 1, "closed " + closed[0] + " times");
    }

    private static void useAfterClose(boolean mended) {
        boolean[] open = {true};
        int[] users = new int[1];
        AsyncEvent idle = new AsyncEvent();
        idle.set();
        await(gather(
                async(() -> {
                    if (open[0]) {
                        users[0]++;
                        idle.clear();
                        step();
                        check(open[0], "used after it was closed");
                        users[0]--;
                        idle.set();
                    }
                }),
                async(() -> {
                    step();
                    if (mended) {
                        await(idle.waitUntilSet());
                    }
                    open[0] = false;
                })));
    }

    private static void doubleInitialization(boolean mended) {
        int[] made = new int[1];
        Object[] instance = new Object[1];
        AsyncLock lock = new AsyncLock();
        Coroutine<Void> early = async(() -> {
            if (instance[0] == null) {
                step();
                made[0]++;
                instance[0] = new Object();
            }
        });
        Coroutine<Void> late = async(() -> {
            step();
            if (instance[0] == null) {
                step();
                made[0]++;
                instance[0] = new Object();
            }
        });
        await(gather(guarded(mended, lock, early), guarded(mended, lock, late)));
        check(made[0] == 1, "made " + made[0] + " times");
    }

    private static void answersOutOfOrder(boolean mended) {
        String[] shown = {""};
        int[] latest = new int[1];
        await(gather(
                async(() -> {
                    int mine = ++latest[0];
                    steps(2);
                    if (!mended || mine == latest[0]) {
                        shown[0] = "a";
                    }
                }),
                async(() -> {
                    step();
                    int mine = ++latest[0];
                    step();
                    if (!mended || mine == latest[0]) {
                        shown[0] = "ab";
                    }
                })));
        check(shown[0].equals("ab"), "an old answer is shown");
    }

    private static void retryStorm(boolean mended) {
        int[] calls = new int[1];
        Mono<Integer> dependency = Faults.of(Mono.fromCallable(() -> ++calls[0]), EnumSet.of(Fault.FAILS));
        int[] attempts = new int[1];
        Mono<Integer> once = Mono.defer(() -> {
            attempts[0]++;
            return dependency;
        });
        Mono<Integer> retried = mended ? once.retry(1) : once.retry(1).retry(1);
        try {
            await(retried);
        } catch (FaultError e) {
            check(attempts[0] <= 2, attempts[0] + " attempts where two were meant");
        }
        check(attempts[0] <= 2, attempts[0] + " attempts where two were meant");
    }

    private static void limitThatLeaks(boolean mended) throws Exception {
        AsyncLock lock = new AsyncLock();
        Mono<Integer> slow = Faults.of(Mono.just(1), EnumSet.of(Fault.LATE));
        Permit held = awaitSingle(lock.acquire());
        try {
            Integer unused = awaitThrowing(waitFor(slow, Duration.ofSeconds(1)), TimeoutException.class);
            held.close();
        } catch (TimeoutException e) {
            if (mended) {
                held.close();
            }
        }
        check(!lock.isLocked(), "the lock is held for ever");
    }
}
