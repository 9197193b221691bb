package io.github.corio.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    private static Database refuse() throws IOException {
        throw new IOException("on purpose");
    }

    @Test
    void isH2WherePostgreSqlDoesNotRun() throws IOException {
        try (Database database = Database.open(ShopSettings.Keep.AUTO, DatabaseTest::refuse)) {
            assertThat(database.name()).isEqualTo("H2, in memory, since PostgreSQL does not run here: on purpose");
            database.migrate();
        }
    }

    @Test
    void isNotH2IfPostgreSqlIsAskedFor() {
        assertThatThrownBy(() -> Database.open(ShopSettings.Keep.POSTGRESQL, DatabaseTest::refuse))
                .hasMessage("on purpose");
    }
}
