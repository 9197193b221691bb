package io.github.corio.benchmarks;

import java.util.Map;

/**
 * A row with its numbers; NaN for what failed.
 *
 * @param row the row
 * @param corio by the kinds of fiber that were measured, in their order
 * @param peers by the names of the peers that were measured, in their order
 */
record Measured(Row row, Map<Flavour, Double> corio, Map<String, Double> peers) {
    /** A number as users see it. */
    String text(double value) {
        return Double.isNaN(value) ? "failed" : row.unit().text(value);
    }
}
