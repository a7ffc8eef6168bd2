package io.clickstream.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * The rules' parameters, in the symbols of the contract.
 *
 * @param gap {@code G}: events further apart than this are in different sessions
 * @param allowedLateness {@code L}
 * @param maxDuration {@code D}: no session spans more
 * @param maxEvents {@code N}: a session with as many is full
 * @param dedupWindow {@code K}: event ids that a session remembers
 */
public record SessionSettings(
    Duration gap, Duration allowedLateness, Duration maxDuration, int maxEvents, int dedupWindow)
    implements Serializable {}
