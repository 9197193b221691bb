package io.github.corio.benchmarks;

import io.github.corio.loop.EventLoop;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What all have in common that measure the time of one operation. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public abstract class PerOperation {
    /** A loop to run on, so that its making is not measured. */
    @State(Scope.Benchmark)
    public static class OneLoop {
        final EventLoop loop = EventLoop.create();

        /** Leaves no worker behind. */
        @TearDown
        public void close() {
            loop.dispose();
        }
    }
}
