package io.github.corio.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Hooks;

/**
 * The threads that attack in a stress test, and what went wrong: found by the test, thrown on one of these threads, or dropped
 * by Reactor. The test fails in the end if anything did.
 */
final class ForeignThreads implements BeforeEachCallback, AfterEachCallback {
    private final ExecutorService threads;
    private final List<Throwable> broken = Collections.synchronizedList(new ArrayList<>());

    ForeignThreads(int count) {
        threads = Executors.newFixedThreadPool(count);
    }

    void execute(Runnable attack) {
        threads.execute(() -> {
            try {
                attack.run();
            } catch (Throwable e) {
                broken(e);
            }
        });
    }

    void broken(Throwable error) {
        broken.add(error);
    }

    void broken(String what) {
        broken(new AssertionError(what));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Hooks.onErrorDropped(this::broken);
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        Hooks.resetOnErrorDropped();
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        assertThat(broken).isEmpty();
    }
}
