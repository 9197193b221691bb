package io.github.corio.bridge;

import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Read;
import io.github.corio.bridge.From.Release;
import java.util.Collection;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * One subscription of a source that one thread reads, by demand. The thread waits while there is none. Only a read is interrupted: a close
 * runs to its end.
 */
final class BlockingReads<T, S> implements Runnable {
    private final Callable<? extends S> open;
    private final Read<? super S, ? extends T> read;
    private final CancelHook<? super S> cancel;
    private final Release<? super S> close;
    private final FluxSink<T> sink;
    private final Context context;
    private final AtomicLong requested = new AtomicLong();
    /** How many the thread has passed on. */
    private long sent;
    /** Set for as long as a cancel has to interrupt. Guarded by this. */
    private @Nullable Thread reader;
    /** The source that is read. Guarded by this. */
    private @Nullable S source;

    private volatile @Nullable Thread thread;
    private volatile boolean cancelled;

    private BlockingReads(
            Callable<? extends S> open,
            Read<? super S, ? extends T> read,
            CancelHook<? super S> cancel,
            Release<? super S> close,
            FluxSink<T> sink) {
        this.open = open;
        this.read = read;
        this.cancel = cancel;
        this.close = close;
        this.sink = sink;
        this.context = Context.of(sink.contextView());
    }

    static <T, S> Flux<T> of(
            Callable<? extends S> open,
            Read<? super S, ? extends T> read,
            CancelHook<? super S> cancel,
            Release<? super S> close) {
        return Flux.create(sink -> new BlockingReads<T, S>(open, read, cancel, close, sink).start());
    }

    private void start() {
        FluxSink<T> unused = sink.onRequest(n -> {
                    long unusedSum = requested.accumulateAndGet(n, Operators::addCap);
                    wake();
                })
                .onCancel(this::stop);
        try {
            Future<?> unusedWork = FutureWaiters.submit(this);
        } catch (Throwable e) { // no thread for it
            sink.error(e);
        }
    }

    private void wake() {
        Thread waiting = thread;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    private void stop() {
        S read;
        synchronized (this) {
            cancelled = true;
            read = source;
            if (reader != null) {
                reader.interrupt();
            }
        }
        wake();
        if (read != null
                && !(cancel instanceof CallbackMono.Leaving)) { // it may block, which the subscriber's thread must not
            ForeignCall.guard(context, () -> {
                Future<?> unused =
                        FutureWaiters.submit(() -> ForeignCall.makeAnyway(context, () -> cancel.cancel(read)));
            });
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        @Nullable S opened;
        try {
            opened = interruptibly(null, () -> open.call());
        } catch (Throwable e) {
            fail(e);
            return;
        }
        if (opened == null) {
            fail(new NullPointerException("There is no source: the function that opens it gave null"));
            return;
        }
        Throwable failure = null;
        try {
            readAll(opened);
        } catch (Throwable e) {
            failure = e;
        }
        ForeignCall.makeAnyway(context, () -> close.release(opened));
        if (failure != null) {
            fail(failure);
        } else {
            ForeignCall.guard(context, sink::complete);
        }
    }

    private void readAll(S from) throws Exception {
        while (isWanted()) {
            int n = (int) Math.min(requested.get() - sent, Queues.SMALL_BUFFER_SIZE);
            Iterable<? extends T> batch = interruptibly(from, () -> read.read(from, n));
            if (batch == null) {
                return;
            }
            Iterator<? extends T> values = batch.iterator();
            while (values.hasNext()) {
                T value = Objects.requireNonNull(values.next(), "a Flux cannot hold the null that was read");
                if (isWanted()) {
                    sent++;
                    ForeignCall.guard(context, () -> sink.next(value));
                } else {
                    ForeignCall.guard(context, () -> Operators.onDiscard(value, context));
                    if (!(batch instanceof Collection)) {
                        return; // it may have no end
                    }
                }
            }
        }
    }

    /** Waits for demand. False after a cancel. */
    private boolean isWanted() {
        while (!cancelled && requested.get() <= sent) {
            LockSupport.park(this);
        }
        return !cancelled;
    }

    /** A call that a cancel interrupts. One that had no time to begin is not made: null, as at the end. */
    private <R> @Nullable R interruptibly(@Nullable S from, Callable<? extends @Nullable R> call) throws Exception {
        synchronized (this) {
            if (cancelled) {
                return null;
            }
            reader = Thread.currentThread();
            source = from;
        }
        try {
            return ForeignCall.make(context, call::call);
        } finally {
            synchronized (this) {
                reader = null;
                source = null;
                boolean unused = Thread.interrupted();
            }
        }
    }

    /** The first failure after a cancel is the answer to it. */
    private void fail(Throwable error) {
        if (!cancelled) {
            ForeignCall.guard(context, () -> sink.error(error));
        }
    }
}
