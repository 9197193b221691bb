package io.github.corio.shop;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Positive;

/** What a customer asks for. */
record NewOrder(@Positive int product, @Positive @Max(100) int units) {}
