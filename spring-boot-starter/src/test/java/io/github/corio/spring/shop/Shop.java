package io.github.corio.spring.shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A small shop with everything that the tests ask for. */
@SpringBootApplication
public class Shop {
    public static void main(String... args) {
        SpringApplication.run(Shop.class, args);
    }
}
