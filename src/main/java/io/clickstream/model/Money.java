package io.clickstream.model;

import java.math.BigDecimal;

/** An exact amount in one currency. */
public record Money(String currency, BigDecimal amount) {}
