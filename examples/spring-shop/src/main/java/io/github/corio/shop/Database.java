package io.github.corio.shop;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.io.Closeable;
import java.io.IOException;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the shop keeps its data: a database that begins empty and ends with the shop.
 *
 * @param name what it is, and why
 * @param r2dbc its address for the shop
 * @param jdbc its address for Flyway
 * @param server what ends it
 */
record Database(String name, String r2dbc, String jdbc, String user, Closeable server) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** Opens one. */
    interface Opener {
        Database open() throws IOException;
    }

    static Database open(ShopSettings.Keep keep) throws IOException {
        return open(keep, EmbeddedPostgreSql::open);
    }

    static Database open(ShopSettings.Keep keep, Opener postgreSql) throws IOException {
        Database database = keep == ShopSettings.Keep.H2 ? h2("as shop.database says") : either(keep, postgreSql);
        LOG.info("Data is kept in {}", database.name());
        return database;
    }

    private static Database either(ShopSettings.Keep keep, Opener postgreSql) throws IOException {
        try {
            return postgreSql.open();
        } catch (IOException | RuntimeException e) {
            if (keep == ShopSettings.Keep.POSTGRESQL) {
                throw e;
            }
            return h2("since PostgreSQL does not run here: " + e.getMessage());
        }
    }

    private static Database h2(String why) {
        String id = "shop-" + UUID.randomUUID();
        return new Database(
                "H2, in memory, " + why,
                "r2dbc:h2:mem:///" + id + "?options=DB_CLOSE_DELAY=-1",
                "jdbc:h2:mem:" + id + ";DB_CLOSE_DELAY=-1",
                "sa",
                () -> {});
    }

    void migrate() {
        Object unused = Flyway.configure().dataSource(jdbc, user, "").load().migrate();
    }

    ConnectionFactoryOptions options() {
        return ConnectionFactoryOptions.parse(r2dbc)
                .mutate()
                .option(ConnectionFactoryOptions.USER, user)
                .option(ConnectionFactoryOptions.PASSWORD, "")
                .build();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
