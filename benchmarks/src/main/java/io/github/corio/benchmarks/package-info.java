/**
 * What an await, a switch, a spawned coroutine costs, each beside what a user would write instead.
 */
@NullMarked
package io.github.corio.benchmarks;

import org.jspecify.annotations.NullMarked;
