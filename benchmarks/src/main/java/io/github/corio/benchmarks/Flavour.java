package io.github.corio.benchmarks;

/** What the bodies of a measurement run on. */
enum Flavour {
    /** {@code -Dcorio.fibers=platform}. */
    PLATFORM,
    /** {@code -Dcorio.fibers=virtual}, on the JDK's pool. */
    VIRTUAL,
    /** The same on carriers of Corio's own, by {@code --add-opens java.base/java.lang=ALL-UNNAMED}. */
    CARRIERS
}
