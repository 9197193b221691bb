/**
 * What locks and queues are made of: {@link io.github.corio.sync.internal.WaitQueue}, its {@link io.github.corio.sync.internal.Waiter}s, and
 * the Mono that puts them there. Not API: module {@code io.github.corio} exports it to the modules of Corio only.
 */
@NullMarked
package io.github.corio.sync.internal;

import org.jspecify.annotations.NullMarked;
