/** asyncio for Project Reactor. Packages named internal are for the modules of Corio. */
module io.github.corio.core {
    requires java.management;
    requires static jdk.jfr;
    requires transitive org.reactivestreams;
    requires transitive reactor.core;
    requires static transitive org.jspecify;

    exports io.github.corio;
    exports io.github.corio.loop;
    exports io.github.corio.queue;
    exports io.github.corio.sync;
    exports io.github.corio.internal to
            io.github.corio.bridge,
            io.github.corio.testing;
    exports io.github.corio.loop.internal to
            io.github.corio.bridge,
            io.github.corio.micrometer,
            io.github.corio.testing;
    exports io.github.corio.sync.internal to
            io.github.corio.bridge,
            io.github.corio.testing;

    uses io.github.corio.loop.EventLoopExecutors;
    uses io.github.corio.loop.ThreadLocalPropagator;
}
