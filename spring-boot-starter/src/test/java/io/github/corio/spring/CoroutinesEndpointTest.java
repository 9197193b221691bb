package io.github.corio.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.spring.shop.Client;
import io.github.corio.spring.shop.Gate;
import io.github.corio.spring.shop.ShopTest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.MediaType;

/** The endpoint while a request waits in its coroutine. */
@ShopTest
class CoroutinesEndpointTest {
    private static final Pattern NUMBER = Pattern.compile("\"id\":(\\d+),\"name\":\"at-the-gate\"");

    @Autowired
    private Client client;

    @Autowired
    private Gate gate;

    private CompletableFuture<String> answer;

    @BeforeEach
    void arrive() throws InterruptedException {
        gate.open.clear();
        gate.arrived = new CountDownLatch(1);
        answer = CompletableFuture.supplyAsync(() -> client.anybody()
                .get()
                .uri("/gate")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
        assertThat(gate.arrived.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void leave() throws Exception {
        gate.open.set();
        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("swordfish-2");
    }

    @Test
    void listsTheTasks() {
        assertThat(ask("", MediaType.APPLICATION_JSON))
                .startsWith("{\"loops\":[{\"id\":")
                .contains("\"name\":\"at-the-gate\"")
                .contains("Requests.java");
    }

    @Test
    void isJsonForWhoeverAsksForNothing() {
        client.anybody()
                .get()
                .uri("/actuator/coroutines")
                .accept(MediaType.ALL)
                .exchange()
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.APPLICATION_JSON);
    }

    @Test
    void drawsTheTreeAsText() {
        assertThat(ask("", MediaType.TEXT_PLAIN)).contains("(T) at-the-gate: ").contains("io.github.corio.spring.shop");
    }

    @Test
    void drawsTheTreeForMermaid() {
        assertThat(ask("", MediaType.parseMediaType("text/vnd.mermaid")))
                .startsWith("flowchart TD\n")
                .contains("at-the-gate<br/>");
    }

    @Test
    void showsOneTask() {
        Matcher number = NUMBER.matcher(ask("", MediaType.APPLICATION_JSON));
        assertThat(number.find()).isTrue();
        assertThat(ask("/" + number.group(1), MediaType.APPLICATION_JSON))
                .containsOnlyOnce("\"tasks\":[{\"id\":" + number.group(1) + ",\"name\":\"at-the-gate\"");
    }

    @Test
    void hasNoTaskOfANumberThatIsNotThere() {
        client.anybody()
                .get()
                .uri("/actuator/coroutines/999999999")
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @Test
    void showsNothingSecret() {
        String shown = ask("", MediaType.APPLICATION_JSON)
                + ask("", MediaType.TEXT_PLAIN)
                + ask("", MediaType.parseMediaType("text/vnd.mermaid"));
        assertThat(shown).contains("at-the-gate").doesNotContain("swordfish");
    }

    @Test
    void isNotThereUnlessExposed() {
        ApplicationContextRunner context =
                new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CorioAutoConfiguration.class));
        context.run(started -> assertThat(started).hasNotFailed().doesNotHaveBean(CoroutinesEndpoint.class));
        context.withPropertyValues("management.endpoints.web.exposure.include=*")
                .run(started -> assertThat(started).hasSingleBean(CoroutinesEndpoint.class));
    }

    private String ask(String path, MediaType type) {
        return client.anybody()
                .get()
                .uri("/actuator/coroutines" + path)
                .accept(type)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentTypeCompatibleWith(type)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }
}
