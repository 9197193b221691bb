package io.github.corio.spring.shop;

/** What has been done in the background, for tests. */
public final class Background {
    private Background() {}

    public static int mailsSent() {
        return MailServer.SENT.get();
    }

    public static int pricesSeen() {
        return PriceFeed.SEEN.get();
    }
}
