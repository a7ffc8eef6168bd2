package io.clickstream.model;

/**
 * A record that could not become a click or a piece of reference data.
 *
 * @param reason the kind of problem
 * @param detail the field and its problem; never any of the payload
 * @param origin the record with its original bytes
 */
public record Rejection(RejectionReason reason, String detail, Origin origin) {}
