package io.github.corio.spring;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;

import io.github.corio.AsyncContext;
import io.github.corio.Background;
import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.Permit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The bean for work that outlives a request. It runs three kinds of work, each on loops of its own:
 *
 * <table>
 *   <caption>Kinds of work</caption>
 *   <tr><th>kind</th><th>ends</th><th>at shutdown</th></tr>
 *   <tr><td>{@link #start} a task</td><td>by itself</td><td>is waited for</td></tr>
 *   <tr><td>a {@link #worker} for a queue</td><td>with its queue</td><td>the queue takes no more, and the worker is waited for until it is empty</td></tr>
 *   <tr><td>{@link #supervise} a service</td><td>never, as a rule</td><td>is cancelled, and its cleanup is waited for</td></tr>
 * </table>
 *
 * <p>The shutdown begins when the web server has stopped, and ends before connection pools close. First the services
 * are cancelled, since they make work. Then the tasks have to end, then the workers in the order in which they were
 * added. So a worker may put items into the queue of a later worker. After {@code corio.background.shutdown-timeout}
 * the rest is cancelled, and a warning names it.
 *
 * <p>Workers and services begin with the application context, before its web server. Thread-safe.
 *
 * <ul>
 *   <li><b>Suspends:</b> never.
 *   <li><b>Cancellation:</b> the shutdown cancels services first, and the rest after its timeout. A cancel of a started
 *       task ends that task.
 *   <li><b>Order:</b> a worker takes its items in their order. Started tasks have no order.
 *   <li><b>Signals on:</b> a loop for each task, for each service, and for each of the items that a worker handles at
 *       the same time.
 *   <li><b>Errors:</b> those of tasks go to the exception handler of their loop, which logs them. Those of workers and
 *       services are logged.
 *   <li><b>asyncio:</b> the set of background tasks that the documentation of {@code create_task} recommends.
 * </ul>
 *
 * @since 0.1.0
 */
public final class BackgroundTasks {
    private final @Nullable AsyncSemaphore permits;
    private final Backoff backoff;
    private final Background tasks = new Background();
    private final Background services = new Background();
    /** Guarded by itself, as are the fields below. */
    private final List<QueueWorker<?>> workers = new ArrayList<>();
    /** What begins with the application. */
    private final List<Runnable> waiting = new ArrayList<>();

    private boolean begun;
    private boolean closed;

    BackgroundTasks(CorioProperties.Background settings) {
        permits = settings.concurrency() == 0 ? null : new AsyncSemaphore(settings.concurrency());
        backoff = new Backoff(settings.restartDelay(), settings.restartDelayMax());
    }

    // ---- tasks ----

    /**
     * Starts a Mono, which goes on after the caller has ended. With {@code corio.background.concurrency} it waits until
     * there is room for it. It runs in a copy of the Context that is current here, without the transaction of the
     * caller. So it writes to a database on its own.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>Cancellation:</b> of the task ends this work alone.
     *   <li><b>Order:</b> with a limit, tasks begin in the order of the calls.
     *   <li><b>Signals on:</b> a loop of its own.
     *   <li><b>Errors:</b> its error goes to the exception handler of its loop, which logs it, unless your code
     *       observes it.
     *   <li><b>asyncio:</b> {@code asyncio.create_task}, with a reference that is kept.
     * </ul>
     *
     * @param work a coroutine or any other Mono
     * @param <T> the type of the value
     * @return its task. To wait for it in a coroutine, write {@code await(task.hide())}
     * @throws IllegalStateException if the application has shut down
     */
    public <T> Task<T> start(Mono<? extends T> work) {
        Objects.requireNonNull(work, "work");
        String name = Scannable.from(work).scan(Scannable.Attr.NAME);
        return permits == null ? begin(work) : beginLimited(permits, work, name);
    }

    /**
     * Starts a Mono, as {@link #start(Mono)} does, with a name for logs and the endpoint.
     *
     * @param name the name
     * @param work a coroutine or any other Mono
     * @param <T> the type of the value
     * @return its task
     * @throws IllegalStateException if the application has shut down
     */
    public <T> Task<T> start(String name, Mono<? extends T> work) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(work, "work");
        return permits == null ? begin(BackgroundTasks.<T>inline(work).named(name)) : beginLimited(permits, work, name);
    }

    private static <T> Coroutine<T> inline(Mono<? extends T> work) {
        return async(() -> await(work));
    }

    /**
     * It queues for its permit here, and not on the loop of the task: each task has a loop, and their order is open. A task that is cancelled
     * keeps its place until its turn comes, and then passes the permit on.
     */
    private <T> Task<T> beginLimited(AsyncSemaphore permits, Mono<? extends T> work, @Nullable String name) {
        CompletableFuture<Permit> place = permits.acquire().toFuture();
        Coroutine<T> limited = async(() -> {
            Permit unused = await(Mono.fromFuture(place, true));
            return await(work);
        });
        try {
            Task<T> task = begin(name == null ? limited : limited.named(name));
            task.addDoneCallback(done -> giveBack(place)); // also of one that is cancelled before its first step
            return task;
        } catch (Throwable refused) {
            giveBack(place);
            throw refused;
        }
    }

    private static void giveBack(CompletableFuture<Permit> place) {
        CompletableFuture<Void> unused = place.thenAccept(Permit::close);
    }

    private <T> Task<T> begin(Mono<? extends T> work) {
        ContextView here = AsyncContext.copy().view();
        Context kept = withoutTransaction(here);
        if (kept.size() == here.size()) {
            return tasks.start(work);
        }
        try {
            return AsyncContext.of(kept).run(() -> tasks.start(work));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) { // Background throws none
            throw new IllegalStateException(e);
        }
    }

    /** Spring's keys are classes of its package, some of which are not public. */
    private static Context withoutTransaction(ContextView here) {
        Context kept = Context.of(here);
        for (Object key : here.stream().map(entry -> entry.getKey()).toList()) {
            if (key instanceof Class<?> type
                    && type.getName().startsWith("org.springframework.transaction.reactive.")) {
                kept = kept.delete(key);
            }
        }
        return kept;
    }

    // ---- workers and services ----

    /**
     * Adds a worker, which takes the items of a queue one after another and waits for the handler's Mono of each. When
     * an item fails, the error is logged and the worker goes on with the next item. To try again, write {@code
     * retryWhen} or a loop in the handler. Each item that was handled, also in vain, is {@link AsyncQueue#taskDone()
     * done}. Never suspends.
     *
     * @param name the name for logs and the endpoint
     * @param queue the items. The shutdown shuts it down
     * @param handler called on a loop of the worker. If it gives null, there is nothing to wait for
     * @param <T> the type of the items
     * @throws IllegalStateException if the application has shut down
     */
    public <T> void worker(String name, AsyncQueue<T> queue, Function<? super T, ? extends @Nullable Mono<?>> handler) {
        worker(name, queue, 1, handler);
    }

    /**
     * Adds a worker that handles several items at a time, each on a loop, as {@link #worker(String, AsyncQueue,
     * Function)} does with one.
     *
     * @param name the name for logs and the endpoint
     * @param queue the items. The shutdown shuts it down
     * @param concurrency how many items at most are handled at a time
     * @param handler called on a loop of the worker. If it gives null, there is nothing to wait for
     * @param <T> the type of the items
     * @throws IllegalStateException if the application has shut down
     */
    public <T> void worker(
            String name,
            AsyncQueue<T> queue,
            int concurrency,
            Function<? super T, ? extends @Nullable Mono<?>> handler) {
        QueueWorker<T> worker = new QueueWorker<>(name, queue, concurrency, handler);
        whenBegun(name, worker::begin, worker);
    }

    /**
     * Adds a service, which runs as long as the application: a poller, a subscription. When it fails, a warning has the
     * error and the service is restarted. The restart comes after {@code corio.background.restart-delay}, doubled with
     * each failure in a row. A service that ends without an error is not restarted. The shutdown cancels it, and its
     * {@code finally} blocks run to their end. Never suspends.
     *
     * @param name the name for logs and the endpoint
     * @param service a coroutine or any other Mono, subscribed to again for each restart
     * @throws IllegalStateException if the application has shut down
     */
    public void supervise(String name, Mono<?> service) {
        Coroutine<Void> supervised =
                backoff.supervise(Objects.requireNonNull(name, "name"), Objects.requireNonNull(service, "service"));
        Runnable begin = () -> {
            Task<Void> unused = services.start(supervised);
        };
        whenBegun(name, begin, null);
    }

    private void whenBegun(String name, Runnable begin, @Nullable QueueWorker<?> worker) {
        synchronized (workers) {
            if (closed) {
                throw new IllegalStateException("The application has shut down: it has no use for " + name);
            }
            if (worker != null) {
                workers.add(worker);
            }
            if (!begun) {
                waiting.add(begin);
                return;
            }
        }
        begin.run();
    }

    /** Begins with the workers and services that were added so far. */
    void begin() {
        List<Runnable> now;
        synchronized (workers) {
            begun = true;
            now = List.copyOf(waiting);
            waiting.clear();
        }
        now.forEach(Runnable::run);
    }

    // ---- the end ----

    Background tasks() {
        return tasks;
    }

    Background services() {
        return services;
    }

    List<QueueWorker<?>> workers() {
        synchronized (workers) {
            return List.copyOf(workers);
        }
    }

    /** Takes nothing more, and cancels what is left. */
    void close() {
        synchronized (workers) {
            closed = true;
        }
        services.close();
        tasks.close();
        workers().forEach(QueueWorker::cancel);
    }

    /** What runs, as the log of the shutdown names it; empty if nothing does. */
    List<String> running() {
        List<String> running = new ArrayList<>();
        services.tasks().forEach(service -> running.add("service " + service.name()));
        Set<String> names = new LinkedHashSet<>();
        tasks.tasks().forEach(task -> names.add(task.name()));
        names.stream().map(name -> "task " + name).forEach(running::add);
        workers().stream()
                .filter(QueueWorker::isBusy)
                .map(QueueWorker::toString)
                .forEach(running::add);
        return running;
    }

    @Override
    public String toString() {
        return "BackgroundTasks" + running();
    }
}
