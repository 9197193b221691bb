package io.github.corio;

import java.util.List;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;

/** Requests nothing by itself, and logs what comes. */
class Recorder extends BaseSubscriber<Object> {
    private final List<Object> log;
    private final Context context;

    Recorder(List<Object> log, Context context) {
        this.log = log;
        this.context = context;
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        log.add("subscribed");
    }

    @Override
    protected void hookOnNext(Object value) {
        log.add(value);
    }

    @Override
    protected void hookOnComplete() {
        log.add("complete");
    }

    @Override
    protected void hookOnError(Throwable error) {
        log.add(error);
    }

    @Override
    protected void hookFinally(SignalType type) {}
}
