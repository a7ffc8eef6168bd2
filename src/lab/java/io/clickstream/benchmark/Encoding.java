package io.clickstream.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The form of a workload's records, and the settings by which our job reads it. */
public enum Encoding {
  /** A JSON object a click, under our names. */
  PLAIN,
  /** A call of Segment's spec a click. */
  SEGMENT,
  /** Fifty plain clicks in the array of an object. */
  BATCH,
  /** A record of Avro a click, without a frame. */
  AVRO,
  /** As {@link #PLAIN}, with eight fields and two goals. */
  PLAIN_WITH_FIELDS,
  /** As {@link #PLAIN}, with 32 fields and eight goals. */
  PLAIN_WITH_MANY_FIELDS,
  /** As {@link #PLAIN}, with all cuts. */
  PLAIN_WITH_CUTS;

  private static final String SCHEMA_FILE = "click.avsc";

  /** Writes the files that the {@link #settings} name. */
  void prepare(Path directory) throws IOException {
    if (this == AVRO) {
      Files.writeString(directory.resolve(SCHEMA_FILE), R1Avro.SCHEMA);
    }
  }

  /** The settings of our job that the records need. */
  Map<String, String> settings(Path directory) {
    return switch (this) {
      case PLAIN -> Map.of();
      case PLAIN_WITH_FIELDS -> R1Definitions.some();
      case PLAIN_WITH_MANY_FIELDS -> R1Definitions.many();
      case PLAIN_WITH_CUTS -> R1Cuts.settings();
      case SEGMENT -> Map.of("ingest.format", "segment");
      case BATCH -> Map.of("ingest.clicks-at", R1Batches.ARRAY);
      case AVRO ->
          Map.of(
              "ingest.format",
              "avro",
              "ingest.schema-file",
              directory.resolve(SCHEMA_FILE).toString());
    };
  }

  /** Writes plain records of R1 in this form to a topic; {@link Encoded#end} writes the rest. */
  Encoded to(R1Clicks.Output output) {
    return switch (this) {
      case PLAIN, PLAIN_WITH_FIELDS, PLAIN_WITH_MANY_FIELDS, PLAIN_WITH_CUTS -> new Encoded(output);
      case SEGMENT -> new Encoded(each(output, new R1Segment()::record));
      case AVRO -> new Encoded(each(output, new R1Avro()::record));
      case BATCH -> new R1Batches(output);
    };
  }

  private interface Conversion {

    byte[] of(byte[] plain) throws IOException;
  }

  private static R1Clicks.Output each(R1Clicks.Output output, Conversion conversion) {
    return (partition, key, value) -> output.record(partition, key, conversion.of(value));
  }

  /** Takes plain records, and writes them in their form. */
  static class Encoded implements R1Clicks.Output {

    private final R1Clicks.Output output;

    Encoded(R1Clicks.Output output) {
      this.output = output;
    }

    @Override
    public void record(int partition, byte[] key, byte[] value) throws IOException {
      output.record(partition, key, value);
    }

    /** Writes all that is not written yet; there are no more records. */
    void end() throws IOException {}
  }
}
