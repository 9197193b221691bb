package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;

import io.github.corio.CancelledError;
import io.github.corio.ContextVar;
import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.sync.AsyncCondition;
import io.github.corio.sync.AsyncLock;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The differences between asyncio and Corio that docs/coming-from-asyncio.md shows. */
final class FromAsyncio {
    private FromAsyncio() {}

    // snippet: asyncio-port
    static Coroutine<String> fetch(String name, Duration latency) { // async def fetch(name, latency):
        return async(() -> {
            await(sleep(latency)); //                                   await asyncio.sleep(latency)
            return name; //                                             return name
        });
    }

    static Coroutine<List<String>> main() { //                          async def main():
        return async(() -> {
            Task<String> first = createTask(fetch("a", Duration.ofMillis(20))); // first = asyncio.create_task(…)
            List<String> others = await(gather(List.of( //              others = await asyncio.gather(
                    fetch("b", Duration.ofMillis(20)), //                   fetch("b", .02),
                    waitFor(
                            fetch("c", Duration.ofMillis(10)),
                            Duration.ofSeconds(1))))); // wait_for(fetch("c", .01), 1))
            return List.of(await(first), String.join(" ", others)); //  return [await first, " ".join(others)]
        });
    }
    // end

    @SuppressWarnings("CorioColdValueThrownAway") // on purpose
    // snippet: asyncio-await-is-a-call
    static Coroutine<Void> forgets(Mono<Void> audit) {
        return async(() -> {
            audit.then(); // does nothing: no await, no error
            await(audit); // runs it
        });
    }
    // end

    // snippet: asyncio-runs-afresh
    static Mono<String> twice(Coroutine<String> fetch) {
        return async(() -> {
            String first = await(fetch);
            String second = await(fetch); // runs the body again. In Python: cannot reuse already awaited coroutine
            return first + second;
        });
    }
    // end

    // snippet: asyncio-cancelled
    static Coroutine<String> polite(Mono<String> answer) {
        return async(() -> {
            try {
                return await(answer);
            } catch (CancelledError e) { // an Error. catch (Exception e) does not see it, as in Python
                throw e;
            } catch (Exception e) {
                return "no answer";
            }
        });
    }
    // end

    // snippet: asyncio-loop-of-a-subscription
    static Flux<String> inParallel(List<Coroutine<String>> requests) {
        return Flux.merge(requests); // each subscription has a loop of its own: they run in parallel
    }
    // end

    // snippet: asyncio-context
    static final ContextVar<String> USER = ContextVar.of("user");

    static Coroutine<String> greeting() {
        return async(() -> {
            USER.set("ann");
            String inTheTask = await(createTask(async(() -> "hello " + USER.get()))); // a task has a copy
            return inTheTask;
        });
    }
    // end

    // snippet: asyncio-condition
    static Coroutine<Void> take(AsyncLock lock, AsyncCondition notEmpty, List<String> items) {
        return async(() -> {
            try (var held = await(lock.acquire())) {
                await(notEmpty.waitFor(() -> !items.isEmpty())); // wait() and notify() belong to java.lang.Object
                String item = items.remove(0);
                System.out.println(item);
            }
        });
    }
    // end

    // snippet: asyncio-break
    static Coroutine<Integer> firstEven(Flux<Integer> numbers) {
        return async(() -> {
            try (var each = each(numbers)) { // closes the source. A loop without it stays open after a break
                for (int number : each) {
                    if (number % 2 == 0) {
                        return number;
                    }
                }
                return null;
            }
        });
    }
    // end
}
