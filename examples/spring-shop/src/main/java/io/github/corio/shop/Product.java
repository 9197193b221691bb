package io.github.corio.shop;

/**
 * What is on sale.
 *
 * @param price of a unit, in cents
 * @param stock units that are left
 */
record Product(int id, String name, int price, int stock) {}
