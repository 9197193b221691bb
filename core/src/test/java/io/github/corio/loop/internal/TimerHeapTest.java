package io.github.corio.loop.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.util.context.Context;

class TimerHeapTest {
    private final TimerHeap heap = new TimerHeap(null);

    private LoopTimer timer(long deadline) {
        LoopTimer timer = new LoopTimer(Context.empty(), deadline, () -> {});
        heap.add(timer);
        return timer;
    }

    private List<LoopTimer> all() {
        List<LoopTimer> order = new ArrayList<>();
        for (LoopTimer due = heap.pollDue(Long.MAX_VALUE); due != null; due = heap.pollDue(Long.MAX_VALUE)) {
            order.add(due);
        }
        return order;
    }

    @Test
    @DisplayName("LOOP-38 timers compare by deadline, equal ones by registration")
    void byDeadlineThenRegistration() {
        List<LoopTimer> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            expected.add(timer(7));
        }
        LoopTimer later = timer(9);
        LoopTimer earlier = timer(3);
        expected.add(0, earlier);
        expected.add(later);
        assertThat(earlier.before(later)).isTrue();
        assertThat(later.before(earlier)).isFalse();
        assertThat(all()).containsExactlyElementsOf(expected);
    }

    @Test
    @DisplayName("LOOP-09 cancelled timers leave only from the top, as long as there are not many")
    void cancelledOnesLeaveFromTheTop() {
        LoopTimer first = timer(1);
        LoopTimer second = timer(2);
        LoopTimer third = timer(3);
        second.cancel();
        assertThat(heap.peek()).isSameAs(first);
        assertThat(heap.size()).isEqualTo(3);
        first.cancel();
        assertThat(heap.peek()).isSameAs(third);
        assertThat(heap.size()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "LOOP-09 more than 100 of which over half are cancelled: all cancelled ones are purged, live ones kept")
    void purge() {
        List<LoopTimer> timers = new ArrayList<>();
        LoopTimer top = timer(0); // live, so that nothing leaves from the top
        for (int i = 0; i < 100; i++) {
            timers.add(timer(1000 - i));
        }
        for (int i = 0; i < 50; i++) {
            timers.get(2 * i).cancel();
        }
        assertThat(heap.peek()).isSameAs(top);
        assertThat(heap.size()).as("50 of 101 is not over half").isEqualTo(101);

        timers.get(1).cancel();
        assertThat(heap.peek()).isSameAs(top);
        assertThat(heap.size()).isEqualTo(50);
        assertThat(all()).hasSize(50).isSortedAccordingTo((a, b) -> Long.compare(a.deadline, b.deadline));
    }

    @Test
    @DisplayName("LOOP-09 a hundred or fewer are never purged")
    void fewAreNotPurged() {
        LoopTimer top = timer(0);
        for (int i = 1; i < 100; i++) {
            timer(i).cancel();
        }
        assertThat(heap.peek()).isSameAs(top);
        assertThat(heap.size()).isEqualTo(100);
    }

    @Test
    @DisplayName("A TieBreaker decides between equal deadlines, and only there")
    void aTieBreakerDecidesBetweenEqualDeadlines() {
        TimerHeap backwards = new TimerHeap(registration -> -registration);
        LoopTimer first = new LoopTimer(Context.empty(), 7, () -> {});
        LoopTimer second = new LoopTimer(Context.empty(), 7, () -> {});
        LoopTimer later = new LoopTimer(Context.empty(), 8, () -> {});
        backwards.add(first);
        backwards.add(second);
        backwards.add(later);
        assertThat(backwards.pollDue(9)).isSameAs(second);
        assertThat(backwards.pollDue(9)).isSameAs(first);
        assertThat(backwards.pollDue(9)).isSameAs(later);
    }
}
