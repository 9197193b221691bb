package io.github.corio.loop.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

class VirtualThreadsTest {
    private static boolean opened() {
        return Object.class.getModule().isOpen("java.lang", VirtualThreads.class.getModule());
    }

    @Test
    void arePossibleWhereTheJdkIsNewEnoughAndOpened() {
        int feature = Runtime.version().feature();
        if (feature < 24) {
            assertThat(VirtualThreads.whyNot()).contains("Java 24");
        } else if (!opened()) {
            assertThat(VirtualThreads.whyNot()).contains("--add-opens java.base/java.lang=ALL-UNNAMED");
        } else {
            assertThat(VirtualThreads.whyNot()).isNull();
        }
    }

    @Test
    void whereTheyAreNotPossibleNothingElseBreaks() {
        assumeTrue(VirtualThreads.whyNot() != null);
        assertThat(VirtualThreads.currentCarrier()).isSameAs(Thread.currentThread());
        assertThat(VirtualThreads.schedulerOf(Thread.currentThread())).isNull();
        assertThatThrownBy(() -> VirtualThreads.unstarted(Runnable::run, null, () -> {}))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void anInterruptSurvivesTheTrial() {
        Thread.currentThread().interrupt();
        boolean unused = VirtualThreads.whyNot() == null; // perhaps the first use in this JVM
        assertThat(Thread.interrupted()).isTrue();
    }
}
