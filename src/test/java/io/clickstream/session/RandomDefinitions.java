package io.clickstream.session;

import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Marked;
import io.clickstream.columns.Aggregate.Max;
import io.clickstream.columns.Aggregate.Min;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.Aggregate.Pings;
import io.clickstream.columns.Aggregate.Reached;
import io.clickstream.columns.Aggregate.Sum;
import io.clickstream.columns.Aggregate.Texts;
import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import io.clickstream.columns.Condition;
import io.clickstream.columns.DefinedValue;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Definitions.Bounce;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.columns.GoalDefinition;
import io.clickstream.columns.Reading;
import io.clickstream.columns.Source;
import io.clickstream.columns.ValueSource;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Random definitions over a few paths and conditions, the tables that they make, and random values
 * of clicks at these paths. The same seeds make the same.
 */
public final class RandomDefinitions {

  private static final int PATHS = 8;
  private static final int CONDITIONS = 4;

  private static final String[] TEXTS = {
    "a",
    "b",
    "B",
    "aa",
    "ab",
    "\u00e4",
    "\uffee",
    "\ud83d\ude00",
    "EUR",
    "eur",
    "usd",
    "USD",
    "gbp",
    "sek",
    "nok",
    "dkk",
    "chf",
    "jpy",
    "\u00df",
    "true",
    "false",
    "c".repeat(300)
  };

  /** As they may stand in records: also in forms that are not the one in which they are kept. */
  private static final String[] NUMBERS = {
    "0",
    "0.00",
    "-0",
    "0E+3",
    "1",
    "1.0",
    "-1",
    "2.5",
    "-2.50",
    "10",
    "9.99",
    "1E+2",
    "0.000000000000000001",
    "-0.000000000000000001",
    "99999999999999999999999999999999999999",
    "-99999999999999999999999999999999999999",
    "12345678901234567890.123456789012345678",
    "-12345678901234567890.123456789012345678",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "92233720368547758.07",
    "999999999999999999",
    "0.999999999999999999",
    "100000000000000000000000000000000000000",
    "0.0000000000000000001"
  };

  private RandomDefinitions() {}

  private static <T> T one(Random random, T[] all) {
    return all[random.nextInt(all.length)];
  }

  private static ValueSource path(Random random) {
    return random.nextInt(10) == 0
        ? new ValueSource(field(random.nextBoolean() ? "country" : "page_url"), null)
        : DefinedClicks.at("p" + random.nextInt(PATHS));
  }

  private static ClickField field(String name) {
    return Objects.requireNonNull(ClickFields.of(Columns.BUILT_IN).named(name));
  }

  private static Condition condition(Random random) {
    return DefinedClicks.where("c" + random.nextInt(CONDITIONS));
  }

  private static @Nullable Condition maybe(Random random) {
    return random.nextInt(3) == 0 ? condition(random) : null;
  }

  private static FieldDefinition field(String name, long seed) {
    Random random = new Random(seed);
    How how = one(random, How.values());
    if (how.isOfConditions()) {
      return new FieldDefinition(name, how, null, Type.TEXT, condition(random));
    }
    Type type = how == How.FIRST || how == How.LAST ? one(random, Type.values()) : Type.TEXT;
    // Numbers are found at the paths of numbers, mostly.
    ValueSource value =
        how.isOfNumbers() ? DefinedClicks.at("p" + random.nextInt(3)) : path(random);
    return new FieldDefinition(name, how, value, type, maybe(random));
  }

  private static GoalDefinition goal(String name, long seed) {
    Random random = new Random(seed);
    return new GoalDefinition(
        name,
        condition(random),
        random.nextInt(4) == 0 ? null : DefinedClicks.at("p" + random.nextInt(3)),
        random.nextBoolean() ? null : path(random),
        random.nextBoolean() ? null : path(random));
  }

