package io.github.corio;

import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.SuspendableHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * What the end of the JVM does to a main: cancels it, and waits for its cleanup, {@code -Dcorio.shutdown.seconds} at most.
 *
 * <p>A loop whose own code has called {@code System.exit} never gets to run anything again: that call does not return. So the
 * main is not waited for if a thread is in {@code System.exit}, below code of a loop, and this loop does not run a callback within
 * {@link #PROBE_MILLIS}.
 */
final class AtShutdown implements Runnable {
    private static final long PROBE_MILLIS = 300;

    private final Task<?> main;
    private final CompletableFuture<?> done;

    private AtShutdown(Task<?> main, CompletableFuture<?> done) {
        this.main = main;
        this.done = done;
    }

    /** Registers the hook; null if the JVM shuts down already. */
    static @Nullable Thread cancel(Task<?> main, CompletableFuture<?> done) {
        Thread hook = new Thread(new AtShutdown(main, done), "corio-shutdown");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            return hook;
        } catch (IllegalStateException e) { // shutting down already
            return null;
        }
    }

    static void forget(@Nullable Thread hook) {
        if (hook == null) {
            return;
        }
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) { // it runs at this moment, and is what has ended the main
            return;
        }
    }

    @Override
    public void run() {
        boolean unused = main.cancel("the JVM is shutting down");
        try {
            if (blockedByItsOwnExit()) {
                return;
            }
            Object unusedToo = done.get(Integer.getInteger("corio.shutdown.seconds", 10), TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            main.loop()
                    .defaultExceptionHandler(new ExceptionContext(
                            "The JVM shuts down before a coroutine has ended, which was cancelled for it", e, main));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // it is never completed with an error
        }
    }

    private boolean blockedByItsOwnExit() throws InterruptedException, ExecutionException {
        CompletableFuture<Void> turned = new CompletableFuture<>();
        Loops.access(main.loop()).queue(new LoopHandle(Context.empty()) {
            @Override
            protected void run() {
                turned.complete(null);
            }

            @Override
            protected void dropped() {
                turned.complete(null);
            }
        });
        try {
            Object unused = CompletableFuture.anyOf(turned, done).get(PROBE_MILLIS, TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException busy) {
            return exitIsCalledOnALoop();
        }
    }

    private boolean exitIsCalledOnALoop() {
        List<StackTraceElement[]> stacks =
                new ArrayList<>(Thread.getAllStackTraces().values());
        Thread driver = Loops.access(main.loop()).drivingThread();
        if (driver != null) {
            stacks.add(driver.getStackTrace());
        }
        for (SuspendableHandle handle : Loops.access(main.loop()).all()) { // virtual threads are not among all threads
            Thread thread = handle instanceof TaskHandle step ? step.thread() : null;
            if (thread != null) {
                stacks.add(thread.getStackTrace());
            }
        }
        for (StackTraceElement[] stack : stacks) {
            boolean exits = false;
            for (StackTraceElement frame : stack) { // innermost first
                exits |= frame.getClassName().equals("java.lang.Shutdown");
                if (exits && frame.getClassName().startsWith("io.github.corio.loop.")) {
                    return true;
                }
            }
        }
        return false;
    }
}
