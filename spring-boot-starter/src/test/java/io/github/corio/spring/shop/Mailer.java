package io.github.corio.spring.shop;

import io.github.corio.queue.AsyncQueue;
import io.github.corio.spring.BackgroundTasks;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

// snippet: boot-worker
@Component
public class Mailer {
    private final AsyncQueue<String> mails = new AsyncQueue<>(100);

    Mailer(BackgroundTasks background, MailServer server) {
        background.worker("mailer", mails, server::send);
    }

    /** Completes when there is room in the queue. */
    public Mono<Void> mail(String text) {
        return mails.put(text);
    }
}
// end
