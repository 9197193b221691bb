package io.github.corio.bridge;

import static io.github.corio.Asyncio.allTasks;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.gatherOutcomes;

import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The loop that a whole subscription of a Flux shares: that of the Context, else one of its own that ends with it. */
final class SubscriptionLoop {
    private SubscriptionLoop() {}

    /**
     * Makes a Flux that has a loop.
     *
     * @param flux gets the loop that it must name, null if the Context names one
     */
    static <R> Flux<R> use(Function<? super @Nullable EventLoop, Flux<R>> flux) {
        return Flux.deferContextual(context -> context.hasKey(EventLoop.CONTEXT_KEY)
                ? flux.apply(null)
                : Flux.usingWhen(
                        Mono.fromSupplier(() -> EventLoop.createFor(context)),
                        flux,
                        loop -> allTasks(loop).isEmpty() ? Mono.fromRunnable(loop::dispose) : end(loop),
                        (loop, error) -> end(loop),
                        SubscriptionLoop::end));
    }

    /** Cancels what was left behind, waits for its end, and closes the loop. */
    private static Mono<Void> end(EventLoop loop) {
        return async(() -> endTasks()).on(loop).doFinally(signal -> loop.dispose());
    }

    /** Again and again: a source that is being cancelled on one thread may still start a call on another. */
    private static void endTasks() {
        for (List<Mono<?>> left = cancelOthers(); !left.isEmpty(); left = cancelOthers()) {
            List<?> unused = await(gatherOutcomes(left));
        }
    }

    private static List<Mono<?>> cancelOthers() {
        List<Mono<?>> others = new ArrayList<>();
        for (Task<?> task : allTasks()) {
            if (task != currentTask()) {
                if (task.cancelling() == 0) { // a second cancel would hit the cleanup after the first
                    boolean unused = task.cancel();
                }
                others.add(task);
            }
        }
        return others;
    }
}
