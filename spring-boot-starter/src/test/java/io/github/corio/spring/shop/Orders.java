package io.github.corio.spring.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Task;
import io.github.corio.spring.BackgroundTasks;
import java.time.Duration;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

/** On a bean that Spring proxies, methods are declared to return a Mono. */
@Service
public class Orders {
    private final DatabaseClient database;
    private final BackgroundTasks background;

    Orders(DatabaseClient database, BackgroundTasks background) {
        this.database = database;
        this.background = background;
    }

    // snippet: boot-service
    @Transactional
    public Mono<Integer> place(List<String> products) {
        return async(() -> {
            Task<Void> unused =
                    background.start("audit", audit(products.size() + " products")); // stays if this rolls back
            for (String product : products) {
                if (product.equals("forbidden")) {
                    throw new UnknownProductException(product); // rolls back what was inserted
                }
                await(insert(product));
            }
            return products.size();
        });
    }

    @PreAuthorize("hasRole('ADMIN')")
    public Mono<Long> deleteAll() {
        return async(
                () -> awaitSingle(database.sql("delete from orders").fetch().rowsUpdated()));
    }
    // end

    private Mono<Void> insert(String product) {
        return async(() -> {
            await(sleep(Duration.ofMillis(1)));
            await(database.sql("insert into orders(product, units) values(:product, 1)")
                    .bind("product", product)
                    .then());
        });
    }

    private Mono<Void> audit(String entry) {
        return database.sql("insert into audit(entry) values(:entry)")
                .bind("entry", entry)
                .then();
    }

    public Mono<Long> count(String table) {
        return database.sql("select count(*) from " + table)
                .map(row -> row.get(0, Long.class))
                .one();
    }

    /** A day, for tests in virtual time. */
    public Mono<String> remind(String product) {
        return async(() -> {
            await(sleep(Duration.ofDays(1)));
            return "order " + product;
        });
    }
}
