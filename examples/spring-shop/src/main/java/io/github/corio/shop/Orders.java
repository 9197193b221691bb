package io.github.corio.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Places orders. Spring proxies this bean, so its methods are declared to return a Mono. */
@Service
class Orders {
    private final DatabaseClient database;
    private final Products products;
    private final Couriers couriers;

    Orders(DatabaseClient database, Products products, Couriers couriers) {
        this.database = database;
        this.products = products;
        this.couriers = couriers;
    }

    /** One that customers see. */
    record Line(
            long id,
            String customer,
            String product,
            int units,
            @Nullable String courier,
            boolean confirmed) {}

    /**
     * Places an order in one transaction. What is thrown rolls it back, and so does the cancel that comes when the client hangs up. The stock is taken last,
     * so no other order waits while couriers are asked.
     */
    @Transactional
    public Mono<Receipt> place(String customer, NewOrder order) {
        return async(() -> {
                    Product product = await(products.find(order.product()));
                    if (product == null) {
                        throw new UnknownProductException(order.product());
                    }
                    long id = awaitSingle(insert(customer, order));
                    Quote quote = await(couriers.cheapest(id)); // null if none has answered in time
                    if (quote != null) {
                        await(assign(id, quote));
                    }
                    if (!awaitSingle(products.take(product.id(), order.units()))) {
                        throw new SoldOutException(product.name());
                    }
                    return receipt(id, customer, order, product, quote);
                })
                .named("transaction of " + customer);
    }

    private static Receipt receipt(long id, String customer, NewOrder order, Product product, @Nullable Quote quote) {
        String courier = quote == null ? "to be found" : quote.courier();
        int total = product.price() * order.units() + (quote == null ? 0 : quote.price());
        return new Receipt(id, customer, product.name(), order.units(), courier, total);
    }

    private Mono<Long> insert(String customer, NewOrder order) {
        return database.sql("insert into orders (customer, product, units) values (:customer, :product, :units)")
                .bind("customer", customer)
                .bind("product", order.product())
                .bind("units", order.units())
                .filter(statement -> statement.returnGeneratedValues("id"))
                .map(row -> row.get("id", Long.class))
                .one();
    }

    private Mono<Void> assign(long id, Quote quote) {
        return database.sql("update orders set courier = :courier, delivery = :delivery where id = :id")
                .bind("id", id)
                .bind("courier", quote.courier())
                .bind("delivery", quote.price())
                .then();
    }

    Mono<Void> confirm(long id) {
        return database.sql("update orders set confirmed = true where id = :id")
                .bind("id", id)
                .then();
    }

    /** The last of all customers, newest first. */
    Flux<Line> last(int count) {
        return lines("", count).map(Orders::line).all();
    }

    /** The last of one customer, newest first. */
    Flux<Line> lastOf(String customer, int count) {
        return lines("where o.customer = :customer", count)
                .bind("customer", customer)
                .map(Orders::line)
                .all();
    }

    private DatabaseClient.GenericExecuteSpec lines(String where, int count) {
        return database.sql(
                "select o.id, o.customer, p.name, o.units, o.courier, o.confirmed from orders o join product p on p.id = o.product "
                        + where + " order by o.id desc limit " + count);
    }

    private static Line line(Readable row) {
        return new Line(
                row.get("id", Long.class),
                row.get("customer", String.class),
                row.get("name", String.class),
                row.get("units", Integer.class),
                row.get("courier", String.class),
                row.get("confirmed", Boolean.class));
    }
}