  private static @Nullable Engagement engagement(long seed) {
    Random random = new Random(seed);
    return switch (random.nextInt(4)) {
      case 0 -> new Engagement.Milliseconds(DefinedClicks.at("p" + random.nextInt(3)));
      case 1, 2 ->
          new Engagement.Pings(
              condition(random),
              Duration.ofMillis(1 + random.nextInt(30)),
              Duration.ofMillis(random.nextInt(3)));
      default -> null;
    };
  }

  /** Definitions with a field, or a goal, of each seed. */
  public static Definitions of(List<Long> fields, List<Long> goals, long engagement) {
    List<FieldDefinition> allFields = new ArrayList<>();
    for (long seed : fields) {
      allFields.add(field("f" + allFields.size(), seed));
    }
    List<GoalDefinition> allGoals = new ArrayList<>();
    for (long seed : goals) {
      allGoals.add(goal("g" + allGoals.size(), seed));
    }
    return new Definitions(
        allFields, allGoals, engagement(engagement), Engaged.GA4, Bounce.SINGLE_VIEW);
  }

  /** Tables that follow each other, of which the first has some definitions. */
  public static List<Columns> tables(Definitions definitions, List<Long> changes, boolean isSmall) {
    List<Columns> tables = new ArrayList<>(List.of(table(definitions, isSmall)));
    if (changes.isEmpty()) {
      return tables;
    }
    Set<String> ever = new HashSet<>(keys(tables.get(0)));
    Definitions last = definitions;
    for (long seed : changes) {
      Definitions changed = changed(last, seed, tables.size());
      Set<String> before = keys(tables.get(tables.size() - 1));
      // One that comes back is found again where nothing has happened since.
      ever.removeAll(before);
      Columns table = table(changed, isSmall);
      last = without(changed, table, ever);
      ever.addAll(before);
      tables.add(last.equals(changed) ? table : table(last, isSmall));
      ever.addAll(keys(tables.get(tables.size() - 1)));
    }
    return tables;
  }

  private static Set<String> keys(Columns table) {
    Set<String> keys = new HashSet<>();
    StoredColumn.of(table).forEach(column -> keys.add(column.key()));
    return keys;
  }

  private static Definitions without(Definitions definitions, Columns table, Set<String> keys) {
    Set<String> names = new HashSet<>();
    for (StoredColumn column : StoredColumn.of(table)) {
      if (keys.contains(column.key())) {
        names.add(column.name());
      }
    }
    return new Definitions(
        definitions.fields().stream()
            .filter(field -> !names.contains("fields." + field.name()))
            .toList(),
        definitions.goals().stream()
            .filter(goal -> !names.contains("goals." + goal.name()))
            .toList(),
        names.contains("engaged_ms") ? null : definitions.engagement(),
        definitions.engaged(),
        definitions.bounce());
  }

  /** Some are gone, some are made in another way, some are new, and the order is another one. */
  private static Definitions changed(Definitions before, long seed, int number) {
    Random random = new Random(seed);
    if (random.nextInt(3) == 0) {
      return before;
    }
    List<FieldDefinition> fields = new ArrayList<>();
    for (FieldDefinition field : before.fields()) {
      int dice = random.nextInt(5);
      if (dice > 0) {
        fields.add(dice == 1 ? field(field.name(), random.nextLong()) : field);
      }
    }
    List<GoalDefinition> goals = new ArrayList<>();
    for (GoalDefinition goal : before.goals()) {
      int dice = random.nextInt(5);
      if (dice > 0) {
        goals.add(dice == 1 ? goal(goal.name(), random.nextLong()) : goal);
      }
    }
    for (int more = random.nextInt(3); more > 0; more--) {
      if (fields.size() < Definitions.MAX_FIELDS) {
        fields.add(field("f" + number + "_" + more, random.nextLong()));
      }
      if (goals.size() < Definitions.MAX_GOALS) {
        goals.add(goal("g" + number + "_" + more, random.nextLong()));
      }
    }
    Collections.shuffle(fields, random);
    Collections.shuffle(goals, random);
    return new Definitions(
        fields,
        goals,
        random.nextBoolean() ? before.engagement() : engagement(random.nextLong()),
        before.engaged(),
        before.bounce());
  }

