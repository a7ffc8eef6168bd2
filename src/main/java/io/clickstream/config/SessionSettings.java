package io.clickstream.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * How sessions are made: the rules' parameters, in the symbols of the contract, and how much of
 * them is kept on the heap.
 *
 * @param gap {@code G}: events further apart than this are in different sessions
 * @param allowedLateness {@code L}
 * @param maxDuration {@code D}: no session spans more
 * @param maxEvents {@code N}: a session with as many is full
 * @param dedupWindow {@code K}: event ids that a session remembers
 * @param cacheSize bytes of heap for the sessions used last, a subtask
 */
public record SessionSettings(
    Duration gap,
    Duration allowedLateness,
    Duration maxDuration,
    int maxEvents,
    int dedupWindow,
    long cacheSize)
    implements Serializable {}
