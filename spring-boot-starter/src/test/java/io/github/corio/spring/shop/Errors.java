package io.github.corio.spring.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import reactor.core.publisher.Mono;

/** Errors come out of coroutines as they are, so handlers find them by their types. A handler may be a coroutine itself. */
@RestControllerAdvice
class Errors {
    // snippet: boot-errors
    @ExceptionHandler
    ProblemDetail unknown(UnknownProductException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, e.getMessage());
    }

    @ExceptionHandler
    Mono<ProblemDetail> late(TimeoutException e) {
        return async(() -> {
            await(sleep(Duration.ofMillis(1)));
            return ProblemDetail.forStatus(HttpStatus.GATEWAY_TIMEOUT);
        });
    }
    // end
}
