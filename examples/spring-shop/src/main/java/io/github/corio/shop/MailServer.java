package io.github.corio.shop;

import reactor.core.publisher.Mono;

/** Where mails go. */
interface MailServer {
    /** Completes when the mail was taken. */
    Mono<Void> send(String to, String text);
}
