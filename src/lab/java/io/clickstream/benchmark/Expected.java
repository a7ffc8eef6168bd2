package io.clickstream.benchmark;

/**
 * The outcome of a click topic, as its generator knows it. The clicks that only move time on at the
 * end are in {@code records} alone.
 *
 * @param records in the topic
 * @param rejected records that are no clicks
 * @param duplicates copies of other records
 * @param sums of the sessions, every click once
 * @param sumsWithCopies of the sessions of a system that counts copies as well
 */
record Expected(long records, long rejected, long duplicates, Sums sums, Sums sumsWithCopies) {}
