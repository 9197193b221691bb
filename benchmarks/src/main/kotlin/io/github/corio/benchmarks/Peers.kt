package io.github.corio.benchmarks

import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.mono
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.yield
import reactor.core.publisher.Mono

/**
 * What a user of kotlinx-coroutines would write. `runBlocking` is its own event loop, on the calling thread: the fastest
 * there is for one loop.
 */
object Peers {
    @JvmStatic
    fun awaitJust(times: Int): Int = runBlocking {
        var sum = 0
        for (i in 0 until times) sum += Mono.just(i).awaitSingle()
        sum
    }

    @JvmStatic
    fun awaitSynchronous(times: Int): Int = runBlocking {
        var sum = 0
        for (i in 0 until times) sum += Mono.fromSupplier { i }.map { it + 1 }.awaitSingle()
        sum
    }

    private suspend fun plusOne(i: Int): Int = i + 1

    @JvmStatic
    fun awaitCoroutine(times: Int): Int = runBlocking {
        var sum = 0
        for (i in 0 until times) sum += plusOne(i)
        sum
    }

    @JvmStatic
    fun yieldAlone(times: Int) = runBlocking {
        repeat(times) { yield() }
    }

    @JvmStatic
    fun yieldInTurn(times: Int) = runBlocking {
        repeat(2) { launch { repeat(times / 2) { yield() } } }
    }

    @JvmStatic
    fun spawn(times: Int): Int = runBlocking {
        (0 until times).map { async { it } }.awaitAll().size
    }

    @JvmStatic
    fun sleep(times: Int, millis: Long): Int = runBlocking {
        (0 until times).map { async { delay(millis); it } }.awaitAll().size
    }

    /** Calls back when all of them sleep. */
    @JvmStatic
    fun whileAsleep(times: Int, measure: Runnable) = runBlocking {
        val all = async { (0 until times).map { async { delay(3_600_000); it } }.awaitAll() }
        repeat(3) { yield() }
        measure.run()
        all.cancel()
    }

    /** On the default dispatcher, as for users. */
    @JvmStatic
    fun answer(i: Int): Mono<Int> = mono { i }

    @JvmStatic
    fun freeMutex(times: Int) = runBlocking {
        val mutex = Mutex()
        repeat(times) { mutex.withLock {} }
    }

    @JvmStatic
    fun freeSemaphore(times: Int) = runBlocking {
        val semaphore = Semaphore(1)
        repeat(times) { semaphore.withPermit {} }
    }

    @JvmStatic
    fun contendedMutex(times: Int) = runBlocking {
        val mutex = Mutex()
        repeat(2) { launch { repeat(times / 2) { mutex.withLock { yield() } } } }
    }

    @JvmStatic
    fun channel(times: Int) = runBlocking {
        val channel = Channel<Int>(1)
        launch { for (i in 0 until times) channel.send(i) }
        launch { repeat(times) { channel.receive() } }
    }
}
