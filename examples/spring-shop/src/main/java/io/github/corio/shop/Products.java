package io.github.corio.shop;

import io.r2dbc.spi.Readable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table of products. */
@Repository
class Products {
    private final DatabaseClient database;

    Products(DatabaseClient database) {
        this.database = database;
    }

    Flux<Product> all() {
        return database.sql("select id, name, price, stock from product order by id")
                .map(Products::product)
                .all();
    }

    /** Empty if there is none. */
    Mono<Product> find(int id) {
        return database.sql("select id, name, price, stock from product where id = :id")
                .bind("id", id)
                .map(Products::product)
                .one();
    }

    /** False if there are not so many left. The database decides, so two orders cannot take the same unit. */
    Mono<Boolean> take(int id, int units) {
        return database.sql("update product set stock = stock - :units where id = :id and stock >= :units")
                .bind("id", id)
                .bind("units", units)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows == 1);
    }

    Mono<Void> add(int id, int units) {
        return database.sql("update product set stock = stock + :units where id = :id")
                .bind("id", id)
                .bind("units", units)
                .then();
    }

    private static Product product(Readable row) {
        return new Product(
                number(row, "id"), row.get("name", String.class), number(row, "price"), number(row, "stock"));
    }

    private static int number(Readable row, String column) {
        return row.get(column, Integer.class);
    }
}
