package io.github.corio.shop;

import io.netty.channel.ChannelOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Primary;
import reactor.core.publisher.Mono;

/** Weather and mail as a test wants them, and small buffers, so that a slow reader is felt. */
@Primary
@TestComponent
class Stage implements Weather, MailServer, WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
    static final Function<String, Mono<Void>> FINE = name -> Mono.empty();

    volatile Function<String, Mono<Void>> weather = FINE;
    volatile Function<String, Mono<Void>> mail = FINE;
    /** The couriers that are under way, or were. */
    final BlockingQueue<String> couriers = new LinkedBlockingQueue<>();
    /** Those that were called back. */
    final BlockingQueue<String> calledBack = new LinkedBlockingQueue<>();

    final BlockingQueue<String> mails = new LinkedBlockingQueue<>();

    void reset() {
        weather = FINE;
        mail = FINE;
        couriers.clear();
        calledBack.clear();
        mails.clear();
    }

    @Override
    public Mono<Void> pass(String courier) {
        return Mono.defer(() -> {
                    couriers.add(courier);
                    return weather.apply(courier);
                })
                .doOnCancel(() -> calledBack.add(courier));
    }

    @Override
    public Mono<Void> send(String to, String text) {
        return Mono.defer(() -> {
            mails.add(text);
            return mail.apply(to);
        });
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.addServerCustomizers(server -> server.childOption(ChannelOption.SO_SNDBUF, 8192));
    }
}
