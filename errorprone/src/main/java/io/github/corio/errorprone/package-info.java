/**
 * Checks of Error Prone for code that uses Corio. Put {@code corio-errorprone} on the annotation processor path, beside Error Prone.
 */
package io.github.corio.errorprone;
