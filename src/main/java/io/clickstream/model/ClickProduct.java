package io.clickstream.model;

import java.io.Serializable;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One product of a click that has a list of them.
 *
 * @param id the product's id, never blank
 * @param quantity pieces, 1 unless given
 * @param price of one piece, or null
 */
public record ClickProduct(String id, long quantity, @Nullable BigDecimal price)
    implements Serializable {}
