package io.clickstream.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All settings of the job, validated. */
public record ClickstreamSettings(
    KafkaSettings kafka,
    TopicSettings topics,
    IngestSettings ingest,
    SessionSettings session,
    EnrichmentSettings enrichment,
    SinkSettings sink) {

  /** The settings when nothing is given; required texts are empty. */
  public static ClickstreamSettings defaults() {
    return of(Map.of());
  }

  /**
   * The settings of some values, which have been read by their kinds.
   *
   * @param values by setting; those of other records do no harm
   */
  public static ClickstreamSettings of(Map<Setting<?>, Object> values) {
    return new ClickstreamSettings(
        KafkaSettings.SECTION.of(values),
        TopicSettings.SECTION.of(values),
        IngestSettings.SECTION.of(values),
        SessionSettings.SECTION.of(values),
        EnrichmentSettings.SECTION.of(values),
        SinkSettings.SECTION.of(values));
  }

  /**
   * The same with another value.
   *
   * @throws IllegalArgumentException if the value is not right, or the setting the loader's
   */
  public <T> ClickstreamSettings with(Setting<T> setting, @Nullable T value) {
    if (ClickHouseSettings.SECTION.declares(setting)) {
      throw new IllegalArgumentException(setting + " is no setting of this job");
    }
    return new ClickstreamSettings(
        changed(KafkaSettings.SECTION, kafka, setting, value),
        changed(TopicSettings.SECTION, topics, setting, value),
        changed(IngestSettings.SECTION, ingest, setting, value),
        changed(SessionSettings.SECTION, session, setting, value),
        changed(EnrichmentSettings.SECTION, enrichment, setting, value),
        changed(SinkSettings.SECTION, sink, setting, value));
  }

  private static <R extends Record, T> R changed(
      Section<R> section, R record, Setting<T> setting, @Nullable T value) {
    return section.declares(setting) ? section.with(record, setting, value) : record;
  }

  /** The same with other brokers. */
  public ClickstreamSettings with(KafkaSettings other) {
    return new ClickstreamSettings(other, topics, ingest, session, enrichment, sink);
  }

  /** The same with other topics. */
  public ClickstreamSettings with(TopicSettings other) {
    return new ClickstreamSettings(kafka, other, ingest, session, enrichment, sink);
  }
}
