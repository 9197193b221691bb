package io.github.corio.shop;

/**
 * What a courier asks for a delivery.
 *
 * @param price in cents
 */
record Quote(String courier, int price) {}
