package io.clickstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.MissingWords;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.enrich.SessionEnricher;
import io.clickstream.ingest.ClickDeserializer;
import io.clickstream.ingest.ClickWatermarks;
import io.clickstream.ingest.framing.FormatOfSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Enrichment;
import io.clickstream.model.Ingested;
import io.clickstream.model.LateClick;
import io.clickstream.model.Origin;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputRecord.Header;
import io.clickstream.model.Product;
import io.clickstream.model.Rejection;
import io.clickstream.model.Session;
import io.clickstream.model.UserProfile;
import io.clickstream.model.Visitor;
import io.clickstream.output.DuplicateFormat;
import io.clickstream.output.LateFormat;
import io.clickstream.output.RejectionFormat;
import io.clickstream.output.SessionFormat;
import io.clickstream.reference.ReferenceFormat;
import io.clickstream.reference.ReferenceRecord;
import io.clickstream.reference.ReferenceUpdate;
import io.clickstream.reference.ReferenceUpdate.Kind;
import io.clickstream.registry.SchemaFile;
import io.clickstream.session.SessionRules;
import io.clickstream.session.VisitorSessions;
import io.clickstream.session.operator.ClickBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.Collector;
import org.apache.flink.util.clock.RelativeClock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way through all rooms of the job, in one thread and without Kafka and Flink:
 * read as a settings file says, each with a watermark behind it as in a replay, made sessions,
 * enriched, and written. JSON and YAML are given with single quotes.
 */
final class WholeWay {

  /** The wall clock, and the time at which Kafka got a record unless it is said. */
  static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ClickstreamSettings settings;
  private final ClickDeserializer reader;
  private final WatermarkGenerator<Ingested> watermarks;
  private final SessionRules rules;
  private final SessionFormat format = new SessionFormat(Columns.BUILT_IN);
  private final ClickFields fields = ClickFields.of(Columns.BUILT_IN);

  private final Map<Visitor, VisitorSessions> visitors = new LinkedHashMap<>();
  private final Map<String, UserProfile> profiles = new HashMap<>();
  private final Map<String, Product> products = new HashMap<>();
  private long watermark = Long.MIN_VALUE;
  private long horizon = Long.MIN_VALUE;

  private final List<OutputRecord> rejected = new ArrayList<>();
  private final List<OutputRecord> late = new ArrayList<>();
  private final List<OutputRecord> duplicates = new ArrayList<>();
  private int skipped;
  private final Map<String, Integer> problems = new TreeMap<>();
  private final List<JsonNode> written = new ArrayList<>();

  private WholeWay(ClickstreamSettings settings) {
    this.settings = settings;
    reader =
        new ClickDeserializer(
            FormatOfSettings.of(
                settings.ingest(), Columns.of(settings.session().definitions()), SchemaFile::read),
            NOW::toEpochMilli);
    watermarks =
        ClickWatermarks.punctuated(settings.ingest().maxOutOfOrderness())
            .witnessedBy(settings.ingest().watermarkWitnesses())
            .createWatermarkGenerator(new NoContext());
    rules =
        new SessionRules(
            Columns.of(settings.session().definitions()),
            settings.session(),
            null,
            new ClickBytes());
    rules.listen(
        new SessionRules.Listener() {
          @Override
          public void taken(Click click, SessionRules.Outcome outcome) {
            keep(click, outcome);
          }

          @Override
          public void unmarked() {
            throw new AssertionError("expected room for all clicks that wait");
          }
        });
  }

  /**
   * A job with these settings in its file, and the rest by default.
   *
   * @param directory for the file
   */
  static WholeWay of(Path directory, String yaml) throws IOException {
    Path file = Files.createTempFile(directory, "clickstream", ".yaml");
    Files.writeString(file, yaml);
    return new WholeWay(
        SettingsReader.read(
                Invocation.of(
                    "--config",
                    file.toString(),
                    "--kafka.bootstrap-servers",
                    "broker:9092",
                    "--sink.transactional-id-prefix",
                    "shop"),
                Map.of())
            .settings());
  }

  // ---------------------------------------------------------------------------------- in

  /** Records of the topic of clicks, received {@link #NOW}. */
  WholeWay read(String... records) {
    for (String record : records) {
      read(json(record), NOW);
    }
    return this;
  }

  /** A record of the topic of clicks, byte for byte. */
  WholeWay read(byte[] record, Instant received) {
    reader.deserialize(
        new ConsumerRecord<>(
            settings.topics().clicks().get(0),
            0,
            0,
            received.toEpochMilli(),
            TimestampType.CREATE_TIME,
            -1,
            record.length,
            null,
            record,
            new RecordHeaders(),
            Optional.empty()),
        new Taken());
    return this;
  }

  /** A record of a topic of reference data; null is no key, or no value. */
  WholeWay follow(Kind kind, @Nullable String key, @Nullable String value) {
    ReferenceFormat references =
        new ReferenceFormat(
            settings.enrichment(),
            MissingWords.of(settings.ingest().missing()),
            settings.ingest().maxRecordSize());
    ReferenceRecord record =
        references.read(
            kind,
            new Origin(
                "reference",
                0,
                0,
                key == null ? null : json(key),
                value == null ? null : json(value)),
            false);
    ReferenceUpdate update = record.update();
    if (update == null) {
      rejected.add(RejectionFormat.format(Objects.requireNonNull(record.rejection())));
    } else if (kind == Kind.PROFILE) {
      profiles.compute(update.id(), (id, before) -> update.profile());
    } else {
      products.compute(update.id(), (id, before) -> update.product());
    }
    return this;
  }

