package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskTree;

import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.sync.AsyncLock;
import io.github.corio.testing.DeadlockError;
import io.github.corio.testing.VirtualTime;
import java.time.Duration;

/** Two transfers that lock two accounts in two orders. docs/testing.md and docs/observing.md show what Corio says of them. */
final class Transfers {
    private final AsyncLock left = new AsyncLock();
    private final AsyncLock right = new AsyncLock();

    private Coroutine<Void> transfer(String name, AsyncLock from, AsyncLock to) {
        return async(() -> {
                    try (var first = await(from.acquire())) {
                        await(sleep(Duration.ofMillis(1))); // asks the bank
                        try (var second = await(to.acquire())) {
                            await(sleep(Duration.ofMillis(1)));
                        }
                    }
                })
                .named(name);
    }

    private void both() {
        var unused = await(gather(transfer("first", left, right), transfer("second", right, left)));
    }

    /** The message of a test that deadlocks. */
    static String deadlock() {
        try {
            VirtualTime.run(() -> new Transfers().both());
        } catch (DeadlockError e) {
            return shown(e.toString());
        }
        throw new AssertionError("no deadlock");
    }

    /** The tree of the same tasks, as pstree prints it. */
    static String tree() {
        return run(async(() -> {
            Task<Void> both =
                    async(() -> new Transfers().both()).named("transfers").start();
            while (taskTree(EventLoop.current()).cycles().isEmpty()) {
                await(sleep(Duration.ofMillis(1)));
            }
            String tree = taskTree(EventLoop.current()).toText();
            both.cancel();
            return shown(tree);
        }));
    }

    private static String shown(String text) {
        return ErrorTexts.fenced(text.replaceAll("lambda\\$(\\w+)\\$\\d+", "$1"));
    }
}
