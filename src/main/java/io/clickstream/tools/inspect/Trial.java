package io.clickstream.tools.inspect;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.ClickDeserializer;
import io.clickstream.ingest.LateSample;
import io.clickstream.ingest.MappingDiagnosis;
import io.clickstream.ingest.RejectionCounts;
import io.clickstream.ingest.WallClock;
import io.clickstream.ingest.framing.FormatOfSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.Rejection;
import io.clickstream.registry.SchemaFile;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads a sample as a job with some settings would, and counts what it finds. */
final class Trial {

  private final String name;
  private final ClickstreamSettings settings;
  private final boolean isFile;
  private final Columns columns;
  private final ClickFields fields;
  private final MappingDiagnosis mapping;
  private final RejectionCounts rejected = new RejectionCounts();
  private final SortedMap<String, Long> fieldProblems = new TreeMap<>();
  private final LateSample late;
  private long known;

  private Trial(String name, ClickstreamSettings settings, boolean isFile) {
    this.name = name;
    this.settings = settings;
    this.isFile = isFile;
    this.columns = Columns.of(settings.session().definitions());
    this.fields = ClickFields.of(columns);
    this.mapping = new MappingDiagnosis(settings.ingest(), columns);
    this.late =
        new LateSample(
            settings.ingest().watermarkWitnesses(),
            settings.ingest().maxOutOfOrderness(),
            settings.session().gap(),
            settings.session().allowedLateness());
  }

  /**
   * Reads all records of a sample.
   *
   * @param name of the format, or what else the settings are
   * @throws IllegalArgumentException if the settings contradict themselves
   */
  static Trial of(String name, ClickstreamSettings settings, Sample sample) {
    Trial trial = new Trial(name, settings, sample.isFile());
    IngestSettings ingest = settings.ingest();
    ClickDeserializer deserializer =
        new ClickDeserializer(
            FormatOfSettings.of(ingest, trial.columns, SchemaFile::read), WallClock.system());
    for (ConsumerRecord<byte[], byte[]> record : sample.records()) {
      deserializer.deserialize(record, trial.new Counted());
    }
    trial.fieldProblems.forEach(trial.mapping::addUnreadable);
    return trial;
  }

  private final class Counted implements Collector<Ingested> {

    @Override
    public void collect(Ingested ingested) {
      add(ingested);
    }

    @Override
    public void close() {
      // Nothing is held open.
    }
  }

  private void add(Ingested ingested) {
    mapping.add(ingested);
    Click click = ingested.click();
    if (click != null) {
      known += click.kind() == EventKind.OTHER ? 0 : 1;
      late.add(
          click.origin().topic(),
          isFile ? -1 : click.origin().partition(),
          click.origin().offset(),
          click.visitor(),
          click.timestamp());
      for (int field : ingested.problems()) {
        fieldProblems.merge(fields.all().get(field).name(), 1L, Long::sum);
      }
    }
    Rejection rejection = ingested.rejection();
    if (rejection != null) {
      rejected.add(rejection.reason().name(), rejection.detail());
    }
  }

  /** Of the format, or what else the settings are. */
  String name() {
    return name;
  }

  ClickstreamSettings settings() {
    return settings;
  }

  MappingDiagnosis mapping() {
    return mapping;
  }

  RejectionCounts rejected() {
    return rejected;
  }

  /** By our name for a field: clicks in which it could not be read. */
  SortedMap<String, Long> fieldProblems() {
    return fieldProblems;
  }

  LateSample late() {
    return late;
  }

  long clicks() {
    return mapping.clicks();
  }

  /** Clicks whose type is one of ours. */
  long known() {
    return known;
  }

  /** Clicks of those that are clicks or rejected, from 0 to 1. */
  double shareOfClicks() {
    return share(clicks(), clicks() + rejected.total());
  }

  /** Our fields that some click has. */
  int fieldsFound() {
    return mapping.fieldsFound();
  }

  /** Our fields that are looked for. */
  int fields() {
    return (int) fields.all().stream().filter(ClickField::isRead).count();
  }

  /**
   * How well the settings fit, from 0 to 1: above all by how many records become clicks; among
   * settings of which all do, by the types and the fields that they find.
   */
  double score() {
    return shareOfClicks()
        * (0.7 + 0.2 * share(known, clicks()) + 0.1 * share(fieldsFound(), fields()));
  }

  private static double share(long part, long all) {
    return all == 0 ? 0 : (double) part / all;
  }
}
