package io.clickstream.config;

/** All settings of the job, validated. */
public record ClickstreamSettings(
    KafkaSettings kafka,
    TopicSettings topics,
    IngestSettings ingest,
    SessionSettings session,
    EnrichmentSettings enrichment,
    SinkSettings sink) {}
