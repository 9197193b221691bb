/**
 * Meters for Micrometer: {@link io.github.corio.micrometer.CorioMetrics} binds them. {@code TaskCounts} counts what the loops tell of.
 */
@NullMarked
package io.github.corio.micrometer;

import org.jspecify.annotations.NullMarked;
