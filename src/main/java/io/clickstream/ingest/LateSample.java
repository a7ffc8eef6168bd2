package io.clickstream.ingest;

import io.clickstream.ingest.LateCauses.Cause;
import io.clickstream.model.Visitor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which of some clicks are late, and because of which other ones, if each partition had its event
 * time for itself. A job takes the time of the slowest of all partitions, so there at most as many
 * of these clicks are late.
 *
 * <p>Memory: two numbers and the visitor of each click. Clicks of a partition are given in its
 * order.
 */
public final class LateSample {

  /** Causes that a line is made of. */
  private static final int SHOWN = 3;

  private final int witnesses;
  private final Duration maxOutOfOrderness;
  private final Duration gap;
  private final Duration allowedLateness;
  private final Map<Partition, Clicks> partitions = new LinkedHashMap<>();

  private record Partition(String topic, int number) {}

  /** The clicks of a partition. */
  private static final class Clicks {

    private long[] timestamps = new long[64];
    private long[] offsets = new long[64];
    private final List<Visitor> visitors = new ArrayList<>();
    private int count;

    void add(long offset, Visitor visitor, long timestamp) {
      if (count == timestamps.length) {
        timestamps = Arrays.copyOf(timestamps, 2 * count);
        offsets = Arrays.copyOf(offsets, 2 * count);
      }
      timestamps[count] = timestamp;
      offsets[count] = offset;
      visitors.add(visitor);
      count++;
    }
  }

  /**
   * Clicks of a partition that are late because of one click, or of some.
   *
   * @param partition less than 0 if the source has none
   * @param cause its line is an offset, or the line of a file
   * @param of how many clicks there are in the partition
   */
  public record Finding(String topic, int partition, Cause cause, long of) {}

  /**
   * Judges by the settings of a job.
   *
   * @param witnesses how many visitors event time takes
   * @param maxOutOfOrderness {@code B}
   * @param gap {@code G}
   * @param allowedLateness {@code L}
   */
  public LateSample(
      int witnesses, Duration maxOutOfOrderness, Duration gap, Duration allowedLateness) {
    this.witnesses = witnesses;
    this.maxOutOfOrderness = maxOutOfOrderness;
    this.gap = gap;
    this.allowedLateness = allowedLateness;
  }

  /**
   * Takes a click.
   *
   * @param partition less than 0 if its source has none, such as a file
   * @param offset of its record, or the line of a file
   * @param timestamp its time, epoch ms
   */
  public void add(String topic, int partition, long offset, Visitor visitor, long timestamp) {
    partitions
        .computeIfAbsent(new Partition(topic, partition), key -> new Clicks())
        .add(offset, visitor, timestamp);
  }

  /** The causes of late clicks in each partition, in order of how many clicks they made late. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    partitions.forEach(
        (partition, clicks) -> {
          for (Cause cause : causes(clicks).causes()) {
            findings.add(new Finding(partition.topic, partition.number, cause, clicks.count));
          }
        });
    findings.sort(
        Comparator.comparingLong((Finding finding) -> finding.cause.late())
            .reversed()
            .thenComparing(Finding::topic)
            .thenComparingInt(Finding::partition));
    return findings;
  }

  /** Clicks that are late, whatever made them late. */
  public long late() {
    return partitions.values().stream().mapToLong(clicks -> causes(clicks).late()).sum();
  }

  private LateCauses causes(Clicks clicks) {
    LateCauses causes = new LateCauses(witnesses, maxOutOfOrderness, gap, allowedLateness);
    long behind = maxOutOfOrderness.toMillis() + 1;
    long reach = gap.toMillis() + allowedLateness.toMillis();
    Witnesses newest = new Witnesses(witnesses);
    for (int i = 0; i < clicks.count; i++) {
      long timestamp = clicks.timestamps[i];
      if (newest.time() != Witnesses.NONE && timestamp <= newest.time() - behind - reach) {
        causes.addLate(timestamp, newest.time() - behind);
      }
      newest.add(clicks.visitors.get(i), timestamp);
    }
    for (int i = 0; i < clicks.count; i++) {
      causes.addRead(0, clicks.offsets[i], clicks.visitors.get(i), clicks.timestamps[i]);
    }
    return causes;
  }

  /** Lines for people; none if no click is late. */
  public List<String> lines() {
    long late = late();
    if (late == 0) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add("Clicks that are late by the event time of their own partition: " + number(late));
    List<Finding> findings = findings();
    for (Finding finding : findings.subList(0, Math.min(SHOWN, findings.size()))) {
      Cause cause = finding.cause;
      late -= cause.late();
      lines.add(
          "  %s of %s in %s because of %s at %s (%s %d)%s"
              .formatted(
                  number(cause.late()),
                  number(finding.of),
                  finding.partition < 0 ? finding.topic : finding.topic + "-" + finding.partition,
                  cause.clicks() == 1 ? "one click" : number(cause.clicks()) + " clicks, the first",
                  Instant.ofEpochMilli(cause.timestamp()),
                  finding.partition < 0 ? "line" : "offset",
                  cause.line(),
                  cause.aheadMs() < 0
                      ? ", where the sample of the partition begins"
                      : ", " + shown(Duration.ofMillis(cause.aheadMs())) + " ahead of all before"));
    }
    if (late > 0) {
      lines.add("  others: " + number(late) + "; the records are not in order of time");
    }
    return lines;
  }

  /** The two largest units of a duration. */
  public static String shown(Duration duration) {
    long[] amounts = {
      duration.toDays(), duration.toHoursPart(), duration.toMinutesPart(), duration.toSecondsPart()
    };
    String[] units = {" d", " h", " min", " s"};
    int first = 0;
    while (first < units.length - 1 && amounts[first] == 0) {
      first++;
    }
    String text = amounts[first] + units[first];
    int next = first + 1;
    return next < units.length && amounts[next] > 0
        ? text + " " + amounts[next] + units[next]
        : text;
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
