package io.github.corio.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.micrometer.CorioMetrics;
import io.github.corio.spring.shop.Client;
import io.github.corio.spring.shop.ShopTest;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

@ShopTest
class MetersTest {
    @Autowired
    private Client client;

    @Autowired
    private MeterRegistry registry;

    @Test
    void countTheTasksOfRequests() {
        double before = ended();
        client.as("ann").get().uri("/mine/names").exchange().expectStatus().isOk();
        assertThat(ended()).isGreaterThan(before);
    }

    private double ended() {
        return registry.get("corio.tasks.ended")
                .tag("outcome", "succeeded")
                .functionCounter()
                .count();
    }

    @Test
    void areNotThereWithoutTheModuleOrMicrometer() {
        ApplicationContextRunner runner =
                new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CorioAutoConfiguration.class));
        runner.run(context -> assertThat(context).hasSingleBean(CorioMetrics.class));
        for (Class<?> missing : new Class<?>[] {CorioMetrics.class, MeterRegistry.class}) {
            runner.withClassLoader(new FilteredClassLoader(missing))
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("corioMetrics"));
        }
    }

    @Test
    void areThoseOfTheApplicationIfItHasSome() {
        CorioMetrics own = new CorioMetrics();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CorioAutoConfiguration.class))
                .withBean(CorioMetrics.class, () -> own)
                .run(context -> assertThat(context.getBean(CorioMetrics.class)).isSameAs(own));
    }
}
