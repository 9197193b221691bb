package io.github.corio.shop;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code shop.*}.
 *
 * @param database where data is kept
 * @param robots how many customers order by themselves
 */
@ConfigurationProperties("shop")
record ShopSettings(
        @DefaultValue("auto") Keep database,
        @DefaultValue("0") int robots,
        @DefaultValue Couriers couriers) {
    enum Keep {
        /** PostgreSQL where it runs, else H2. */
        AUTO,
        POSTGRESQL,
        H2
    }

    /**
     * The second service.
     *
     * @param port 0 for any
     * @param limit how long an order waits for quotes
     */
    record Couriers(
            @DefaultValue("8081") int port,
            @DefaultValue("800ms") Duration limit) {}
}
