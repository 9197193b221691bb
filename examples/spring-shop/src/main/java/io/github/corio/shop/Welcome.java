package io.github.corio.shop;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Prints what to try. */
@Component
class Welcome {
    private final Environment environment;

    Welcome(Environment environment) {
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void print() {
        String shop = "localhost:" + environment.getProperty("local.server.port");
        System.out.printf("""

                The shop is open. Look at http://%1$s/ or try
                  curl %1$s/api/products
                  curl -u bob:bob -H 'Content-Type: application/json' -d '{"product": 1, "units": 2}' %1$s/api/orders
                  curl -u bob:bob %1$s/api/orders
                  curl -N %1$s/api/feed
                  curl -u ann:ann -X POST '%1$s/api/products/1/stock?units=50'
                  curl -u ann:ann -H 'Accept: text/plain' %1$s/actuator/coroutines
                  curl -u ann:ann %1$s/actuator/metrics/corio.tasks.live
                ann may see everything, bob may order. Ctrl-C closes the shop in good order.

                """, shop);
    }
}
