package io.github.corio.shop;

/**
 * An order that was placed.
 *
 * @param courier who brings it, or that this is to be found out
 * @param total in cents
 */
record Receipt(long order, String customer, String product, int units, String courier, int total) {}
