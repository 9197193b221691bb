package io.github.corio.spring;

import io.github.corio.micrometer.CorioMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes the beans of Corio: {@link BackgroundTasks} with its shutdown, the MDC in coroutines, and the check of proxied
 * beans. Where Actuator is there, it makes the endpoint {@link CoroutinesEndpoint}. Where {@code corio-micrometer} is
 * there, it makes the bean {@link CorioMetrics}.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@EnableConfigurationProperties(CorioProperties.class)
public class CorioAutoConfiguration {
    /** For Spring. */
    public CorioAutoConfiguration() {}

    /** Static, since it is made before other beans. */
    @Bean
    static ProxiedCoroutineCheck corioProxiedCoroutineCheck() {
        return new ProxiedCoroutineCheck();
    }

    @Bean
    MdcAccessors corioMdcAccessors(CorioProperties properties) {
        return new MdcAccessors(properties.mdcKeys());
    }

    /** Closed by itself, too: when the application fails to start, its lifecycle never begins. */
    @Bean(destroyMethod = "close")
    BackgroundTasks backgroundTasks(CorioProperties properties) {
        return new BackgroundTasks(properties.background());
    }

    @Bean
    BackgroundLifecycle corioBackgroundLifecycle(BackgroundTasks background, CorioProperties properties) {
        return new BackgroundLifecycle(background, properties.background().shutdownTimeout());
    }

    /** What needs corio-micrometer. Boot binds it to each registry of the application. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({CorioMetrics.class, MeterRegistry.class})
    static class Meters {
        @Bean
        @ConditionalOnMissingBean
        CorioMetrics corioMetrics() {
            return new CorioMetrics();
        }
    }

    /** What needs Actuator. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
    static class Actuator {
        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnAvailableEndpoint
        CoroutinesEndpoint coroutinesEndpoint() {
            return new CoroutinesEndpoint();
        }
    }
}
