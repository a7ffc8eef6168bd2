package io.clickstream.config;

import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.GoalDefinition;
import io.clickstream.columns.ValueSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of values that define what sessions have beyond the fields that all have. */
final class DefinitionKinds {

  /** Names of fields and goals: JSON, SQL and variables can write them as they are. */
  static final Kind<String> NAME = name();

  /** A field of sessions. */
  static final Kind<FieldDefinition> FIELD =
      Kind.tree(
              "field",
              "one aggregate (first, last, min, max, sum, set or distinct with a field of ours, a"
                  + " path or a list of paths; count or any with a condition), with where, a"
                  + " condition for the former, and type, which is text, number or boolean for"
                  + " first and last",
              ReadingKinds.saying(FieldDefinition::parse),
              "it is no map such as " + FieldDefinition.EXAMPLE,
              "properties.plan",
              FieldDefinition::yaml)
          .suchAs(
              FieldDefinition.EXAMPLE,
              "{first: [userPlan, traits.plan], type: number}",
              "{last: '\"user_id\"', type: boolean, where: {event_type: login}}",
              "{sum: properties.quantity, where: {event_type: add_to_cart}}",
              "{max: price}",
              "{count: {event_type: error}}",
              "{any: {page_url: {starts-with: 'https://shop.example/pricing'}}}",
              "{set: properties.experiment}",
              "{distinct: product_id}");

  /** A goal of sessions. */
  static final Kind<GoalDefinition> GOAL =
      Kind.tree(
              "goal",
              "a condition (where) and, if wanted, value, currency and once-per, each a field of"
                  + " ours, a path or a list of paths",
              ReadingKinds.saying(GoalDefinition::parse),
              "it is no map such as " + GoalDefinition.EXAMPLE,
              "signup_completed",
              GoalDefinition::yaml)
          .suchAs(
              GoalDefinition.EXAMPLE,
              "{where: {event_type: purchase}, value: properties.total,"
                  + " currency: properties.currency, once-per: order_id}");

  /** Values of which another one ends a session. */
  static final Kind<List<ValueSource>> VALUES =
      Kind.tree(
              "values",
              "a field of ours or a path, or a list of at most %d of them"
                  .formatted(CutDefinitions.MAX_VALUES),
              ReadingKinds.saying(DefinitionKinds::values),
              "the list is empty",
              "[]",
              DefinitionKinds::yaml)
          .suchAs("context.sessionId", "[context.sessionId, app_id]", "['\"user_id\"']");

  private static final Kind<Duration> DURATION = Kinds.duration(Duration.ZERO, Duration.ofHours(1));

  /** How engaged time is told. */
  static final Kind<Engagement> ENGAGEMENT =
      Kind.tree(
              "engagement",
              "milliseconds (a field of ours, a path or a list of paths), or pings (an event type,"
                  + " a list of them, or a condition) with heartbeat and min-visit",
              ReadingKinds.saying(written -> Engagement.parse(written, DefinitionKinds::duration)),
              "it is no map such as " + Engagement.EXAMPLE,
              "page_ping",
              engagement -> engagement.yaml(Kinds::written))
          .suchAs(
              "{milliseconds: properties.engagement_time_msec}",
              Engagement.EXAMPLE,
              "{pings: {type: [ping, heartbeat]}, heartbeat: 15s, min-visit: 500ms}");

  private DefinitionKinds() {}

  private static Kind<String> name() {
    Pattern name = Pattern.compile("[a-z][a-z0-9_]*");
    return Kind.text(
            "a name of small letters, digits and _, a letter first, of at most 64 characters")
        .refusing(
            "it has a dot; write what follows the name as a map",
            text -> text.indexOf('.') >= 0,
            "plan.last")
        .refusing("it is too long", text -> text.length() > 64, "a".repeat(65))
        .refusing(
            "it has other characters",
            text -> !name.matcher(text).matches(),
            "Plan",
            "saw-pricing",
            "2nd")
        .suchAs("plan", "saw_pricing_2", "a".repeat(64));
  }

  private static List<ValueSource> values(Object written) {
    List<ValueSource> values = new ArrayList<>();
    for (Object item : written instanceof List<?> list ? list : List.of(written)) {
      if (!(item instanceof String)) {
        throw new IllegalArgumentException("it has other things in it than fields and paths");
      }
      ValueSource value = ValueSource.parse(item);
      if (values.contains(value)) {
        throw new IllegalArgumentException(value + " is in the list twice");
      }
      values.add(value);
    }
    if (values.isEmpty()) {
      throw new IllegalArgumentException("the list is empty");
    }
    if (values.size() > CutDefinitions.MAX_VALUES) {
      throw new IllegalArgumentException("the list has %d of them".formatted(values.size()));
    }
    return List.copyOf(values);
  }

  private static String yaml(List<ValueSource> values) {
    return values.stream().map(ValueSource::yaml).collect(Collectors.joining(", ", "[", "]"));
  }

  private static Duration duration(String text) {
    try {
      return DURATION.read(text);
    } catch (Kind.MistakeException e) {
      throw new IllegalArgumentException(
          "expected %s; %s".formatted(DURATION.expected(), e.mistake()), e);
    }
  }
}
