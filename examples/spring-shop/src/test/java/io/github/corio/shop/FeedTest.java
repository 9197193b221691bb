package io.github.corio.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Asyncio;
import io.github.corio.TaskTree;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ShopTest
class FeedTest {
    private static final int CHANGES = 200;

    @Autowired
    private Customer customer;

    @Autowired
    private Stage stage;

    @Autowired
    private Feed feed;

    @BeforeEach
    void reset() {
        stage.reset();
    }

    /** The stream of a reader that reads when the test says so. */
    private final class Reader implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Reader() throws IOException {
            socket = customer.send("GET", "/api/feed", "");
            in = new BufferedInputStream(socket.getInputStream(), 512);
            assertThat(plainLine()).isEqualTo("HTTP/1.1 200 OK");
            while (!plainLine().isEmpty()) {}
        }

        private String plainLine() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                assertThat(b).isNotNegative();
                bytes.write(b);
            }
            return bytes.toString(StandardCharsets.UTF_8).strip();
        }

        /** The data of the next event, out of one or more chunks. */
        String next() throws IOException {
            while (true) {
                byte[] chunk = in.readNBytes(Integer.parseInt(plainLine(), 16));
                plainLine();
                line.write(chunk);
                String seen = line.toString(StandardCharsets.UTF_8);
                int end = seen.indexOf("\n\n");
                if (end >= 0) {
                    line.reset();
                    line.write(seen.substring(end + 2).getBytes(StandardCharsets.UTF_8));
                    return seen.substring(0, end);
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static long streams() {
        long streams = 0;
        for (TaskTree.Loop loop : Asyncio.taskTree().loops()) {
            streams += loop.tasks().stream()
                    .filter(task -> task.at().toString().contains("Feed.java"))
                    .count();
        }
        return streams;
    }

    @Test
    void aSlowReaderHoldsUpNobodyAndSeesTheLastState() throws Exception {
        try (Reader slow = new Reader();
                Reader quick = new Reader()) {
            assertThat(slow.next()).startsWith("data:{").contains("Lapsang Souchong");
            quick.next();
            for (int i = 0; i < CHANGES; i++) { // the slow one reads nothing meanwhile
                feed.changed();
                quick.next();
            }
            customer.order(5, 1).expectStatus().isCreated();
            Customer.await(() -> stage.mails.size() == 1);
            String last = quick.next();
            while (!last.contains("\"product\":\"Sencha\",\"units\":1,\"courier\":\"snail\",\"confirmed\":true")) {
                last = quick.next();
            }
            int read = 0;
            while (!slow.next().equals(last)) {
                read++;
            }
            System.out.println("The slow reader has read " + read + " states of " + CHANGES);
            assertThat(read).isLessThan(CHANGES);
            assertThat(streams()).isEqualTo(2);
        }
        Customer.await(() -> streams() == 0); // both have gone, and so have their tasks
    }
}
