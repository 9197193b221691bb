package io.github.corio.spring.start;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

// snippet: start-application
@SpringBootApplication
public class StartApplication {
    public static void main(String... args) {
        SpringApplication.run(StartApplication.class, args);
    }
}
// end
