package io.github.corio.shop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/** The page in a real browser. */
@ShopTest
class BrowserTest {
    @Autowired
    private Customer customer;

    @Autowired
    private Stage stage;

    /** A waitUntil that is never true fails after a minute. */
    @Test
    void showsTheStreamAndTheTree(@TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
        assumeTrue(Chromium.isInstalled(), "Chromium is not installed: nobody looks at the page");
        stage.reset();
        try (Chromium browser = Chromium.open(customer.url() + "/", profile)) {
            browser.waitUntil("document.querySelectorAll('#products tr').length == 5");
            browser.waitUntil("document.querySelector('#tree svg').textContent.includes('confirmations')");
            browser.waitUntil("document.querySelectorAll('#tree svg .task').length > 1");
            browser.run("document.querySelector('#products button').click()");
            browser.waitUntil("document.getElementById('said').textContent.includes('courier snail')");
            browser.waitUntil("document.getElementById('orders').textContent.includes('confirmed')");
        }
    }
}
