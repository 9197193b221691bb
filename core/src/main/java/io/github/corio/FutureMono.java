package io.github.corio;

import io.github.corio.internal.Wait;
import io.github.corio.loop.EventLoop;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** A cold Mono that is a future once it has been started on a loop. It needs no stack to be waited for. */
abstract class FutureMono<T> extends Awaitable<T> implements Scannable {
    /** Starts it afresh, on the loop, in the given Context. */
    abstract AsyncFuture<T> start(EventLoop loop, Context context);

    @Override
    public @Nullable T awaitDirect() {
        TaskHandle task = TaskHandle.current();
        task.checkpoint();
        return awaitStarted(start(task.loop, task.context()), task);
    }

    /** Waits without another look for a cancel: what has begun has to get it. */
    @Nullable
    T awaitStarted(AsyncFuture<T> future, TaskHandle task) {
        return future.isDone() ? future.awaitDirect() : task.await(future.begin(task, task.context()));
    }

    @Override
    final boolean needsStack() {
        return false;
    }

    @Override
    Wait<T> begin(TaskHandle task, Context context) {
        return start(task.loop, context).begin(task, context);
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Context context = actual.currentContext();
        EventLoop loop = context.<@Nullable EventLoop>getOrDefault(EventLoop.CONTEXT_KEY, null);
        if (loop == null || !loop.inLoop()) {
            SubscribeSupport.subscribe(this, loop, null, actual);
            return;
        }
        AsyncFuture<T> future;
        try {
            future = start(loop, context);
        } catch (Throwable e) { // what was given to it is unfit, or there is no room for it
            Operators.error(actual, Foreign.operatorError(e, context));
            return;
        }
        future.subscribe(actual);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
