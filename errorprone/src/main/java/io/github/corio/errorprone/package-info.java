/**
 * Checks of Error Prone for code that uses Corio. Put {@code corio-errorprone} on the annotation processor path, beside Error Prone.
 */
@NullMarked
package io.github.corio.errorprone;

import org.jspecify.annotations.NullMarked;
