package io.github.corio.benchmarks;

import java.util.List;
import java.util.Locale;

/** What the bodies of a measurement run on. */
enum Flavour {
    /** {@code -Dcorio.fibers=platform}. */
    PLATFORM,
    /** {@code -Dcorio.fibers=virtual}, on the JDK's pool. */
    VIRTUAL,
    /** The same on carriers of Corio's own, by {@code --add-opens java.base/java.lang=ALL-UNNAMED}. */
    CARRIERS;

    /** Those that this JDK has. */
    static List<Flavour> offered() {
        int java = Runtime.version().feature();
        return java >= 24 ? List.of(values()) : java >= 21 ? List.of(PLATFORM, VIRTUAL) : List.of(PLATFORM);
    }

    /** As users see it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
