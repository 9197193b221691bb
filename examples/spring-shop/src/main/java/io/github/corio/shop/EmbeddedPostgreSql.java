package io.github.corio.shop;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.time.Duration;

/** A PostgreSQL of the shop's own, from the binaries of io.zonky.test for the platform on which the jar was built. */
final class EmbeddedPostgreSql {
    private EmbeddedPostgreSql() {}

    static Database open() throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .setRegisterShutdownHook(false) // Spring closes it, when requests and workers have ended
                .start();
        return new Database(
                "PostgreSQL, embedded, on port " + server.getPort()
                        // PostgreSQL refuses root.
                        + (LinuxUtils.isUnshareAvailable() ? ", in a user namespace without root" : ""),
                "r2dbc:postgresql://localhost:" + server.getPort() + "/postgres",
                server.getJdbcUrl("postgres", "postgres"),
                "postgres",
                server);
    }
}
