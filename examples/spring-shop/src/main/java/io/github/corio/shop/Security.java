package io.github.corio.shop;

import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.web.server.SecurityWebFilterChain;
import reactor.core.publisher.Mono;

/** Everybody may look, customers may order, ann sees behind the scenes. */
@Configuration(proxyBeanMethods = false)
class Security {
    /** Their passwords are their names: this is an example. */
    @Bean
    ReactiveUserDetailsService users() {
        Map<String, UserDetails> users =
                Map.of("ann", user("ann", "CUSTOMER", "ADMIN"), "bob", user("bob", "CUSTOMER"));
        return name -> Mono.justOrEmpty(users.get(name));
    }

    private static UserDetails user(String name, String... roles) {
        return User.withUsername(name).password("{noop}" + name).roles(roles).build();
    }

    /** No session and no cookie: there is nothing that another site could use. */
    @Bean
    SecurityWebFilterChain rules(ServerHttpSecurity http) {
        return http.authorizeExchange(paths -> paths.pathMatchers("/actuator/health/**")
                        .permitAll()
                        .pathMatchers("/actuator/**", "/api/products/*/stock")
                        .hasRole("ADMIN")
                        .pathMatchers("/api/orders")
                        .hasRole("CUSTOMER")
                        .pathMatchers(HttpMethod.GET)
                        .permitAll()
                        .anyExchange()
                        .denyAll())
                .httpBasic(Customizer.withDefaults())
                .csrf(ServerHttpSecurity.CsrfSpec::disable)
                .build();
    }
}
