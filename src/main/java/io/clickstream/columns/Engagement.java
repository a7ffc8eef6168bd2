package io.clickstream.columns;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** How engaged time is told, which {@code session.engagement} defines. */
public sealed interface Engagement extends Serializable {

  /** A definition that is right, for messages. */
  String EXAMPLE = "{pings: page_ping}";

  /**
   * Clicks say it.
   *
   * @param value milliseconds since the click before
   */
  record Milliseconds(ValueSource value) implements Engagement {

    private static final String KEY = "milliseconds";

    private static Milliseconds parse(DefinitionMap map) {
      ValueSource value = map.read(KEY, ValueSource::ofNumbers);
      for (String key : Pings.KEYS) {
        if (map.has(key)) {
          map.mistake(key + ": milliseconds tell engaged time already; remove one of the two");
        }
      }
      map.check();
      return new Milliseconds(Objects.requireNonNull(value));
    }

    @Override
    public String yaml(Function<Duration, String> durations) {
      return "{%s: %s}".formatted(KEY, value.yaml());
    }
  }

  /**
   * By signs of life.
   *
   * @param pings the clicks that are such signs
   * @param heartbeat the time between two of them, at least 1 ms
   * @param minVisit the time that a page counts at least, 0 or more
   */
  record Pings(Condition pings, Duration heartbeat, Duration minVisit) implements Engagement {

    /** The default of Snowplow's trackers. */
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(10);

    /** The default of Snowplow's trackers. */
    public static final Duration DEFAULT_MIN_VISIT = Duration.ofSeconds(5);

    private static final String KEY = "pings";
    private static final String HEARTBEAT = "heartbeat";
    private static final String MIN_VISIT = "min-visit";
    private static final List<String> KEYS = List.of(KEY, HEARTBEAT, MIN_VISIT);

    private static Pings parse(DefinitionMap map, Function<String, Duration> durations) {
      Condition pings = map.read(KEY, Pings::condition);
      Duration heartbeat = map.read(HEARTBEAT, written -> duration(written, durations));
      Duration minVisit = map.read(MIN_VISIT, written -> duration(written, durations));
      if (heartbeat != null && heartbeat.isZero()) {
        map.mistake("heartbeat: expected at least 1ms");
      }
      if (!map.has(KEY)) {
        map.mistake("it has neither pings nor milliseconds; expected one of them");
      }
      map.check();
      return new Pings(
          Objects.requireNonNull(pings),
          heartbeat == null ? DEFAULT_HEARTBEAT : heartbeat,
          minVisit == null ? DEFAULT_MIN_VISIT : minVisit);
    }

    /** A text is the type of such clicks. */
    private static Condition condition(Object written) {
      if (written instanceof Map) {
        return Condition.parse(written);
      }
      Object types = written instanceof String ? List.of(written) : written;
      return Condition.parse(Map.of(ClickField.EVENT_TYPE.name(), types));
    }

    private static Duration duration(Object written, Function<String, Duration> durations) {
      if (!(written instanceof String text)) {
        throw new IllegalArgumentException("expected a duration, such as 10s");
      }
      return durations.apply(text);
    }

    @Override
    public String yaml(Function<Duration, String> durations) {
      return "{%s: %s, %s: %s, %s: %s}"
          .formatted(
              KEY,
              pings,
              HEARTBEAT,
              durations.apply(heartbeat),
              MIN_VISIT,
              durations.apply(minVisit));
    }
  }

  /**
   * Reads a definition.
   *
   * @param written texts, lists and maps, as they are in YAML
   * @param durations reads a duration of 0 or more; it fails with an {@link
   *     IllegalArgumentException} whose message says what is wrong
   * @throws IllegalArgumentException if it is none; the message says all that is wrong
   */
  static Engagement parse(Object written, Function<String, Duration> durations) {
    DefinitionMap map = DefinitionMap.of(written, EXAMPLE);
    map.hasOnly(
        List.of(Milliseconds.KEY, Pings.KEY, Pings.HEARTBEAT, Pings.MIN_VISIT), key -> null);
    return map.has(Milliseconds.KEY) ? Milliseconds.parse(map) : Pings.parse(map, durations);
  }

  /**
   * As it is written in YAML.
   *
   * @param durations writes a duration
   */
  String yaml(Function<Duration, String> durations);
}
