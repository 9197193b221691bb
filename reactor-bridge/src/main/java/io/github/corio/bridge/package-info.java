/**
 * Doors to and from everything that is not a coroutine: callbacks, futures, blocking code, schedulers and agents.
 */
@NullMarked
package io.github.corio.bridge;

import org.jspecify.annotations.NullMarked;
