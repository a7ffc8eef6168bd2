package io.clickstream.benchmark;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** R1 and its variants. */
enum Workload {
  /** 200 000 visitors, the popular ones more often, a tenth of them active at a time. */
  R1,
  /** One click in a hundred comes up to ten minutes late. */
  R1_LATE,
  /** One record in a hundred is the copy of another. */
  R1_DUP,
  /** One record in a thousand is no click. */
  R1_BAD,
  /** One visitor sends one click in twenty. */
  R1_HOT,
  /** A million visitors, all equally likely at any time and nearly all with an open session. */
  R1_WIDE,
  /**
   * A million visitors as in {@link #R1_WIDE}, and after nine tenths of the clicks nothing for
   * three hours: the next click closes all their sessions at once.
   */
  R1_NIGHT,
  /** The clicks of R1 as calls of Segment's spec, one a record. */
  R1_SEGMENT(Encoding.SEGMENT),
  /** The clicks of R1 in batches of fifty. */
  R1_BATCH(Encoding.BATCH),
  /** The clicks of R1 as bare Avro. */
  R1_AVRO(Encoding.AVRO),
  /** R1 with eight fields and two goals of one's own. */
  R1_FIELDS(Encoding.PLAIN_WITH_FIELDS),
  /** R1 with 32 fields and eight goals of one's own. */
  R1_MANY_FIELDS(Encoding.PLAIN_WITH_MANY_FIELDS),
  /** R1 with all cuts; only our job makes the sessions that are expected. */
  R1_CUTS(Encoding.PLAIN_WITH_CUTS);

  private final Encoding encoding;

  Workload() {
    this(Encoding.PLAIN);
  }

  Workload(Encoding encoding) {
    this.encoding = encoding;
  }

  /** The form of its records. */
  Encoding encoding() {
    return encoding;
  }

  /** As the command line and the figures have it: {@code R1-late}. */
  String text() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How many visitors it is about if nothing else is asked for. */
  int visitors() {
    return this == R1_WIDE || this == R1_NIGHT ? 1_000_000 : 200_000;
  }

  /**
   * The workload of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Workload of(String text) {
    return Arrays.stream(values())
        .filter(workload -> workload.text().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected one of "
                        + Arrays.stream(values())
                            .map(Workload::text)
                            .collect(Collectors.joining(", "))));
  }
}
