package io.github.corio.spring.start;

import static io.github.corio.Asyncio.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.web.reactive.server.WebTestClient;

// snippet: start-test
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ProductControllerTest {
    @Autowired
    private ProductController products;

    @Value("${local.server.port}")
    private int port;

    @CoroutineTest
    void asksBothInParallel(TestLoop loop) { // in virtual time
        assertThat(await(products.product("tea"))).isEqualTo(new ProductController.Product("tea", 250, 7));
        assertThat(loop.currentTime()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void answersOverHttp() { // over a socket, in real time
        WebTestClient client = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .responseTimeout(Duration.ofSeconds(60))
                .build();
        client.get()
                .uri("/products/tea")
                .exchange()
                .expectBody(String.class)
                .isEqualTo("{\"name\":\"tea\",\"price\":250,\"stock\":7}");
        client.get().uri("/products/milk").exchange().expectStatus().isNotFound();
    }
}
// end
