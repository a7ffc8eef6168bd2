package io.clickstream.config.load;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.Condition;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldSource;
import io.clickstream.columns.GoalDefinition;
import io.clickstream.columns.ValueSource;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.MappedNames;
import io.clickstream.config.OrNone;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds definitions and conditions that are right by themselves and need what no record has under
 * the other settings. The job could not start with them.
 */
final class SourceChecks {

  private static final FieldPath RECORD = new FieldPath(false, List.of());

  private static final List<Setting<OrNone<Condition>>> CONDITIONS =
      List.of(SessionSettings.CUT_START_AT, SessionSettings.CUT_END_AFTER, SessionSettings.PASSIVE);

  private final GivenSettings given;
  private final Map<Setting<?>, Object> values;
  private final Map<String, FieldSource> mapped;

  /**
   * @param values that are right, by setting
   */
  SourceChecks(GivenSettings given, Map<Setting<?>, Object> values) {
    this.given = given;
    this.values = values;
    this.mapped = members(IngestSettings.FIELDS);
  }

  /** The needs of one setting, each named once. */
  private record Needs(Set<ClickField> values, Set<ClickField> tested, Set<FieldPath> paths) {

    Needs() {
      this(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    }

    Needs with(@Nullable ValueSource source) {
      if (source != null && source.field() != null) {
        values.add(source.field());
      } else if (source != null && source.paths() != null) {
        paths.addAll(source.paths().inRecord());
      }
      return this;
    }

    Needs with(@Nullable Condition condition) {
      if (condition != null) {
        for (Condition.Line line : condition.lines()) {
          if (line.field() != null) {
            tested.add(line.field());
          } else if (line.path() != null) {
            paths.add(line.path());
          }
        }
      }
      return this;
    }
  }

  /** Fields that no record has, and paths into an array whose elements are products. */
  void check() {
    if (given.isInvalid(IngestSettings.FORMAT.key())) {
      return;
    }
    members(SessionSettings.FIELDS)
        .forEach((name, field) -> check(SessionSettings.FIELDS, name, needs(field)));
    members(SessionSettings.GOALS)
        .forEach((name, goal) -> check(SessionSettings.GOALS, name, needs(goal)));
    if (values.get(SessionSettings.ENGAGEMENT) instanceof Engagement engagement) {
      check(SessionSettings.ENGAGEMENT, "", needs(engagement));
    }
    checkCuts();
    if (values.get(IngestSettings.SKIP) instanceof Condition skip) {
      check(IngestSettings.SKIP, "", new Needs().with(skip));
    }
    members(IngestSettings.EVENT_TYPES)
        .forEach(
            (name, rule) ->
                check(IngestSettings.EVENT_TYPES, name, new Needs().with(rule.condition())));
    mapped.forEach(
        (name, source) -> {
          Needs needs = new Needs();
          needs.paths.addAll(source.inRecord());
          check(IngestSettings.FIELDS, name, needs);
        });
  }

  private void checkCuts() {
    List<ValueSource> changes = valueOf(SessionSettings.CUT_ON_CHANGE);
    if (changes != null) {
      Needs needs = new Needs();
      changes.forEach(needs::with);
      check(SessionSettings.CUT_ON_CHANGE, "", needs);
    }
    for (Setting<OrNone<Condition>> setting : CONDITIONS) {
      check(setting, "", new Needs().with(valueOf(setting)));
    }
  }

  @SuppressWarnings("unchecked") // Values are of the settings' types.
  private <T> @Nullable T valueOf(Setting<OrNone<T>> setting) {
    return ((OrNone<T>) values.getOrDefault(setting, OrNone.none())).value();
  }

  private static Needs needs(FieldDefinition field) {
    return new Needs().with(field.value()).with(field.where());
  }

  private static Needs needs(GoalDefinition goal) {
    return new Needs()
        .with(goal.where())
        .with(goal.value())
        .with(goal.currency())
        .with(goal.oncePer());
  }

  private static Needs needs(Engagement engagement) {
    return engagement instanceof Engagement.Pings pings
        ? new Needs().with(pings.pings())
        : new Needs().with(((Engagement.Milliseconds) engagement).value());
  }

  private void check(Setting<?> setting, String name, Needs needs) {
    String key = name.isEmpty() ? setting.key() : setting.key() + "." + name;
    Set<ClickField> all = new LinkedHashSet<>(needs.values);
    all.addAll(needs.tested);
    for (ClickField field : all) {
      if (isInNoRecord(field)) {
        problem(
            key,
            "fields that are in the records; no setting says where %s is".formatted(field.name()),
            "set %s, or name a path instead".formatted(source(field)));
      }
    }
    for (ClickField field : needs.tested) {
      if (mapped.get(field.name()) instanceof FieldSource.KafkaTimestamp) {
        problem(
            key,
            "conditions on what is in the records; by %s %s is Kafka's time"
                .formatted(source(field), field.name()),
            "test another field, or name a path instead");
      }
    }
    for (FieldPath path : needs.paths) {
      if (leadsToProduct(path)) {
        problem(
            key,
            "no path to one of the products; %s leads into the array at %s"
                .formatted(path, IngestSettings.PRODUCTS_AT.key()),
            "name a path that does not, or remove that array from "
                + IngestSettings.PRODUCTS_AT.key());
      }
    }
  }

  private static String source(ClickField field) {
    return IngestSettings.FIELDS.key() + "." + field.name();
  }

  /** Whether it is looked for only where a setting says so, and none does. */
  private boolean isInNoRecord(ClickField field) {
    return field.isRead()
        && !MappedNames.underOurName().contains(field)
        && !mapped.containsKey(field.name())
        && !given.isInvalid(source(field));
  }

  private boolean leadsToProduct(FieldPath path) {
    if (!(values.get(IngestSettings.PRODUCTS_AT) instanceof List<?> arrays)) {
      return false;
    }
    for (Object array : arrays) {
      if (leadsToElement(path, (FieldPath) array, RECORD)
          || (values.get(IngestSettings.CLICKS_AT) instanceof FieldPath clicks
              && leadsToElement(
                  path, (FieldPath) array, clicks.then(List.of(new FieldPath.First()))))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a path names one element of an array by a key.
   *
   * @param click where a click is in its record
   */
  private static boolean leadsToElement(FieldPath path, FieldPath array, FieldPath click) {
    List<FieldPath.Step> steps = path.below(click).steps();
    List<FieldPath.Step> outer = array.below(click).steps();
    return steps.size() > outer.size()
        && steps.get(outer.size()) instanceof FieldPath.Entry
        && steps.subList(0, outer.size()).equals(outer);
  }

  @SuppressWarnings("unchecked") // Values are of the settings' types.
  private <V> Map<String, V> members(Setting<Map<String, V>> group) {
    return (Map<String, V>) values.getOrDefault(group, Map.of());
  }

  private void problem(String key, String expected, String remedy) {
    Given value = given.of(key);
    if (value == null) {
      given.problem(new Problem(key, null, "default", expected, remedy));
    } else {
      given.problem(value, expected, remedy);
    }
  }
}
