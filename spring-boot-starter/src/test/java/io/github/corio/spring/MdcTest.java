package io.github.corio.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.spring.shop.Client;
import io.github.corio.spring.shop.ShopTest;
import io.micrometer.context.ContextRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.ParameterizedTypeReference;

@ShopTest
class MdcTest {
    @Autowired
    private Client client;

    @Test
    void aKeyOfTheContextIsInTheMdcOfACoroutineWhereverItGoesOn() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            List<String> seen = client.anybody()
                    .get()
                    .uri("/request-id")
                    .exchange()
                    .expectBody(new ParameterizedTypeReference<List<String>>() {})
                    .returnResult()
                    .getResponseBody();
            assertThat(new HashSet<>(seen)).hasSize(1);
            ids.addAll(seen);
        }
        assertThat(ids).hasSize(20);
        assertThat(MDC.get("requestId")).isNull();
    }

    @Test
    void anAccessorGoesWithTheLastApplicationThatAsksForIt() throws Exception {
        MdcAccessors first = new MdcAccessors(List.of("mine", "mine", "yours"));
        MdcAccessors second = new MdcAccessors(List.of("mine"));
        assertThat(keys()).contains("mine", "yours");
        first.destroy();
        first.destroy();
        assertThat(keys()).contains("mine").doesNotContain("yours");
        second.destroy();
        assertThat(keys()).doesNotContain("mine");
    }

    @Test
    void anAccessorOfTheApplicationItselfStays() throws Exception {
        ContextRegistry.getInstance().registerThreadLocalAccessor("own", () -> null, value -> {}, () -> {});
        try {
            new MdcAccessors(List.of("own")).destroy();
            assertThat(keys()).contains("own");
        } finally {
            ContextRegistry.getInstance().removeThreadLocalAccessor("own");
        }
    }

    private static List<Object> keys() {
        return ContextRegistry.getInstance().getThreadLocalAccessors().stream()
                .<Object>map(accessor -> accessor.key())
                .toList();
    }
}
