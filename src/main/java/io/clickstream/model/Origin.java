package io.clickstream.model;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka record that something was read from, with its bytes as they were.
 *
 * @param topic where it was read
 * @param partition where it was read
 * @param offset where it was read
 * @param key the record's key, or null if it had none
 * @param value the record's value, or null if it had none; neither array may be modified
 */
public record Origin(
    String topic, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value)
    implements Serializable {}
