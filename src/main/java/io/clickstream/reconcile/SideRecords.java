package io.clickstream.reconcile;

import io.clickstream.kafka.Place;
import io.clickstream.model.Origin;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The records of a topic of late, rejected or repeated ones, by the places of the input records, or
 * of the clicks in these, of which they were made. Of their bytes only hashes are kept.
 */
final class SideRecords {

  /**
   * A record of the side topic.
   *
   * @param omittedKeyBytes how many its key has that were too many for the topic; null if it is
   *     there
   * @param omittedValueBytes the same of its value
   * @param latenessMs of a late one, else 0
   * @param watermark of a late one, else 0
   */
  record Side(
      int keyHash,
      int valueHash,
      @Nullable Long omittedKeyBytes,
      @Nullable Long omittedValueBytes,
      long latenessMs,
      long watermark) {

    /** Whether it has the bytes of a record, or as many were left out. */
    boolean isOf(Origin record) {
      return agrees(record.key(), keyHash, omittedKeyBytes)
          && agrees(record.value(), valueHash, omittedValueBytes);
    }

    private static boolean agrees(byte @Nullable [] bytes, int hash, @Nullable Long omitted) {
      return omitted == null
          ? hash == Arrays.hashCode(bytes)
          : bytes != null && bytes.length == omitted;
    }
  }

  private final Map<ClickPlace, Side> byPlace = new HashMap<>();

  /** Those of no topic. */
  static SideRecords none() {
    return new SideRecords();
  }

  /** Reads a side topic; what comes from another topic or from outside the input is left out. */
  static SideRecords read(TopicRange side, TopicRange input, Findings findings) {
    SideRecords records = new SideRecords();
    side.read(record -> records.add(record, input, findings));
    return records;
  }

  private void add(ConsumerRecord<byte[], byte[]> record, TopicRange input, Findings findings) {
    String where = record.topic() + " " + record.partition() + "/" + record.offset();
    Long partition = number(record, "source_partition");
    Long offset = number(record, "source_offset");
    String topic = text(record, "source_topic");
    if (partition == null || offset == null || topic == null) {
      findings.wrong("%s has no source coordinates in its headers", where);
      return;
    }
    Place place = new Place(topic, partition.intValue(), offset);
    if (!input.contains(place)) {
      return;
    }
    Long index = number(record, "source_index");
    Long lateness = number(record, "lateness_ms");
    Long watermark = number(record, "watermark");
    Side side =
        new Side(
            Arrays.hashCode(record.key()),
            Arrays.hashCode(record.value()),
            number(record, "omitted_key_bytes"),
            number(record, "omitted_value_bytes"),
            lateness == null ? 0 : lateness,
            watermark == null ? 0 : watermark);
    ClickPlace click = new ClickPlace(place, index == null ? Origin.ALONE : index.intValue());
    if (byPlace.put(click, side) != null) {
      findings.duplicated("%s is in %s twice", input.text(click), record.topic());
    }
  }

  private static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static @Nullable Long number(ConsumerRecord<byte[], byte[]> record, String name) {
    String text = text(record, name);
    try {
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The record that was made of that of an origin, or null if there is none in this topic. */
  @Nullable Side at(Origin origin) {
    return byPlace.get(ClickPlace.of(origin));
  }

  int size() {
    return byPlace.size();
  }
}