  static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(UTF_8);
  }

  private final class Taken implements Collector<Ingested> {

    @Override
    public void collect(Ingested ingested) {
      for (int field : ingested.problems()) {
        problems.merge(fields.all().get(field).name(), 1, Integer::sum);
      }
      Rejection rejection = ingested.rejection();
      if (rejection != null) {
        rejected.add(RejectionFormat.format(rejection));
      }
      Click click = ingested.click();
      if (click != null) {
        sessionize(click);
        watermarks.onEvent(ingested, click.timestamp(), new EventTime());
      }
    }

    @Override
    public void close() {}
  }

  // ------------------------------------------------------------------------------ sessions

  private void sessionize(Click click) {
    VisitorSessions sessions =
        visitors.computeIfAbsent(click.visitor(), visitor -> new VisitorSessions());
    keep(click, rules.accept(sessions, click, watermark, horizon));
  }

  private void keep(Click click, SessionRules.Outcome outcome) {
    switch (outcome) {
      case ACCEPTED, WAITING -> {}
      case SKIPPED -> skipped++;
      case DUPLICATE -> {
        if (settings.topics().duplicates() != null) {
          duplicates.add(DuplicateFormat.format(click));
        }
      }
      case LATE ->
          late.add(
              LateFormat.format(new LateClick(click, watermark - click.timestamp(), watermark)));
    }
  }

  private void advance(long next) {
    if (next <= watermark) {
      return;
    }
    watermark = next;
    rules.reach(watermark);
    horizon = rules.horizon(horizon, watermark);
    visitors.forEach(
        (visitor, sessions) -> rules.advance(visitor, sessions, watermark, horizon, this::write));
  }

  private void write(Session session) {
    Enrichment enrichment =
        session.values() == null
            ? null
            : SessionEnricher.enrich(session.values(), profiles::get, products::get);
    OutputRecord record =
        format.format(
            new EnrichedSession(
                session, enrichment, session.revision(), NOW.toEpochMilli(), OutputRecord.NOT_DUE));
    try {
      written.add(JSON.readTree(text(record)));
    } catch (JsonProcessingException e) {
      throw new AssertionError("expected JSON in the topic of sessions", e);
    }
  }

  private final class EventTime implements WatermarkOutput {

    @Override
    public void emitWatermark(Watermark next) {
      advance(next.getTimestamp());
    }

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}
  }

  /** Punctuated watermarks measure nothing and ask for no clock. */
  private static final class NoContext implements WatermarkGeneratorSupplier.Context {

    @Override
    public MetricGroup getMetricGroup() {
      throw new IllegalStateException("nothing is measured");
    }

    @Override
    public RelativeClock getInputActivityClock() {
      throw new IllegalStateException("nothing becomes idle");
    }
  }

  // --------------------------------------------------------------------------------- out

  /**
   * Ends the input, and shows the latest revision of each session that is not retracted, in the
   * order of their starts, then of their visitors.
   *
   * @param names of fields of the record; their values are joined by spaces
   */
  List<String> sessions(String... names) {
    advance(Long.MAX_VALUE);
    Map<String, JsonNode> latest = new HashMap<>();
    for (JsonNode record : written) {
      latest.merge(
          record.get("session_id").textValue(),
          record,
          (one, other) ->
              one.get("revision").longValue() > other.get("revision").longValue() ? one : other);
    }
    return latest.values().stream()
        .filter(session -> !session.get("is_deleted").booleanValue())
        .sorted(
            Comparator.comparingLong((JsonNode session) -> session.get("session_start").longValue())
                .thenComparing(session -> session.get("visitor_id").textValue()))
        .map(
            session ->
                Arrays.stream(names)
                    .map(name -> shown(Objects.requireNonNull(session.get(name), name)))
                    .collect(Collectors.joining(" ")))
        .toList();
  }

  private static String shown(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString().replace('"', '\'');
  }

  /** Reason and detail of each record that was rejected. */
  List<String> rejected() {
    return rejected.stream()
        .map(
            record ->
                record.headers().stream()
                    .filter(header -> List.of("reason", "detail").contains(header.name()))
                    .map(Header::value)
                    .collect(Collectors.joining(": ")))
        .toList();
  }

  /** The late clicks as they are written. */
  List<String> late() {
    return late.stream().map(WholeWay::text).toList();
  }

  /** The duplicates as they are written, where that is set. */
  List<String> duplicates() {
    return duplicates.stream().map(WholeWay::text).toList();
  }

  /** Passive clicks that found no session. */
  int skipped() {
    return skipped;
  }

  /** How often each field could not be read as it was. */
  Map<String, Integer> problems() {
    return problems;
  }

  private static String text(OutputRecord record) {
    return new String(Objects.requireNonNull(record.value()), UTF_8);
  }
}
