package sample;

import static io.github.corio.Asyncio.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.time.Duration;

class PricesTest {
    @CoroutineTest
    void tax(TestLoop loop) {
        assertEquals(120, await(Prices.price(100)));
        assertEquals(Duration.ofMinutes(1), loop.currentTime());
    }
}
