package io.github.corio.loop.internal;

/**
 * An action of Corio's own that calls nobody else's code: it only changes state and queues handles. See {@link LoopHandle#inner()}. Internal:
 * public only for the packages above.
 *
 * @since 0.1.0
 */
public interface Inner extends Runnable {}
