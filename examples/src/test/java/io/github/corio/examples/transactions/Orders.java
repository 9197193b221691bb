package io.github.corio.examples.transactions;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.timeout;

import io.github.corio.Coroutine;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.List;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The code that docs/transactions.md shows: an order is a head and its lines, all or nothing. */
final class Orders {
    private final ConnectionFactory connections;
    private final DatabaseClient database;
    private final TransactionalOperator transaction;
    /** What comes between the statements, and may take long. */
    private final Mono<Void> other;

    Orders(ConnectionFactory connections, Mono<Void> other) {
        this.connections = connections;
        this.database = DatabaseClient.create(connections);
        this.transaction = TransactionalOperator.create(new R2dbcTransactionManager(connections));
        this.other = other;
    }

    // snippet: transaction-inside
    /** A coroutine inside of a transaction. */
    Mono<Long> place(String order, List<String> lines) {
        Coroutine<Long> body = async(() -> {
            long rows = awaitSingle(insert(order, "head"));
            for (String line : lines) {
                await(other);
                rows += awaitSingle(insert(order, line)); // the Context brings the connection of the transaction
            }
            return rows;
        });
        return transaction.transactional(body);
    }
    // end

    // snippet: transaction-around
    /** A coroutine around a transaction: the body sees the commit. */
    Coroutine<String> placeAndConfirm(String order, List<String> lines, Mono<Void> mail) {
        return async(() -> {
            long rows = awaitSingle(place(order, lines)); // committed from here on
            await(mail);
            return rows + " rows";
        });
    }
    // end

    // snippet: transaction-limit
    /** A limit inside: its TimeoutException is an error of the body, and the rollback is awaited. */
    Mono<Long> placeWithin(Duration time, String order, List<String> lines) {
        return transaction.transactional(timeout(time, limit -> {
            long rows = awaitSingle(insert(order, "head"));
            for (String line : lines) {
                await(other);
                rows += awaitSingle(insert(order, line));
            }
            return rows;
        }));
    }
    // end

    // snippet: transaction-by-hand
    /** The same without Spring. */
    Mono<Long> placeByHand(String order, List<String> lines) {
        return Mono.usingWhen(
                connections.create(),
                connection -> async(() -> {
                    await(Mono.from(connection.beginTransaction()));
                    long rows = awaitSingle(insert(connection, order, "head"));
                    for (String line : lines) {
                        await(other);
                        rows += awaitSingle(insert(connection, order, line));
                    }
                    return rows;
                }),
                connection -> Mono.from(connection.commitTransaction()).then(Mono.from(connection.close())),
                (connection, error) -> rollBack(connection),
                Orders::rollBack);
    }

    private static Mono<Void> rollBack(Connection connection) {
        return Mono.from(connection.rollbackTransaction())
                .onErrorResume(failed -> Mono.empty())
                .then(Mono.from(connection.close()));
    }
    // end

    /** The same as a chain. */
    Mono<Long> placeInAChain(String order, List<String> lines) {
        return transaction.transactional(insert(order, "head")
                .flatMap(first -> Flux.fromIterable(lines)
                        .concatMap(line -> other.then(insert(order, line)))
                        .reduce(first, Long::sum)));
    }

    private Mono<Long> insert(String order, String line) {
        return database.sql("INSERT INTO line (customer, text) VALUES ($1, $2)")
                .bind(0, order)
                .bind(1, line)
                .fetch()
                .rowsUpdated();
    }

    private static Mono<Long> insert(Connection connection, String order, String line) {
        return Flux.from(connection
                        .createStatement("INSERT INTO line (customer, text) VALUES ($1, $2)")
                        .bind(0, order)
                        .bind(1, line)
                        .execute())
                .concatMap(Result::getRowsUpdated)
                .single();
    }

    Mono<Void> createTable() {
        return database.sql("DROP TABLE IF EXISTS line")
                .then()
                .then(database.sql("CREATE TABLE line (id BIGINT GENERATED BY DEFAULT AS IDENTITY,"
                                + " customer VARCHAR(80), text VARCHAR(80))")
                        .then());
    }

    /** The number of lines of each order. */
    Mono<List<Long>> sizes() {
        return database.sql("SELECT COUNT(*) AS size FROM line GROUP BY customer")
                .map(row -> row.get("size", Long.class))
                .all()
                .collectList();
    }
}
