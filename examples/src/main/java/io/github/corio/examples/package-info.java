/**
 * Programs to read and to run, from the first coroutine to concurrent HTTP; each is also run by a test.
 */
@NullMarked
package io.github.corio.examples;

import org.jspecify.annotations.NullMarked;
