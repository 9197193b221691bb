package io.github.corio;

import io.github.corio.loop.EventLoop;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/**
 * Direct-style code as a Mono. It is cold: nothing runs until it is subscribed to or awaited, and each time it does, the
 * body runs afresh, so that {@code retry} and {@code repeat} work. Immutable and thread-safe.
 *
 * <ul>
 *   <li>Awaited by a coroutine, the body runs at once, in the same task and on the same stack.
 *   <li>Subscribed to, it becomes a {@link Task} on the loop it is pinned to, else on the loop that the subscriber's Context
 *       names (that of the coroutine that awaits the whole chain), else on a fresh loop of {@link EventLoop#createFor}, which
 *       ends with it: tasks it has left behind are cancelled and awaited before the result is signalled. It signals on the
 *       loop.
 *   <li>A cancel of the subscription cancels the task: the body's {@code finally} runs to its end on the loop. An error after
 *       that goes to {@link reactor.core.publisher.Operators#onErrorDropped}.
 * </ul>
 *
 * <p>asyncio: a coroutine object; but that runs once.
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
     * The same coroutine, with a name for its tasks.
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
     * The same coroutine, pinned to a loop: its tasks run there, wherever it is subscribed to. Awaited in place by a coroutine
     * of another loop, it is an error.
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
     * Starts a task for it, without waiting: on the loop it is pinned to, else on the running loop, else on a fresh one that
     * ends with it.
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
