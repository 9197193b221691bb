package io.github.corio.examples;

import static io.github.corio.Asyncio.asCompleted;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.staggeredRace;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Asyncio.waitTasks;
import static io.github.corio.Asyncio.zip;
import static io.github.corio.bridge.AwaitOperators.mapAwait;

import io.github.corio.CancelledError;
import io.github.corio.ReturnWhen;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.testing.TestSettings;
import io.github.corio.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs the same work under each combinator, in virtual time, and tells how it went. The tables of the guides are made of that. */
final class WhoWaits {
    private static final TestSettings SETTINGS =
            TestSettings.defaults().allowingLeakedTasks().allowingUnobservedErrors();

    private WhoWaits() {}

    /** The table of docs/cancelling.md: a limit of 100 ms around work whose cleanup takes 50 ms. */
    static String limits() {
        Map<String, Function<Mono<String>, Mono<?>>> forms = new LinkedHashMap<>();
        forms.put("`waitFor(work, d)`", work -> waitFor(work, millis(100)));
        forms.put("`timeout(d, limit -> await(work))`", work -> timeout(millis(100), limit -> await(work)));
        forms.put("`work.timeout(d)`, of Reactor", work -> work.timeout(millis(100)));
        forms.put("`waitFor(shield(work), d)`", work -> waitFor(shield(work), millis(100)));
        forms.put("`shield(work).timeout(d)`", work -> shield(work).timeout(millis(100)));
        forms.put(
                "`task.cancel()`, then `await(task)`",
                work -> async(() -> {
                    Task<String> task = createTask(work);
                    await(sleep(millis(100)));
                    task.cancel();
                    return await(task);
                }));
        StringBuilder table = new StringBuilder("| form | `await` gives | after | the work |\n|---|---|--:|---|\n");
        forms.forEach((form, limited) -> {
            Work work = new Work("slow", 10_000, null);
            String[] row = new String[2];
            VirtualTime.run(SETTINGS, () -> {
                row[0] = caught(limited.apply(work.mono()));
                row[1] = sinceStart();
                await(sleep(millis(20_000)));
            });
            table.append("| ")
                    .append(form)
                    .append(" | ")
                    .append(row[0])
                    .append(" | ")
                    .append(row[1]);
            table.append(" | ").append(work.end).append(" |\n");
        });
        return table.toString();
    }

    /** The first table of docs/running-together.md: the second of three fails after 200 ms. */
    static String failures() {
        StringBuilder table =
                new StringBuilder("| combinator | `await` gives | after | the third task |\n|---|---|--:|---|\n");
        combinators().forEach((form, combined) -> {
            Work a = new Work("a", 100, null);
            Work b = new Work("b", 200, new IllegalStateException("broken"));
            Work c = new Work("c", 300, null);
            String[] row = new String[2];
            VirtualTime.run(SETTINGS, () -> {
                row[0] = caught(combined.apply(List.of(a.mono(), b.mono(), c.mono())));
                row[1] = sinceStart();
                await(sleep(millis(20_000)));
            });
            table.append("| ")
                    .append(form)
                    .append(" | ")
                    .append(row[0])
                    .append(" | ")
                    .append(row[1]);
            table.append(" | ").append(c.end).append(" |\n");
        });
        return table.toString();
    }

    /** The second one: the second of three is empty after 200 ms. */
    static String values() {
        StringBuilder table = new StringBuilder(
                "| combinator | all have values: `await` gives | after | the second is empty: `await` gives | after |\n|---|---|--:|---|--:|\n");
        combinators().forEach((form, combined) -> {
            String[] row = new String[4];
            for (int empty = 0; empty < 2; empty++) {
                Work a = new Work("a", 300, null);
                Work b = new Work(empty == 1 ? null : "b", 200, null);
                Work c = new Work("c", 250, null);
                int at = 2 * empty;
                VirtualTime.run(SETTINGS, () -> {
                    row[at] = caught(combined.apply(List.of(a.mono(), b.mono(), c.mono())));
                    row[at + 1] = sinceStart();
                    await(sleep(millis(20_000)));
                });
            }
            table.append("| ")
                    .append(form)
                    .append(" | ")
                    .append(String.join(" | ", row))
                    .append(" |\n");
        });
        return table.toString();
    }

