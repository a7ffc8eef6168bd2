package io.clickstream.ingest;

import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.wire.IngestTypes;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the clicks of every record, or rejects it, whatever its bytes.
 *
 * <p>Parsing is done in the source, because only there watermarks are generated per partition, and
 * they need the times that only parsing finds.
 *
 * <p>The first problem of each field is named in the log of the subtask. It may come with every
 * click, so the others are only counted.
 */
public final class ClickDeserializer implements KafkaRecordDeserializationSchema<Ingested> {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ClickDeserializer.class);

  private final ClickFormat format;
  private final WallClock clock;

  /** The indices of the fields whose problem the log has named. */
  private transient @Nullable BitSet named;

  private transient @Nullable Output output;

  public ClickDeserializer(ClickFormat format, WallClock clock) {
    this.format = format;
    this.clock = clock;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Ingested> out) {
    Output current = output;
    if (current == null) {
      current = new Output();
      output = current;
    }
    current.out = out;
    Origin origin = origin(record, format.needsReceivedAt());
    format.parse(origin, record.timestamp(), clock.now(), current);
  }

  /** Passes on what is read; one for all records, as it is used for each. */
  private final class Output implements Consumer<Ingested> {

    private @Nullable Collector<Ingested> out;

    @Override
    public void accept(Ingested ingested) {
      if (!ingested.problems().isEmpty()) {
        nameProblems(ingested.problems());
      }
      Objects.requireNonNull(out).collect(ingested);
    }
  }

  /**
   * A record as it was read.
   *
   * @param needsReceivedAt whether it matters when it was received; if not, that is not known
   */
  public static Origin origin(ConsumerRecord<byte[], byte[]> record, boolean needsReceivedAt) {
    Header header = needsReceivedAt ? record.headers().lastHeader(Origin.RECEIVED_AT) : null;
    return new Origin(
        record.topic(),
        record.partition(),
        record.offset(),
        record.key(),
        record.value(),
        needsReceivedAt
            ? ReceivedAt.of(header == null ? null : header.value(), record.timestamp())
            : Origin.UNKNOWN);
  }

  private void nameProblems(List<Integer> problems) {
    BitSet before = named;
    if (before == null) {
      before = new BitSet();
      named = before;
    }
    if (problems.stream().allMatch(before::get)) {
      return;
    }
    for (FieldProblem problem : format.problems()) {
      int field = problem.field().index();
      if (!before.get(field)) {
        before.set(field);
        LOG.warn(
            "A field cannot be read, so its clicks count without it or with a mended text; further"
                + " ones are only counted, as field-problems: field={} expected={} found={}",
            problem.label(),
            problem.expected(),
            problem.found());
      }
    }
  }

  @Override
  public TypeInformation<Ingested> getProducedType() {
    return IngestTypes.INGESTED;
  }
}
