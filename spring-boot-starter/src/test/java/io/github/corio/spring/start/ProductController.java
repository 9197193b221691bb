package io.github.corio.spring.start;

import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.timeout;

import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

// snippet: start-controller
@RestController
public class ProductController {
    private final Warehouse warehouse;

    public ProductController(Warehouse warehouse) {
        this.warehouse = warehouse;
    }

    public record Product(String name, int price, int stock) {}

    @GetMapping("/products/{name}")
    public Mono<Product> product(@PathVariable("name") String name) {
        return timeout(Duration.ofSeconds(2), limit -> {
            List<Integer> found = awaitSingle(gather(List.of(warehouse.price(name), warehouse.stock(name))));
            Integer price = found.get(0); // null, if there is no such product
            if (price == null) {
                throw new ResponseStatusException(HttpStatus.NOT_FOUND);
            }
            return new Product(name, price, found.get(1));
        });
    }
}
// end
