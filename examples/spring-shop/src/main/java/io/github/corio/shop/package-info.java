/**
 * A tea shop on Spring Boot whose handlers, workers and streams are coroutines.
 *
 * <ul>
 *   <li>What it sells: {@code Product}, {@code NewOrder}, {@code Receipt}, {@code Quote}.
 *   <li>What a request does: {@code Web}, {@code Checkout}, {@code Orders}, {@code Products}, {@code Couriers}.
 *   <li>What goes on behind: {@code Confirmations}, {@code Feed}, {@code Robots}.
 *   <li>What it stands on: {@code Database}, {@code EmbeddedPostgreSql}, {@code CourierService}, a second service on a port of its own.
 * </ul>
 */
@NullMarked
package io.github.corio.shop;

import org.jspecify.annotations.NullMarked;
