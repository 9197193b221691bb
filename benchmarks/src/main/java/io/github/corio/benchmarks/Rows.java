package io.github.corio.benchmarks;

import static io.github.corio.benchmarks.Flavour.CARRIERS;
import static io.github.corio.benchmarks.Flavour.PLATFORM;
import static io.github.corio.benchmarks.Flavour.VIRTUAL;

import io.github.corio.benchmarks.Row.Peer;
import io.github.corio.benchmarks.Row.Target;
import io.github.corio.benchmarks.Row.Unit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The rows of the table. */
final class Rows {
    private static final Set<Flavour> ALL = EnumSet.allOf(Flavour.class);
    /** Those that can keep more stacks than a process can have threads. */
    private static final Set<Flavour> MANY = EnumSet.of(VIRTUAL, CARRIERS);

    private static final Set<Flavour> OWN_CARRIERS = EnumSet.of(CARRIERS);
    private static final Set<Flavour> JDK_POOL = EnumSet.of(VIRTUAL);
    private static final Set<Flavour> OWN_THREADS = EnumSet.of(PLATFORM);

    private static final boolean HAS_VIRTUAL_THREADS = Runtime.version().feature() >= 21;

    private static final String BLOCK = "`block()` on a virtual thread";
    private static final Peer PARK = peer("bare park/unpark", "parkUnpark");
    private static final Peer BARE_SWITCH =
            new Peer("two bare virtual threads on one carrier", "PeerBenchmark.bareSwitch", BareCarrier.isThere());
    private static final Peer KOTLIN_ASLEEP = new Peer("kotlinx `delay`", "MemoryBenchmark.hundredThousandKotlin");
    private static final Peer THREAD_ASLEEP =
            new Peer("bare virtual thread that sleeps", "MemoryBenchmark.hundredThousandThreads", HAS_VIRTUAL_THREADS);

