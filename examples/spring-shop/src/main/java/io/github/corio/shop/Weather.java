package io.github.corio.shop;

import reactor.core.publisher.Mono;

/** What is between a courier and its answer. */
interface Weather {
    /** Completes when the courier is through, or fails. */
    Mono<Void> pass(String courier);
}
