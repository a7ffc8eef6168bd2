package io.clickstream.config.load;

import static io.clickstream.config.SinkSettings.BUFFER_MEMORY;
import static io.clickstream.config.SinkSettings.MAX_REQUEST_SIZE;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.RecordSize;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.SessionsLike;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.util.Map;
import java.util.Set;

/** Finds definitions of sessions that are right by themselves and do not fit together. */
final class DefinitionChecks {

  // Properties of Kafka's producers that a record has to fit into.
  private static final String REQUEST = "max.request.size";
  private static final String BUFFER = "buffer.memory";

  private final GivenSettings given;
  private final Map<Setting<?>, Object> values;

  /** Whether their names are right and their own, and there are not too many. */
  private boolean makeTable = true;

  /**
   * @param values that are right, by setting
   */
  DefinitionChecks(GivenSettings given, Map<Setting<?>, Object> values) {
    this.given = given;
    this.values = values;
  }

  /** Too many of them, two of one name. */
  void checkNames() {
    checkNumber(SessionSettings.FIELDS, Definitions.MAX_FIELDS);
    checkNumber(SessionSettings.GOALS, Definitions.MAX_GOALS);
    checkTruncated();
  }

  private void checkNumber(Setting<?> group, int most) {
    Set<String> names = given.of(group).keySet();
    makeTable &= names.stream().noneMatch(name -> given.isInvalid(group.key() + "." + name));
    int found = names.size();
    if (found > most) {
      makeTable = false;
      given.problem(
          new Problem(
              group.key(),
              found + " of them",
              null,
              "at most " + most,
              "remove those that nobody reads"));
    }
  }

  /** A set publishes another column beside it. */
  @SuppressWarnings("unchecked") // Values are of the settings' types.
  private void checkTruncated() {
    Map<String, FieldDefinition> fields =
        (Map<String, FieldDefinition>) values.getOrDefault(SessionSettings.FIELDS, Map.of());
    Map<String, Given> names = given.of(SessionSettings.FIELDS);
    fields.forEach(
        (name, field) -> {
          Given taken = names.get(Definitions.truncated(name));
          if (field.how() == How.SET && taken != null) {
            makeTable = false;
            given.problem(
                taken,
                "a name of its own; %s.%s is a set, which has %s beside it"
                    .formatted(SessionSettings.FIELDS.key(), name, Definitions.truncated(name)),
                "rename one of them");
          }
        });
  }

  /** An engaged time that is to be compared with the heartbeat of pings that are not there. */
  void checkEngaged() {
    String engagement = SessionSettings.ENGAGEMENT.key();
    Given engaged = given.of(SessionSettings.ENGAGED.key());
    if (engaged != null
        && values.get(SessionSettings.ENGAGED) == Definitions.Engaged.SNOWPLOW
        && !(values.get(SessionSettings.ENGAGEMENT) instanceof Engagement.Pings)
        && !given.isInvalid(engagement)) {
      given.problem(
          engaged,
          "ga4, or pings in %s, with whose heartbeat snowplow compares".formatted(engagement),
          "set %s: %s, or this to ga4".formatted(engagement, Engagement.EXAMPLE));
    }
  }

  /** Sessions that end at midnight, nobody knows where. */
  void checkCuts() {
    Given like = given.of(SessionSettings.LIKE.key());
    String midnight = SessionSettings.CUT_MIDNIGHT.key();
    if (like != null
        && values.get(SessionSettings.LIKE) == SessionsLike.MATOMO
        && given.of(midnight) == null) {
      given.problem(
          like,
          "the site's time zone in %s: in Matomo sessions end at its midnights".formatted(midnight),
          "set %s: Europe/Berlin, for example, or to none for sessions that go on over midnight"
              .formatted(midnight));
    }
  }

  /**
   * Sessions that can be larger than any record that the job writes: one of them would fail the job
   * after every restart.
   */
  void checkSize(ClickstreamSettings settings) {
    if (!makeTable) {
      return;
    }
    long largest = RecordSize.written(Columns.of(settings.session().definitions()));
    long request = property(settings, REQUEST, MAX_REQUEST_SIZE);
    long buffer = property(settings, BUFFER, BUFFER_MEMORY);
    boolean isOfRequest = request <= buffer;
    if (largest > Math.min(request, buffer) && largest > RecordSize.BUILT_IN) {
      String limit = KafkaSettings.PROPERTIES.key() + "." + (isOfRequest ? REQUEST : BUFFER);
      given.problem(
          new Problem(
              SessionSettings.FIELDS.key(),
              "a session of up to %d bytes".formatted(largest),
              null,
              ("at most %d, by %s, since a larger one would fail the job after every restart; a set"
                      + " can have 100 texts of 1024 characters, which JSON may write with 6 bytes"
                      + " each")
                  .formatted(Math.min(request, buffer), limit),
              ("define fewer sets (distinct takes no more than a number), or set %s to %d, and no"
                      + " less for the topic's limits")
                  .formatted(limit, largest)));
    }
  }

  /** A property of Kafka's clients; one that is no number they refuse themselves. */
  private static long property(ClickstreamSettings settings, String name, long byDefault) {
    String given = settings.kafka().properties().get(name);
    try {
      return given == null ? byDefault : Long.parseLong(given.strip());
    } catch (NumberFormatException e) {
      return byDefault;
    }
  }
}