    /** All, in the table's order. */
    static final List<Row> TABLE = List.of(
            new Row(
                    "`await(Mono.just(x))`",
                    Unit.NANOS,
                    "AwaitBenchmark.just",
                    ALL,
                    List.of(peer("kotlinx `awaitSingle`", "kotlinAwaitJust"), peer(BLOCK, "blockJust")),
                    List.of(new Target(ALL, 15))),
            new Row(
                    "`await(Mono.fromSupplier(f).map(g))`",
                    Unit.NANOS,
                    "AwaitBenchmark.synchronous",
                    ALL,
                    List.of(peer("kotlinx `awaitSingle`", "kotlinAwaitSynchronous"), peer(BLOCK, "blockSynchronous")),
                    List.of(new Target(ALL, 100))),
            new Row(
                    "`await(async(f))`, inline",
                    Unit.NANOS,
                    "AwaitBenchmark.coroutine",
                    ALL,
                    List.of(peer("kotlinx call of a `suspend fun`", "kotlinAwaitCoroutine")),
                    List.of(new Target(ALL, 20))),
            new Row(
                    "`await(sleep(0))`, alone",
                    Unit.NANOS,
                    "AwaitBenchmark.turn",
                    ALL,
                    List.of(peer("kotlinx `yield`", "kotlinTurn")),
                    List.of(new Target(ALL, 20))),
            new Row(
                    "switch between two coroutines",
                    Unit.NANOS,
                    "AwaitBenchmark.inTurn",
                    ALL,
                    List.of(peer("kotlinx `yield`", "kotlinInTurn"), BARE_SWITCH, PARK),
                    List.of(
                            new Target(OWN_CARRIERS, 1.3, BARE_SWITCH.name()),
                            new Target(JDK_POOL, 1000),
                            new Target(OWN_THREADS, 1.2, PARK.name()))),
            new Row(
                    "a free lock, acquire and release",
                    Unit.NANOS,
                    "SyncBenchmark.freeLock",
                    ALL,
                    List.of(peer("kotlinx `Mutex`", "kotlinFreeMutex")),
                    List.of(new Target(ALL, 1, "kotlinx `Mutex`"))),
            new Row(
                    "a free semaphore, acquire and release",
                    Unit.NANOS,
                    "SyncBenchmark.freeSemaphore",
                    ALL,
                    List.of(peer("kotlinx `Semaphore`", "kotlinFreeSemaphore")),
                    List.of(new Target(ALL, 1, "kotlinx `Semaphore`"))),
            new Row(
                    "a lock that two contend for",
                    Unit.NANOS,
                    "SyncBenchmark.contendedLock",
                    ALL,
                    List.of(peer("kotlinx `Mutex`", "kotlinContendedMutex"), PARK),
                    List.of(
                            new Target(OWN_CARRIERS, 300),
                            new Target(JDK_POOL, 1500),
                            new Target(OWN_THREADS, 1.2, PARK.name()))),
            new Row(
                    "a queue of capacity 1, put and get",
                    Unit.NANOS,
                    "SyncBenchmark.queue",
                    ALL,
                    List.of(peer("kotlinx `Channel`", "kotlinChannel"), PARK),
                    List.of(
                            new Target(OWN_CARRIERS, 500),
                            new Target(JDK_POOL, 1500),
                            new Target(OWN_THREADS, 2.4, PARK.name()))),
            new Row(
                    "spawn 100 000 and gather, each",
                    Unit.NANOS,
                    "TaskBenchmark.spawn",
                    ALL,
                    List.of(peer("kotlinx `async`, `awaitAll`", "kotlinSpawn")),
                    List.of(
                            new Target(OWN_CARRIERS, 1, "kotlinx `async`, `awaitAll`"),
                            new Target(EnumSet.of(PLATFORM, VIRTUAL), 300))),
            new Row(
                    "1 000 subscribed to together, each",
                    Unit.NANOS,
                    "TaskBenchmark.subscribedAtOnce",
                    ALL,
                    List.of(
                            peer("kotlinx `mono`", "kotlinSubscribedAtOnce"),
                            peer("`subscribeOn(parallel())`", "subscribeOnAtOnce")),
                    List.of(new Target(ALL, 1, "kotlinx `mono`"))),
            new Row(
                    "one subscribed to at a time",
                    Unit.NANOS,
                    "TaskBenchmark.subscribedOneByOne",
                    ALL,
                    List.of(
                            peer("`subscribeOn(parallel())`", "subscribeOnOneByOne"),
                            peer("kotlinx `mono`", "kotlinSubscribedOneByOne")),
                    List.of(new Target(OWN_CARRIERS, 1.1, "`subscribeOn(parallel())`"))),
            new Row(
                    "100 000 coroutines asleep for 500 ms, in all",
                    Unit.NANOS_IN_ALL,
                    "TaskBenchmark.sleepers",
                    MANY,
                    List.of(
                            peer("kotlinx `delay`", "kotlinSleepers"),
                            new Peer("virtual threads", "PeerBenchmark.threadSleepers", HAS_VIRTUAL_THREADS),
                            peer("`Mono.delay`", "delaySleepers")),
                    List.of(new Target(OWN_CARRIERS, 1.2, "kotlinx `delay`"), new Target(JDK_POOL, 650e6))),
            new Row(
                    "the same, composed: `sleep(d, x)`",
                    Unit.NANOS_IN_ALL,
                    "TaskBenchmark.composedSleepers",
                    ALL,
                    List.of(peer("kotlinx `delay`", "kotlinSleepers")),
                    List.of(new Target(ALL, 650e6))),
            new Row(
                    "heap for each of 100 000 asleep",
                    Unit.BYTES,
                    "MemoryBenchmark.hundredThousand",
                    MANY,
                    List.of(KOTLIN_ASLEEP, THREAD_ASLEEP),
                    List.of(new Target(OWN_CARRIERS, 1.2, THREAD_ASLEEP.name()), new Target(JDK_POOL, 1.5 * 1024))),
            new Row(
                    "heap for each of 10 000 asleep (30 MB in all)",
                    Unit.BYTES,
                    "MemoryBenchmark.tenThousand",
                    MANY,
                    List.of(KOTLIN_ASLEEP, THREAD_ASLEEP),
                    List.of(new Target(MANY, 30 * 1024 * 1024 / 10_000.0))),
            new Row(
                    "heap for each of 100 000 composed",
                    Unit.BYTES,
                    "MemoryBenchmark.hundredThousandComposed",
                    ALL,
                    List.of(KOTLIN_ASLEEP, THREAD_ASLEEP),
                    List.of(new Target(ALL, 1.5 * 1024))));

    private Rows() {}

    private static Peer peer(String name, String benchmark) {
        return new Peer(name, "PeerBenchmark." + benchmark);
    }
}
