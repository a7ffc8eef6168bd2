package io.clickstream.config;

import java.io.Serializable;

/** The names of the topics. */
public record TopicSettings(
    String clicks,
    String sessions,
    String late,
    String rejected,
    String rejectedSessions,
    String profiles,
    String products)
    implements Serializable {}
