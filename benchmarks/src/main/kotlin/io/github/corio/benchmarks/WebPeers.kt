package io.github.corio.benchmarks

import java.util.function.IntFunction
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.flux
import kotlinx.coroutines.reactor.mono
import reactor.core.publisher.Flux
import reactor.core.publisher.Mono

/** The handlers of WebHandlers, as a user of kotlinx-coroutines would write them, on the default dispatcher. */
object WebPeers {
    @JvmStatic
    fun noWait(): Mono<String> = mono { "done" }

    @JvmStatic
    fun waits(times: Int, millis: Long): Mono<String> = mono {
        repeat(times) { delay(millis) }
        "done"
    }

    @JvmStatic
    fun queries(query: IntFunction<Mono<Int>>, millis: Long): Mono<String> = mono {
        val first = query.apply(1).awaitSingle()
        delay(millis)
        query.apply(first).awaitSingle().toString()
    }

    @JvmStatic
    fun gathered(call: Mono<String>): Mono<String> = mono {
        List(3) { async { call.awaitSingle() } }.awaitAll().joinToString("")
    }

    @JvmStatic
    fun stream(items: Int): Flux<String> = flux {
        for (i in 0 until items) send("item ")
    }
}
