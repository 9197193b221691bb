package io.github.corio.loop.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The loops that are not closed are found; they are not kept alive for that. */
class LiveLoopsTest {
    @Test
    void aLoopIsThereUntilItIsClosed() {
        EventLoop loop = EventLoop.create();
        assertThat(EventLoop.all()).contains(loop);
        loop.close();
        assertThat(EventLoop.all()).doesNotContain(loop);
    }

    @Test
    void eachHasANumberOfItsOwn() {
        List<EventLoop> loops = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            loops.add(EventLoop.create());
        }
        assertThat(loops.stream().map(loop -> Loops.access(loop).number())).doesNotHaveDuplicates();
        loops.forEach(EventLoop::close);
    }

    @Test
    void thoseThatComeAndGoLeaveNothing() {
        int before = LiveLoops.entries();
        for (int i = 0; i < 100_000; i++) {
            EventLoop.create().dispose();
        }
        assertThat(LiveLoops.entries()).isLessThan(before + 100);
    }

    @Test
    void oneThatNobodyCanReachIsCollected() {
        WeakReference<EventLoop> forgotten = new WeakReference<>(EventLoop.create());
        while (!forgotten.refersTo(null)) {
            System.gc();
        }
        assertThat(EventLoop.all()).doesNotContainNull();
    }
}
