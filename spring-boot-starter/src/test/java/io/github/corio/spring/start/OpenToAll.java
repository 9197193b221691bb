package io.github.corio.spring.start;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;

/** The class path of these tests has Spring Security, which the application of the tutorial has not. */
@Configuration(proxyBeanMethods = false)
class OpenToAll {
    @Bean
    SecurityWebFilterChain rules(ServerHttpSecurity http) {
        return http.authorizeExchange(paths -> paths.anyExchange().permitAll()).build();
    }
}
