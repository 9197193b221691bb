package io.github.corio.shop;

import java.io.IOException;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Opens the database before the pool of connections, and closes it after that. */
@Configuration(proxyBeanMethods = false)
class Storage {
    @Bean(initMethod = "migrate", destroyMethod = "close")
    Database database(ShopSettings settings) throws IOException {
        return Database.open(settings.database());
    }

    @Bean
    R2dbcConnectionDetails connectionDetails(Database database) {
        return database::options;
    }
}
