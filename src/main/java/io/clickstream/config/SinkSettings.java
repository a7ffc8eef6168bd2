package io.clickstream.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * How records are written.
 *
 * @param transactionalIdPrefix names this job's transactions on the brokers; no other job's may be
 *     the same
 * @param transactionTimeout after which the broker aborts a transaction that nobody finished
 * @param onLostTransaction what happens when it did so, and the records are gone
 * @param restoredTransactions what happens to those of another prefix in a restored state
 * @param generation the high part of every revision: what a later generation writes of a session
 *     outranks what earlier ones wrote
 */
public record SinkSettings(
    String transactionalIdPrefix,
    Duration transactionTimeout,
    OnLostTransaction onLostTransaction,
    RestoredTransactions restoredTransactions,
    int generation)
    implements Serializable {}
