/**
 * Tests of coroutines in virtual time that advances by itself, and that fail at once, with a dump, when nothing can ever run again.
 */
@NullMarked
package io.github.corio.testing;

import org.jspecify.annotations.NullMarked;
