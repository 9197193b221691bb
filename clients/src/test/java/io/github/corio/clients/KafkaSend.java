package io.github.corio.clients;

import io.github.corio.bridge.From;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What was sent cannot be taken back. */
final class KafkaSend extends Client<RecordMetadata> {
    private final MockProducer<String, String> producer =
            new MockProducer<>(false, null, new StringSerializer(), new StringSerializer());

    // snippet: client-kafka-send
    static <K, V> Mono<RecordMetadata> send(Producer<K, V> producer, ProducerRecord<K, V> record) {
        return From.biConsumer(callback -> {
            Future<RecordMetadata> unused = producer.send(record, callback::accept);
        });
    }
    // end

    @Override
    Mono<RecordMetadata> mono(boolean hook, Release<? super RecordMetadata> release) {
        return From.biConsumer(
                callback -> producer.send(new ProducerRecord<>("topic", "key", "value"), callback::accept),
                CancelHook.none(),
                release);
    }

    @Override
    String text(RecordMetadata value) {
        return "value"; // of what was sent
    }

    @Override
    void succeed(@Nullable String value) {
        boolean unused = producer.completeNext();
    }

    @Override
    void fail(Exception error) {
        boolean unused = producer.errorNext(new IllegalStateException(error.getMessage()));
    }

    @Override
    boolean sameError() {
        return false; // a RuntimeException
    }

    @Override
    boolean hasNull() {
        return false;
    }

    @Override
    boolean hasCancel() {
        return false;
    }

    @Override
    boolean isCancelled() {
        return false;
    }

    @Override
    public void close() {
        producer.close();
    }
}
