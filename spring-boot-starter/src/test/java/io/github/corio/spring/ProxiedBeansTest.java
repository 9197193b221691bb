package io.github.corio.spring;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.Coroutine;
import io.r2dbc.spi.ConnectionFactories;
import java.lang.reflect.Method;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.method.configuration.EnableReactiveMethodSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

/** Methods of proxied beans that are declared to return a coroutine: refused when the bean is made, and allowed where the proxy leaves them alone. */
@ExtendWith(OutputCaptureExtension.class)
class ProxiedBeansTest {
    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement
    @EnableCaching
    @EnableReactiveMethodSecurity
    static class Infrastructure {
        @Bean
        R2dbcTransactionManager transactions() {
            return new R2dbcTransactionManager(ConnectionFactories.get("r2dbc:h2:mem:///proxied"));
        }

        @Bean
        ConcurrentMapCacheManager caches() {
            return new ConcurrentMapCacheManager();
        }
    }

    static class Transactions {
        @Transactional
        public Coroutine<Long> place(String order) {
            return async(() -> 1L);
        }
    }

    static class Caches {
        @Cacheable("prices")
        public Coroutine<Long> price(String product) {
            return async(() -> 1L);
        }
    }

    static class Guarded {
        @PreAuthorize("hasRole('ADMIN')")
        Coroutine<Long> delete(String order) {
            return async(() -> 1L);
        }
    }

    interface Contract {
        Coroutine<Long> place(String order);
    }

    @Transactional
    static class Implementation implements Contract {
        @Override
        public Coroutine<Long> place(String order) {
            return async(() -> 1L);
        }
    }

    static class Inherits extends Transactions {}

    /** What is allowed. */
    static class Allowed {
        @Transactional
        public Mono<Long> place(String order) {
            return async(() -> {
                await(sleep(Duration.ofMillis(1)));
                return 1L;
            });
        }

        public Coroutine<Long> notAdvised() {
            return async(() -> 2L);
        }

        @Transactional
        static Coroutine<Long> notProxied() {
            return async(() -> 3L);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyOne {
        @Bean
        @Lazy
        Transactions lazy() {
            return new Transactions();
        }
    }

    private static ConfigurableApplicationContext start(Class<?> bean) {
        return new SpringApplicationBuilder(Infrastructure.class, CorioAutoConfiguration.class, bean)
                .web(WebApplicationType.NONE)
                .run();
    }

    @Test
    void theReportOfTheFailedStartSaysWhatToDeclare(CapturedOutput output) {
        assertThatThrownBy(() -> start(Transactions.class)).hasRootCauseInstanceOf(ProxiedCoroutineException.class);
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Method place of bean")
                .contains(
                        "(io.github.corio.spring.ProxiedBeansTest$Transactions) is declared to return io.github.corio.Coroutine. Spring's TransactionInterceptor")
                .contains("Declare place to return reactor.core.publisher.Mono<java.lang.Long>, in the class");
    }

    @Test
    void eachKindOfProxyIsFound() {
        for (Class<?> bean : new Class<?>[] {Caches.class, Guarded.class, Implementation.class, Inherits.class}) {
            assertThat(catchThrowable(() -> start(bean)))
                    .as(bean.getSimpleName())
                    .hasRootCauseInstanceOf(ProxiedCoroutineException.class);
        }
    }

    @Test
    void aLazyBeanIsFoundWhenItIsMade() {
        try (ConfigurableApplicationContext context = start(LazyOne.class)) {
            assertThatThrownBy(() -> context.getBean(Transactions.class))
                    .hasRootCauseInstanceOf(ProxiedCoroutineException.class);
        }
    }

    @Test
    void whatWorksIsAllowed() {
        try (ConfigurableApplicationContext context = start(Allowed.class)) {
            Allowed allowed = context.getBean(Allowed.class);
            assertThat(allowed.place("one").block(Duration.ofSeconds(60))).isEqualTo(1);
            assertThat(allowed.notAdvised().block(Duration.ofSeconds(60))).isEqualTo(2);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity
    static class BlockingSecurity {
        @Bean
        Guarded guarded() {
            return new Guarded();
        }
    }

    @Test
    void methodSecurityOfAnApplicationThatIsNotReactiveReturnsWhatItGot() {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(
                        BlockingSecurity.class, CorioAutoConfiguration.class)
                .web(WebApplicationType.NONE)
                .run()) {
            SecurityContextHolder.getContext()
                    .setAuthentication(new TestingAuthenticationToken("ann", "ann", "ROLE_ADMIN"));
            assertThat(context.getBean(Guarded.class).delete("one").block(Duration.ofSeconds(60)))
                    .isEqualTo(1);
        } finally {
            SecurityContextHolder.clearContext();
        }
    }

    /** Without the check: this is what it saves people from. */
    @Test
    void theCallWouldFailWithoutAWord() throws Exception {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(
                        Infrastructure.class, Transactions.class)
                .web(WebApplicationType.NONE)
                .run()) {
            Transactions proxied = context.getBean(Transactions.class);
            Method place = Transactions.class.getMethod("place", String.class);
            assertThatThrownBy(() -> place.invoke(proxied, "one")).hasRootCauseInstanceOf(ClassCastException.class);
        }
    }
}
