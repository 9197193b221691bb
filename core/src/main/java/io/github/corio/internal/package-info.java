/**
 * What the packages that make tasks wait share. Not API: module {@code io.github.corio} exports it to the modules of Corio only.
 */
@NullMarked
package io.github.corio.internal;

import org.jspecify.annotations.NullMarked;
