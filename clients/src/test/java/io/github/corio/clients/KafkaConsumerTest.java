package io.github.corio.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.bridge.From;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class KafkaConsumerTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);
    private static final int MANY = 10_000;
    private static final int BATCH = 100;

    // snippet: client-kafka-poll
    static <K, V> Flux<ConsumerRecord<K, V>> records(Callable<? extends Consumer<K, V>> open) {
        return From.<ConsumerRecord<K, V>, Consumer<K, V>>blocking(
                open, (consumer, n) -> consumer.poll(Duration.ofSeconds(1)), Consumer::wakeup, Consumer::close);
    }
    // end

    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger polled = new AtomicInteger();

    /** One that belongs to one thread, as a real one does. */
    private MockConsumer<String, String> consumer() {
        MockConsumer<String, String> consumer = new MockConsumer<>("earliest") {
            private final Thread owner = Thread.currentThread();

            @Override
            public synchronized ConsumerRecords<String, String> poll(Duration timeout) {
                assertThat(Thread.currentThread()).isSameAs(owner);
                ConsumerRecords<String, String> records = super.poll(timeout);
                polled.addAndGet(records.count());
                return records;
            }

            @Override
            public synchronized void close() {
                assertThat(Thread.currentThread()).isSameAs(owner);
                super.close();
                closed.countDown();
            }
        };
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(new HashMap<>(Map.of(PARTITION, 0L)));
        consumer.setMaxPollRecords(BATCH);
        for (int i = 0; i < MANY; i++) {
            consumer.addRecord(new ConsumerRecord<>("topic", 0, i, "key", String.valueOf(i)));
        }
        return consumer;
    }

    @Test
    void givesAllInOrderAndIsClosedByACancel() throws Exception {
        StepVerifier.create(records(this::consumer).map(ConsumerRecord::value).take(MANY))
                .expectNextSequence(
                        IntStream.range(0, MANY).mapToObj(String::valueOf).toList())
                .expectComplete()
                .verify(SOON);
        assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void isPolledOnlyWhenThereIsDemand() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger ahead = new AtomicInteger();
        StepVerifier.create(
                        records(this::consumer)
                                .doOnNext(value ->
                                        ahead.accumulateAndGet(polled.get() - taken.getAndIncrement(), Math::max))
                                .limitRate(10)
                                .take(2_000),
                        10)
                .expectNextCount(10)
                .then(() -> assertThat(polled.get()).isEqualTo(BATCH))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(1_990)
                .expectComplete()
                .verify(SOON);
        assertThat(ahead.get()).isLessThanOrEqualTo(BATCH);
        assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatPollThrowsIsTheError() throws Exception {
        StepVerifier.create(records(() -> {
                    MockConsumer<String, String> consumer = consumer();
                    consumer.setPollException(new KafkaException("broker"));
                    return consumer;
                }))
                .expectErrorMessage("broker")
                .verify(SOON);
        assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
