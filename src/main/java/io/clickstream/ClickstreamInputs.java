package io.clickstream;

import io.clickstream.columns.Columns;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.SessionRange;
import io.clickstream.config.TopicSettings;
import io.clickstream.ingest.ClickDeserializer;
import io.clickstream.ingest.ClickWatermarks;
import io.clickstream.ingest.framing.FormatOfSettings;
import io.clickstream.kafka.ClickSource;
import io.clickstream.kafka.ReferenceOffsets;
import io.clickstream.kafka.ReferenceSources;
import io.clickstream.model.Ingested;
import io.clickstream.reference.ReferenceDeserializer;
import io.clickstream.reference.ReferenceRecord;
import io.clickstream.registry.SchemaFile;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of the graph. Passed in, so that a test runs the graph of production on inputs of its
 * own.
 *
 * @param clicks the click topic
 * @param clickWatermarks how it tells event time
 * @param referenceSnapshot the reference topics up to some point; ends there
 * @param referenceUpdates the reference topics from that point on
 */
public record ClickstreamInputs(
    Source<Ingested, ?, ?> clicks,
    WatermarkStrategy<Ingested> clickWatermarks,
    Source<ReferenceRecord, ?, ?> referenceSnapshot,
    Source<ReferenceRecord, ?, ?> referenceUpdates) {

  /** The clicks' partitions, and nothing else: reference data has no event time. */
  private static final String ALIGNED = "clicks";

  private static final Duration ALIGNMENT_INTERVAL = Duration.ofSeconds(1);

  /** The same for a replay, whose time passes a hundred times as fast. */
  private static final Duration REPLAY_ALIGNMENT_INTERVAL = Duration.ofMillis(100);

  private static final Duration REPLAY_MAX_DRIFT = Duration.ofMinutes(1);

  /** Where clicks wait in state for the slowest partition. */
  private static final Duration WAITING_MAX_DRIFT = Duration.ofMinutes(10);

  /** The inputs that the settings name: a range of sessions, or the topics without an end. */
  public static ClickstreamInputs of(ClickstreamSettings settings) {
    SessionRange range = settings.ingest().range();
    return range == null ? unbounded(settings) : replay(settings, range);
  }

  /**
   * The clicks of a range of sessions, and the reference data as it is now: the job ends when it
   * has read them. Event time comes in steps as small as those that a job sees which reads clicks
   * as they come, and partitions are kept together, so that hardly other clicks are late.
   */
  private static ClickstreamInputs replay(ClickstreamSettings settings, SessionRange range) {
    IngestSettings ingest = settings.ingest();
    Duration drift = ingest.maxDrift();
    return upToNow(
        settings,
        ClickSource.between(
            range.readFrom(settings.session(), ingest),
            range.stopAt(settings.session(), ingest),
            settings.kafka(),
            settings.topics(),
            ingest,
            clickDeserializer(settings)),
        ClickWatermarks.stepped(ingest.maxOutOfOrderness())
            .witnessedBy(ingest.watermarkWitnesses())
            .withWatermarkAlignment(
                ALIGNED, drift == null ? REPLAY_MAX_DRIFT : drift, REPLAY_ALIGNMENT_INTERVAL));
  }

  /** The topics of the settings, read for as long as the job runs. */
  public static ClickstreamInputs unbounded(ClickstreamSettings settings) {
    ReferenceOffsets offsets = referenceOffsets(settings);
    return new ClickstreamInputs(
        ClickSource.unbounded(
            settings.kafka(), settings.topics(), settings.ingest(), clickDeserializer(settings)),
        clickWatermarks(settings),
        referenceSnapshot(settings, offsets),
        ReferenceSources.updates(
            settings.kafka(),
            settings.topics(),
            settings.ingest(),
            offsets,
            ReferenceDeserializer.forUpdates(
                settings.topics(), settings.ingest(), settings.enrichment())));
  }

  /** How a topic of clicks that goes on tells event time. */
  public static WatermarkStrategy<Ingested> clickWatermarks(ClickstreamSettings settings) {
    IngestSettings ingest = settings.ingest();
    WatermarkStrategy<Ingested> watermarks =
        ClickWatermarks.periodic(ingest.maxOutOfOrderness(), ingest.idleTimeout())
            .witnessedBy(ingest.watermarkWitnesses());
    Duration drift = maxDrift(settings);
    return drift == null
        ? watermarks
        : watermarks.withWatermarkAlignment(ALIGNED, drift, ALIGNMENT_INTERVAL);
  }

  private static @Nullable Duration maxDrift(ClickstreamSettings settings) {
    Duration given = settings.ingest().maxDrift();
    return given == null && Columns.of(settings.session().definitions()).cuts().letWait()
        ? WAITING_MAX_DRIFT
        : given;
  }

  /**
   * The topics of the settings as they are now: the job ends when it has read them. A watermark
   * follows every click, so that one partition means the same however often it is read.
   */
  public static ClickstreamInputs bounded(ClickstreamSettings settings) {
    return upToNow(
        settings,
        ClickSource.bounded(
            settings.kafka(), settings.topics(), settings.ingest(), clickDeserializer(settings)),
        ClickWatermarks.punctuated(settings.ingest().maxOutOfOrderness())
            .witnessedBy(settings.ingest().watermarkWitnesses()));
  }

  private static ClickstreamInputs upToNow(
      ClickstreamSettings settings,
      Source<Ingested, ?, ?> clicks,
      WatermarkStrategy<Ingested> clickWatermarks) {
    ReferenceOffsets offsets = referenceOffsets(settings);
    return new ClickstreamInputs(
        clicks,
        clickWatermarks,
        referenceSnapshot(settings, offsets),
        ReferenceSources.boundedUpdates(
            settings.kafka(),
            settings.topics(),
            settings.ingest(),
            offsets,
            ReferenceDeserializer.forUpdates(
                settings.topics(), settings.ingest(), settings.enrichment())));
  }

  private static ReferenceOffsets referenceOffsets(ClickstreamSettings settings) {
    TopicSettings topics = settings.topics();
    return ReferenceOffsets.read(settings.kafka(), List.of(topics.profiles(), topics.products()));
  }

  private static Source<ReferenceRecord, ?, ?> referenceSnapshot(
      ClickstreamSettings settings, ReferenceOffsets offsets) {
    return ReferenceSources.snapshot(
        settings.kafka(),
        settings.topics(),
        settings.ingest(),
        offsets,
        ReferenceDeserializer.forSnapshot(
            settings.topics(), settings.ingest(), settings.enrichment()));
  }

  private static ClickDeserializer clickDeserializer(ClickstreamSettings settings) {
    return new ClickDeserializer(
        FormatOfSettings.of(
            settings.ingest(), Columns.of(settings.session().definitions()), SchemaFile::read),
        System::currentTimeMillis);
  }
}