  private static Columns table(Definitions definitions, boolean isSmall) {
    return isSmall ? smallTable(definitions) : Columns.of(definitions);
  }

  /** A table without most built-in columns, and with small limits, which few clicks reach. */
  private static Columns smallTable(Definitions definitions) {
    ColumnsBuilder table = new ColumnsBuilder();
    table.number("event_count", Own.EVENTS, "Clicks.");
    table.number("duplicate_count", Own.DUPLICATES, "Repeated clicks.");
    table.number("late_event_count", Own.LATE_EVENTS, "Clicks behind.");
    table.count("page_views", EventKind.PAGE_VIEW, "Views.");
    table.distinct("unique_pages", "page_url", EventKind.PAGE_VIEW, 3, "Pages.");
    table.last("country", "A text.");
    if (definitions.engagement() instanceof Engagement.Pings pings) {
      table.number(
          "engaged_ms",
          new Pings(
              table.mark(pings.pings()),
              pings.heartbeat().toMillis(),
              pings.minVisit().toMillis(),
              3),
          "Engagement.");
    }
    for (FieldDefinition field : definitions.fields()) {
      add(table, field);
    }
    for (GoalDefinition goal : definitions.goals()) {
      table.goal(
          "goals." + goal.name(),
          new Reached(
              table.mark(goal.where()),
              source(table, goal.value(), Reading.DECIMAL, goal.where()),
              source(table, goal.currency(), Reading.CODE, goal.where()),
              source(table, goal.oncePer(), Reading.ID, goal.where())),
          "A goal.");
    }
    return table.build();
  }

  private static void add(ColumnsBuilder table, FieldDefinition field) {
    String name = "fields." + field.name();
    if (field.how().isOfConditions()) {
      table.number(name, new Marked(table.mark(field.where())), "A count.");
      return;
    }
    Reading reading =
        field.how().isOfNumbers() || field.type() == Type.NUMBER
            ? Reading.DECIMAL
            : field.type() == Type.BOOLEAN ? Reading.FLAG : Reading.TEXT;
    Source source = source(table, field.value(), reading, field.where());
    switch (field.how()) {
      case FIRST -> table.text(name, new First(source, null), "A text.");
      case LAST -> table.text(name, new Last(source, null), "A text.");
      case MIN -> table.decimal(name, new Min(source), "A number.");
      case MAX -> table.decimal(name, new Max(source), "A number.");
      case SUM -> table.decimal(name, new Sum(source), "A number.");
      case SET -> table.set(name, new Texts(source, 2), "Texts.");
      default -> table.number(name, new Distinct(source, null, 3), "A number.");
    }
  }

  private static @Nullable Source source(
      ColumnsBuilder table,
      @Nullable ValueSource value,
      Reading reading,
      @Nullable Condition where) {
    return value == null ? null : table.source(new DefinedValue("any", value, reading, where));
  }

  /**
   * What a click has at the paths, and which conditions it fulfils. Clicks that are equal but came
   * one after the other have different values.
   */
  public static DefinedClicks.Values values(long seed, Click click, int number) {
    long content =
        31 * (31 * (31 * click.timestamp() + click.kind().ordinal()) + click.texts().hashCode())
            + number;
    Random random = new Random(seed + 0x9E3779B97F4A7C15L * content);
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < PATHS; i++) {
      int dice = random.nextInt(10);
      if (dice < 3) {
        continue;
      }
      boolean isNumber = (i < 3) == (dice > 3);
      texts.put(
          "p" + i,
          isNumber
              ? one(random, NUMBERS)
              : dice == 9 ? "t" + random.nextInt(1000) : one(random, TEXTS));
    }
    String country = click.country();
    String page = click.pageUrl();
    if (country != null) {
      texts.put("country", country);
    }
    if (page != null) {
      texts.put("page_url", page);
    }
    Set<String> conditions = new HashSet<>();
    for (int i = 0; i < CONDITIONS; i++) {
      if (random.nextBoolean()) {
        conditions.add("c" + i);
      }
    }
    return new DefinedClicks.Values(texts, conditions);
  }
}
