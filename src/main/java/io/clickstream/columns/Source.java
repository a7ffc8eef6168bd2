package io.clickstream.columns;

import java.io.Serializable;

/**
 * The value of a click that a column is made of.
 *
 * @param name our name for it: that of {@code ingest.fields.<name>}
 * @param index where {@link io.clickstream.model.ClickTexts} has it
 */
public record Source(String name, int index) implements Serializable {}
