/**
 * OpenRewrite recipes that take code from operators to direct style: {@code AwaitInsteadOfBlock} and {@code OperatorsToDirectStyle}, and
 * {@code io.github.corio.migration.MigrateToCorio}, which is all of them. What a recipe is not certain of it leaves alone. Below: rewrite-java.
 */
@NullMarked
package io.github.corio.migration;

import org.jspecify.annotations.NullMarked;
