package io.github.corio;

import io.github.corio.loop.EventLoop;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/**
 * Direct-style code as a cold Mono. Nothing runs before it is subscribed to or awaited. Each time runs the body afresh,
 * so that {@code retry} and {@code repeat} work. Immutable and thread-safe.
 *
 * <p>When a coroutine awaits it, the body runs inline, in the same task and on the same stack. When it is subscribed
 * to, it becomes a {@link Task}. The task runs on the loop that {@link #on} has named, else on the loop in the
 * subscriber's Context, else on a new loop of {@link EventLoop#createFor}. A subscription inside a coroutine has the
 * loop of that coroutine in its Context. A new loop ends with the coroutine: it cancels and awaits the tasks that are
 * left before the result is signalled.
 *
 * <ul>
 *   <li><b>Suspends:</b> as the body does.
 *   <li><b>Cancellation:</b> of the subscription cancels the task. The {@code finally} of the body runs to its end, on
 *       the loop.
 *   <li><b>Signals on:</b> the loop.
 *   <li><b>Errors:</b> those of the body, as they are. After a cancel they go to {@link
 *       reactor.core.publisher.Operators#onErrorDropped}.
 *   <li><b>asyncio:</b> a coroutine object, which runs a single time there.
 * </ul>
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public final class Coroutine<T> extends Awaitable<T> implements Scannable {
    private final CoroutineBody<? extends T> body;
    private final @Nullable String name;
    private final @Nullable EventLoop loop;
    /** This coroutine as Reactor's assembly hooks have made it; itself if they have not. */
    private final @Nullable Mono<T> hooked;
    /** Debug mode: warns if it is never used. */
    private final @Nullable NeverAwaited use;

    private Coroutine(
            CoroutineBody<? extends T> body,
            @Nullable String name,
            @Nullable EventLoop loop,
            @Nullable Mono<T> hooked,
            @Nullable NeverAwaited use) {
        this.use = use;
        this.body = body;
        this.name = name;
        this.loop = loop;
        this.hooked = hooked;
    }

    static <T> Coroutine<T> of(CoroutineBody<? extends T> body) {
        return assemble(Objects.requireNonNull(body, "body"), null, null);
    }

    /** One that is pinned to a loop. */
    static <T> Coroutine<T> of(CoroutineBody<? extends T> body, String name, EventLoop pinned) {
        return assemble(body, name, pinned);
    }

    static Coroutine<Void> ofAction(CoroutineAction action) {
        Objects.requireNonNull(action, "action");
        return of(() -> {
            action.run();
            return null;
        });
    }

    private static <T> Coroutine<T> assemble(
            CoroutineBody<? extends T> body, @Nullable String name, @Nullable EventLoop loop) {
        NeverAwaited use = NeverAwaited.of(body, name);
        Coroutine<T> plain = new Coroutine<>(body, name, loop, null, use);
        Mono<T> hooked = onAssembly(plain);
        Coroutine<T> assembled = hooked == plain ? plain : new Coroutine<>(body, name, loop, hooked, use);
        if (use != null) {
            use.follow(assembled);
        }
        return assembled;
    }

    private void begun() {
        if (use != null) {
            use.begin();
        }
    }

    /**
     * Gives the same coroutine, with a name for its tasks.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>asyncio:</b> {@code create_task(coro, name=...)}.
     * </ul>
     *
     * @param taskName the name
     * @return a new coroutine
     */
    @CheckReturnValue
    public Coroutine<T> named(String taskName) {
        begun();
        return assemble(body, Objects.requireNonNull(taskName, "taskName"), loop);
    }

    /**
     * Gives the same coroutine, pinned to a loop: its tasks run there, wherever it is subscribed to.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>Errors:</b> an await in a coroutine of another loop throws {@link IllegalStateException}.
     *   <li><b>asyncio:</b> none. A coroutine object runs on the loop of the task that awaits it.
     * </ul>
     *
     * @param pinned the loop
     * @return a new coroutine
     */
    @CheckReturnValue
    public Coroutine<T> on(EventLoop pinned) {
        begun();
        return assemble(body, name, Objects.requireNonNull(pinned, "pinned"));
    }

    /**
     * Starts a task for it. The task runs on the loop that {@link #on} has named, else on the running loop, else on a
     * new loop that ends with it.
     *
     * <ul>
     *   <li><b>Suspends:</b> never. The first step of the task is queued.
     *   <li><b>Cancellation:</b> {@link Task#cancel()} ends the task.
     *   <li><b>asyncio:</b> {@code loop.create_task}.
     * </ul>
     *
     * @return the task
     */
    public Task<T> start() {
        begun();
        EventLoop target = loop != null ? loop : EventLoop.currentOrNull();
        AsyncContext context = AsyncContext.ofCaller();
        if (target == null) {
            return SubscribeSupport.startFresh(this, name, context);
        }
        Task<T> task = new Task<>(target, this, name, context);
        task.createdHere();
        return task.start();
    }

    /** The name its tasks get, null for a number. */
    @Nullable
    String taskName() {
        return name;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        begun();
        if (hooked != null) {
            hooked.subscribe(actual);
        } else {
            SubscribeSupport.subscribe(this, loop, name, actual);
        }
    }

    @Override
    public @Nullable T awaitDirect() {
        begun();
        TaskHandle task = TaskHandle.current();
        if (loop != null && loop != task.loop) {
            throw new IllegalStateException(
                    this + " is pinned to " + loop + " and cannot run in place on " + Thread.currentThread() + ", in "
                            + task.task() + ", which is on " + task.loop
                            + ". Await it through an operator, which may cross loops: await(coroutine.hide())");
        }
        task.checkpoint();
        try {
            return body.call();
        } catch (Exception e) {
            throw Unchecked.raise(e);
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.NAME) {
            return name;
        }
        if (key == Attr.RUN_STYLE) {
            return Attr.RunStyle.ASYNC;
        }
        return null;
    }

    @Override
    public String toString() {
        return name == null ? "Coroutine[" + Foreign.text(body) + "]" : "Coroutine[" + name + "]";
    }
}
