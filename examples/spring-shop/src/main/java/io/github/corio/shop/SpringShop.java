package io.github.corio.shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts the shop. */
@SpringBootApplication
@EnableConfigurationProperties(ShopSettings.class)
class SpringShop {
    public static void main(String... args) {
        SpringApplication.run(SpringShop.class, args);
    }
}