    private static Map<String, Function<List<Mono<String>>, Mono<?>>> combinators() {
        Map<String, Function<List<Mono<String>>, Mono<?>>> forms = new LinkedHashMap<>();
        forms.put("`gather(list)`", all -> gather(all));
        forms.put("`gather(a, b, c)`", all -> gather(all.get(0), all.get(1), all.get(2)));
        forms.put("`gather(list, 2)`", all -> gather(all, 2));
        forms.put("`gatherOutcomes(list)`", all -> gatherOutcomes(all));
        forms.put(
                "`taskGroup`, then the results",
                all -> async(() -> {
                    List<Task<String>> tasks = new ArrayList<>();
                    await(taskGroup(group -> {
                        all.forEach(work -> tasks.add(group.createTask(work)));
                    }));
                    return tasks.stream().map(Task::result).toList();
                }));
        forms.put("`zip(list)`", all -> zip(all));
        forms.put("`Mono.zip`, of Reactor", all -> Mono.zip(all.get(0), all.get(1), all.get(2)));
        forms.put(
                "`asCompleted(list)`, each awaited",
                all -> async(() -> {
                    StringBuilder values = new StringBuilder();
                    for (Task<String> task : each(asCompleted(all))) {
                        values.append(values.isEmpty() ? "" : ", ").append(await(task));
                    }
                    return values;
                }));
        forms.put(
                "`waitTasks(tasks, FIRST_EXCEPTION)`",
                all -> async(() -> {
                    List<Task<String>> tasks = new ArrayList<>();
                    all.forEach(work -> tasks.add(createTask(work)));
                    return await(waitTasks(tasks, ReturnWhen.FIRST_EXCEPTION))
                                    .done()
                                    .size() + " done";
                }));
        forms.put(
                "`flux.transform(mapAwait(3, …))`",
                all -> Flux.fromIterable(all)
                        .transform(mapAwait(3, (Mono<String> work) -> await(work)))
                        .collectList());
        forms.put("`staggeredRace(list, ZERO)`", all -> staggeredRace(all, Duration.ZERO));
        forms.put("`Mono.firstWithValue`, of Reactor", all -> Mono.firstWithValue(all));
        return forms;
    }

    private static String caught(Mono<?> mono) {
        try {
            Object value = await(mono);
            return value == null ? "null" : String.valueOf(value);
        } catch (Exception e) {
            return "`" + e.getClass().getSimpleName() + "`";
        } catch (CancelledError e) {
            return "`CancelledError`";
        }
    }

    private static String sinceStart() {
        return EventLoop.current().time().toMillis() + " ms";
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    /** Takes its time, then has a value, is empty or fails; 50 ms of cleanup after a cancel. */
    private static final class Work {
        private final String value;
        private final long millis;
        private final RuntimeException failure;
        String end = "does not begin";

        Work(String value, long millis, RuntimeException failure) {
            this.value = value;
            this.millis = millis;
            this.failure = failure;
        }

        Mono<String> mono() {
            return async(() -> {
                        end = "goes on";
                        try {
                            await(sleep(millis(millis)));
                            end = "goes on, and ends after " + sinceStart();
                            if (failure != null) {
                                throw failure;
                            }
                            return value;
                        } catch (CancelledError e) {
                            String when = sinceStart();
                            await(sleep(millis(50))); // cleans up
                            end = "is cancelled after " + when + ", has cleaned up after " + sinceStart();
                            throw e;
                        }
                    })
                    .named("work");
        }
    }
}
