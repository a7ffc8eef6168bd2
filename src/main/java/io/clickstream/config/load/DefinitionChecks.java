package io.clickstream.config.load;

import io.clickstream.columns.Definitions;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.util.Map;

/** Finds definitions of sessions that are right by themselves and do not fit together. */
final class DefinitionChecks {

  private final GivenSettings given;
  private final Map<Setting<?>, Object> values;

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
    int found = given.of(group).size();
    if (found > most) {
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
          "set %s: %s, or remove this".formatted(engagement, Engagement.EXAMPLE));
    }
  }
}
