package io.clickstream.columns;

import java.io.Serializable;

/**
 * A condition that a click can fulfil.
 *
 * @param condition as it is written in YAML; state knows it by this
 * @param index where {@link io.clickstream.model.ClickMarks} has it
 */
public record Mark(String condition, int index) implements Serializable {}
