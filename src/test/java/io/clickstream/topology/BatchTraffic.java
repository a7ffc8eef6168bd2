package io.clickstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records of several clicks for an empty topic, the same for the same seed, of which is known what
 * has to become of each click. For jobs with {@link #CLICKS_AT}, {@code ingest.framing: lines},
 * {@link #SKIP}, a gap of half an hour and a lateness of minutes.
 *
 * <p>Clicks come in rounds of ten minutes of event time, three hours apart. So a visitor has one
 * session in each round; a copy is a duplicate if it comes in the round of its original; and a
 * click of an earlier round is late, once the job has seen the round that follows.
 */
final class BatchTraffic {

  static final String CLICKS_AT = "data.batch";
  static final String SKIP = "{event_type: heartbeat}";

  private static final long ROUND_MS = Duration.ofMinutes(10).toMillis();
  private static final long APART_MS = Duration.ofHours(3).toMillis();
  private static final long FORTY_YEARS_MS = Duration.ofDays(40 * 365).toMillis();
  private static final int VISITORS = 40;

  /** 2026-01-01T00:00:00Z. */
  private static final long START = ClickTraffic.START;

  /** What a click has to become. */
  enum Fate {
    /** One of those with its id is part of a session, all others are duplicates. */
    ACCEPTED,
    LATE,
    REJECTED,
    SKIPPED
  }

  /**
   * A click that was sent.
   *
   * @param place of its record: {@code partition/offset}
   * @param index its place in the record, or null if the record is one click
   * @param about the id of one that is accepted, the reason of one that is rejected
   * @param time of one that is accepted or late
   * @param alone the value of the record that would have it alone
   */
  record Sent(
      String place,
      @Nullable Integer index,
      Fate fate,
      String about,
      long time,
      @Nullable String key,
      String alone) {

    String where() {
      return where(place, index == null ? null : index.toString());
    }

    static String where(String place, @Nullable String index) {
      return index == null ? place : "%s[%s]".formatted(place, index);
    }
  }

  /** A click in a record that is being made. */
  private record Element(Fate fate, String about, String visitor, long time, String json) {}

  /** What is known of the clicks of a visitor in one round. */
  private static final class Visit {

    private long clicks;
    private long duplicates;
    private long start = Long.MAX_VALUE;
    private long end;
  }

  /** One JSON value of a record: a click, a broken text, or an envelope with an array of clicks. */
  private record Line(boolean isArray, List<Element> elements) {

    String text() {
      return isArray ? envelope(elements) : elements.get(0).json;
    }

    String alone(int index) {
      return isArray ? envelope(List.of(elements.get(index))) : text();
    }

    private static String envelope(List<Element> elements) {
      return elements.stream()
          .map(Element::json)
          .collect(
              Collectors.joining(
                  " , ", "{\"lib\":{\"v\":7},\"data\":{\"batch\":[", "],\"n\":1},\"ok\":true}"));
    }
  }

  private final Random random;
  private final String topic;
  private final long[] nextOffsets;
  private final List<Sent> sent = new ArrayList<>();

  /** On time, in this round. */
  private final List<Element> recent = new ArrayList<>();

  /** The same of those before. */
  private final List<Element> earlier = new ArrayList<>();

  /** By visitor, in this round. */
  private final Map<String, Visit> visits = new TreeMap<>();

  private final List<String> closed = new ArrayList<>();
  private int round;
  private long serial;
  private long records;

  BatchTraffic(long seed, String topic, int partitions) {
    this.random = new Random(seed);
    this.topic = topic;
    this.nextOffsets = new long[partitions];
  }

  /** The next records of this round. */
  List<ProducerRecord<byte[], byte[]>> next(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                record(
                    random.nextInt(nextOffsets.length),
                    random.nextInt(10) > 0
                        ? List.of(line())
                        : IntStream.range(0, 2 + random.nextInt(2)).mapToObj(j -> line()).toList()))
        .toList();
  }

  /** A click of the next round in each partition, which close the sessions of this one. */
  List<ProducerRecord<byte[], byte[]>> nextRound() {
    visits.forEach(
        (visitor, visit) ->
            closed.add(
                session(visitor, visit.start, visit.end, visit.clicks, visit.duplicates)));
    visits.clear();
    earlier.addAll(recent);
    recent.clear();
    round++;
    return IntStream.range(0, nextOffsets.length)
        .mapToObj(
            partition ->
                record(
                    partition,
                    List.of(
                        new Line(
                            true, List.of(accepted("first-" + partition, start()))))))
        .toList();
  }

  /** The sessions of the rounds that are over, in no order. */
  List<String> sessions() {
    return closed;
  }

  /** A session in words. */
  static String session(String visitor, long start, long end, long clicks, long duplicates) {
    return "%s from %d to %d: %d clicks, %d duplicates"
        .formatted(visitor, start, end, clicks, duplicates);
  }

  /** All clicks that were sent. */
  List<Sent> sent() {
    return sent;
  }

  /** How many records they came in, those without clicks among them. */
  long records() {
    return records;
  }

  private long start() {
    return START + round * APART_MS;
  }

  private ProducerRecord<byte[], byte[]> record(int partition, List<Line> lines) {
    records++;
    String place = "%d/%d".formatted(partition, nextOffsets[partition]++);
    String key = random.nextBoolean() ? null : "k" + random.nextInt(100);
    int index = 0;
    for (Line line : lines) {
      for (int i = 0; i < line.elements.size(); i++) {
        Element element = line.elements.get(i);
        boolean isRecord = lines.size() == 1 && !line.isArray;
        sent.add(
            new Sent(
                place,
                isRecord ? null : index++,
                element.fate,
                element.about,
                element.time,
                key,
                line.alone(i)));
      }
    }
    return new ProducerRecord<>(
        topic,
        partition,
        key == null ? null : key.getBytes(UTF_8),
        lines.stream().map(Line::text).collect(Collectors.joining("\n")).getBytes(UTF_8));
  }

  private Line line() {
    int dice = random.nextInt(100);
    if (dice < 5) {
      return new Line(true, List.of());
    }
    if (dice < 10) {
      return new Line(
          false, List.of(rejected("MALFORMED_JSON", "{\"data\":{\"batch\":[{\"e\":\"")));
    }
    if (dice < 15) {
      return new Line(false, List.of(click()));
    }
    return new Line(
        true, IntStream.range(0, 1 + random.nextInt(8)).mapToObj(i -> element()).toList());
  }

  private Element element() {
    int dice = random.nextInt(100);
    if (dice < 12) {
      return bad();
    }
    return dice < 17
        ? unplaced(Fate.SKIPPED, "", "{\"event_type\":\"heartbeat\",\"timestamp\":{}}")
        : click();
  }

  /** On time, a copy of one of this round, or late. */
  private Element click() {
    int dice = random.nextInt(100);
    if (dice < 12 && !recent.isEmpty()) {
      Element copy = recent.get(random.nextInt(recent.size()));
      visits.get(copy.visitor).duplicates++;
      return copy;
    }
    String visitor = "v" + random.nextInt(VISITORS);
    if (dice < 24 && !earlier.isEmpty()) {
      Element copy = earlier.get(random.nextInt(earlier.size()));
      return dice < 18
          ? new Element(Fate.LATE, copy.about, copy.visitor, copy.time, copy.json)
          : placed(Fate.LATE, visitor, copy.time + 1);
    }
    Element click = accepted(visitor, start() + random.nextInt((int) ROUND_MS));
    recent.add(click);
    return click;
  }

  private Element accepted(String visitor, long time) {
    Visit visit = visits.computeIfAbsent(visitor, key -> new Visit());
    visit.clicks++;
    visit.start = Math.min(visit.start, time);
    visit.end = Math.max(visit.end, time);
    return placed(Fate.ACCEPTED, visitor, time);
  }

  private Element placed(Fate fate, String visitor, long time) {
    String id = "e" + serial++;
    return new Element(fate, id, visitor, time, json(id, visitor, time));
  }

  private static Element unplaced(Fate fate, String about, String json) {
    return new Element(fate, about, "", 0, json);
  }

  private static String json(String id, String visitor, long time) {
    return "{\"event_id\":\"%s\",\"event_type\":\"page_view\",\"timestamp\":%d,\"anonymous_id\":\"%s\"}"
        .formatted(id, time, visitor);
  }

  private Element bad() {
    String click = json("bad", "v1", start());
    return switch (random.nextInt(7)) {
      case 0 -> rejected("NOT_AN_OBJECT", "null");
      case 1 -> rejected("NOT_AN_OBJECT", "[" + click + "]");
      case 2 -> rejected("FIELD_MISSING", click.replace("event_type", "what"));
      case 3 -> rejected("FIELD_INVALID", click.replace("\"page_view\"", "{\"a\":1}"));
      case 4 -> rejected("IDENTITY_MISSING", click.replace("anonymous_id", "who"));
      case 5 -> rejected("TIMESTAMP_INVALID", json("bad", "v1", start() / 1_000));
      default -> rejected("TIMESTAMP_IN_FUTURE", json("bad", "v1", start() + FORTY_YEARS_MS));
    };
  }

  private static Element rejected(String reason, String json) {
    return unplaced(Fate.REJECTED, reason, json);
  }
}
