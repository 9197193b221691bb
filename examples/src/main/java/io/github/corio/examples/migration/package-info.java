/**
 * From callbacks to direct style: one program in three steps side by side ({@link
 * io.github.corio.examples.migration.PrintWithCallbacks}, {@link io.github.corio.examples.migration.PrintWithMonos}, {@link
 * io.github.corio.examples.migration.PrintInDirectStyle}), and each shape of callback before and after.
 */
@NullMarked
package io.github.corio.examples.migration;

import org.jspecify.annotations.NullMarked;
