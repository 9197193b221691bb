package io.github.corio.spring.shop;

import io.github.corio.sync.AsyncEvent;
import java.util.concurrent.CountDownLatch;
import org.springframework.stereotype.Component;

/** Where requests wait until a test lets them go on. */
@Component
public class Gate {
    public volatile CountDownLatch arrived = new CountDownLatch(1);
    public final AsyncEvent open = new AsyncEvent();
}
