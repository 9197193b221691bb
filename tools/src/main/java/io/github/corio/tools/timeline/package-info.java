/**
 * Draws what tasks did over time. {@link io.github.corio.tools.timeline.Lanes} is the run, {@link
 * io.github.corio.tools.timeline.FlightRecording} reads one from a recording, {@link io.github.corio.tools.timeline.Picture} makes an SVG of it,
 * {@link io.github.corio.tools.timeline.TraceEvents} a file for Perfetto. It needs nothing of Corio.
 */
@NullMarked
package io.github.corio.tools.timeline;

import org.jspecify.annotations.NullMarked;
