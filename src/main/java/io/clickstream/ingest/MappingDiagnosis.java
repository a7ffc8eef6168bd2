package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.Cuts;
import io.clickstream.columns.DefinedValue;
import io.clickstream.columns.EventTypeRule;
import io.clickstream.columns.FieldSource;
import io.clickstream.columns.Mark;
import io.clickstream.config.ClickFormats;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.Setting;
import io.clickstream.ingest.Frequencies.Counted;
import io.clickstream.model.Click;
import io.clickstream.model.ClickMarks;
import io.clickstream.model.ClickProduct;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts how often {@code ingest.fields}, {@code ingest.event-types} and the definitions of
 * sessions find a value, so that a mistake in them is named instead of leaving columns empty.
 *
 * <p>Memory is bounded, and a click of one of our types costs no allocation, so that a job can feed
 * it, too. Only clicks are looked into: of a rejected record nothing is claimed. One thread at a
 * time.
 */
public final class MappingDiagnosis {

  /** How many types that are not mapped are named. */
  public static final int MOST_FREQUENT = 10;

  /** Characters of a type that a line for people shows. */
  private static final int MAX_SHOWN = 100;

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s_-]+");

  private final ClickFields fields;
  private final Columns table;
  private final IngestSettings settings;

  /** Clicks by the index of the condition that marks them. */
  private final long[] marked;

  private final long[] withText;
  private final long[] ofKind = new long[EventKind.values().length];
  private final Map<String, Long> unreadable = new TreeMap<>();
  private final Frequencies otherTypes = new Frequencies();
  private long clicks;
  private long rejected;
  private long withPrice;
  private long withRevenue;
  private long withOtherQuantity;

  /** Looks for what the settings name. */
  public MappingDiagnosis(IngestSettings settings) {
    this(settings, Columns.BUILT_IN);
  }

  /** Looks for the same in clicks that were read for a table. */
  public MappingDiagnosis(IngestSettings settings, Columns table) {
    this.fields = ClickFields.of(table);
    this.table = table;
    this.marked = new long[table.conditions().size()];
    this.withText = new long[table.clickTexts()];
    this.settings = settings;
  }

  /**
   * A field of ours.
   *
   * @param name our name for it
   * @param path where it was looked for, and in which clicks
   * @param isMapped whether a setting of its own says so, and not the format
   * @param isOfFormat whether the format says so
   * @param clicks that have a value of it
   */
  public record Field(String name, String path, boolean isMapped, boolean isOfFormat, long clicks) {

    String label() {
      return isMapped ? name + " (" + path + ")" : name;
    }
  }

  /**
   * An event type of ours.
   *
   * @param name our name for it
   * @param text what means it in a record
   * @param isMapped whether a setting of its own says so, and not the format
   * @param hasComma whether it is a single name with a comma in it
   * @param clicks that are of it
   */
  public record Type(String name, String text, boolean isMapped, boolean hasComma, long clicks) {}

  /**
   * A type that means none of ours.
   *
   * @param text as the records have it
   * @param clicks that are of it; the least that is certain if there are very many types
   * @param nearest our name for the type that is called the same but for case, spaces, underscores
   *     and dashes, or null
   */
  public record OtherType(String text, long clicks, @Nullable String nearest) {}

  /** Takes what became of one record. */
  public void add(Ingested ingested) {
    Click click = ingested.click();
    if (click != null) {
      add(click);
    } else if (ingested.rejection() != null) {
      rejected++;
    }
  }

  private void add(Click click) {
    clicks++;
    ClickTexts texts = click.texts();
    for (int i = 0; i < withText.length; i++) {
      withText[i] += texts.has(i) ? 1 : 0;
    }
    withRevenue += click.revenue() == null ? 0 : 1;
    withPrice += click.price() == null ? 0 : 1;
    withOtherQuantity += click.quantity() == 1 ? 0 : 1;
    if (!click.products().isEmpty()) {
      addProducts(click.products());
    }
    ofKind[click.kind().ordinal()]++;
    ClickMarks marks = click.marks();
    for (int i = 0; i < marked.length && !marks.isEmpty(); i++) {
      marked[i] += marks.has(i) ? 1 : 0;
    }
    if (click.kind() == EventKind.OTHER) {
      String type = click.eventType();
      if (type != null) {
        otherTypes.add(type);
      }
    }
  }

  /** A click with a list of them has what one of them has. */
  private void addProducts(List<ClickProduct> products) {
    withText[ClickText.PRODUCT_ID.ordinal()]++;
    withPrice += products.stream().anyMatch(product -> product.price() != null) ? 1 : 0;
    withOtherQuantity += products.stream().anyMatch(product -> product.quantity() != 1) ? 1 : 0;
  }

  /**
   * Takes how many clicks have something in a field that could not be read. Such a field is there.
   *
   * @param field our name for it
   */
  public void addUnreadable(String field, long count) {
    unreadable.merge(field, count, Long::sum);
  }

  /** Clicks that were looked into. */
  public long clicks() {
    return clicks;
  }

  /**
   * The fields that no click has anything in, by index; none if there was no click. A field is not
   * among them if that is not certain: a quantity that is not there is 1, and a field that is not
   * read is not known.
   */
  public List<Field> fieldsNeverFound() {
    List<Field> found = new ArrayList<>();
    for (ClickField field : fields.all()) {
      if (clicks > 0 && withValue(field) == 0 && !unreadable.containsKey(field.name())) {
        found.add(named(field));
      }
    }
    return found;
  }

  private Field named(ClickField field) {
    String name = field.name();
    DefinedValue definition = field.definition();
    if (definition != null) {
      Condition where = definition.where();
      String path = definition.from() + (where == null ? "" : " where " + where);
      return new Field(name, path, true, false, withValue(field));
    }
    FieldSource source = settings.fields().get(name);
    boolean isOfFormat = source != null && source.equals(ofFormat(IngestSettings.FIELDS, name));
    return new Field(
        name,
        source == null ? name : source.toString(),
        source != null && !isOfFormat,
        isOfFormat,
        Math.max(0, withValue(field)));
  }

  /** The format's value of a member of a group, or null. */
  private @Nullable Object ofFormat(Setting<?> group, String name) {
    Object written = ClickFormats.presets(settings.format()).get(group.key() + "." + name);
    return written == null ? null : group.kind().read(written);
  }

  /** How many of our fields some click has a value of, as far as a click tells. */
  public int fieldsFound() {
    return (int)
        fields.all().stream()
            .filter(field -> !field.isDefined() && clicks > 0 && withValue(field) > 0)
            .count();
  }

  /** Clicks of a kind. */
  public long clicksOf(EventKind kind) {
    return ofKind[kind.ordinal()];
  }

  /**
   * The columns and cuts that conditions make and the conditions, of which no click fulfils any;
   * none if there was no click.
   */
  public Map<String, String> conditionsNeverFulfilled() {
    Map<String, String> never = new LinkedHashMap<>();
    for (Column column : table.all()) {
      addNever(column.name(), column.mark(), never);
    }
    Cuts cuts = table.cuts();
    addNever("cut.start-at", cuts.startAt(), never);
    addNever("cut.end-after", cuts.endAfter(), never);
    addNever("passive", cuts.passive(), never);
    return never;
  }

  private void addNever(String name, @Nullable Mark mark, Map<String, String> never) {
    if (mark != null && clicks > 0 && marked[mark.index()] == 0) {
      never.put(name, mark.condition());
    }
  }

  /** Our types that a setting maps and that no click is of; none if there was no click. */
  public List<Type> typesNeverFound() {
    return types().stream()
        .filter(type -> clicks > 0 && type.isMapped && type.clicks == 0)
        .toList();
  }

  /** The {@value #MOST_FREQUENT} most frequent types that mean none of ours. */
  public List<OtherType> typesNotMapped() {
    List<OtherType> others = new ArrayList<>();
    for (Counted other : otherTypes.top(MOST_FREQUENT)) {
      Type nearest = nearest(other.text());
      others.add(
          new OtherType(other.text(), other.count(), nearest == null ? null : nearest.name()));
    }
    return others;
  }

  /**
   * All that looks like a mistake in the settings, in lines for people; indented ones belong to the
   * one before. Texts of event types are in them, shortened and without control characters, and
   * nothing else of a record.
   */
  public List<String> findings() {
    List<String> lines = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    List<String> ofFormat = new ArrayList<>();
    for (Field field : fieldsNeverFound()) {
      if (field.isMapped) {
        absent.add("  %s: %s".formatted(field.label(), inNone()));
      } else if (field.isOfFormat) {
        ofFormat.add(field.name);
      }
    }
    Field quantity = named(ClickField.QUANTITY);
    if (quantity.isMapped && clicks > 0 && withOtherQuantity == 0) {
      absent.add("  %s: %s, or always 1".formatted(quantity.label(), inNone()));
    }
    addUnder(
        "Fields that a setting maps and of which no click has a value" + aside(), absent, lines);
    if (!ofFormat.isEmpty()) {
      lines.add(
          "Fields of the format %s of which no click has a value%s: %s"
              .formatted(settings.format(), aside(), String.join(", ", ofFormat)));
    }

    List<String> types = new ArrayList<>();
    for (Type type : typesNeverFound()) {
      types.add(
          "  %s (%s): %s%s"
              .formatted(
                  type.name,
                  type.text,
                  inNone(),
                  type.hasComma
                      ? "; the comma is part of this one name, a list is written [%s]"
                          .formatted(type.text)
                      : ""));
    }
    addUnder("Event types that a setting maps and that no click is of" + aside(), types, lines);
    List<String> conditions = new ArrayList<>();
    conditionsNeverFulfilled()
        .forEach(
            (column, condition) ->
                conditions.add("  %s (%s): %s".formatted(column, condition, inNone())));
    addUnder("Conditions of definitions that no click fulfils" + aside(), conditions, lines);
    addUnder(
        "Event types in the clicks that are none of ours, the most frequent first"
            + (otherTypes.areExact()
                ? ""
                : " (more than "
                    + number(Frequencies.MAX_TEXTS)
                    + "; counts are the least that is certain)"),
        others(),
        lines);
    return lines;
  }

  private List<String> others() {
    List<String> lines = new ArrayList<>();
    List<String> plain = new ArrayList<>();
    long rest = otherTypes.total();
    for (Counted other : otherTypes.top(MOST_FREQUENT)) {
      rest -= other.count();
      String shown = shown(other.text()) + ": " + number(other.count());
      Type nearest = nearest(other.text());
      if (nearest == null) {
        plain.add(shown);
      } else if (nearest.clicks == 0) {
        lines.add(
            "  %s; do you mean ingest.event-types.%s: %s"
                .formatted(shown, nearest.name, shown(other.text())));
      } else {
        lines.add(
            "  %s; only case, spaces, underscores or dashes differ from %s, which is %s"
                .formatted(shown, nearest.text, nearest.name));
      }
    }
    if (!plain.isEmpty()) {
      lines.add("  " + String.join(", ", plain));
    }
    if (rest > 0) {
      lines.add("  others: " + number(rest));
    }
    return lines;
  }

  private static void addUnder(String title, List<String> found, List<String> lines) {
    if (!found.isEmpty()) {
      lines.add(title + ":");
      lines.addAll(found);
    }
  }

  private String inNone() {
    return clicks == 1 ? "not in the only click" : "in none of " + number(clicks) + " clicks";
  }

  private String aside() {
    return rejected == 0 ? "" : " (rejected records aside: " + number(rejected) + ")";
  }

  /** Clicks with a value of a field, as far as a click tells; -1 if it does not. */
  private long withValue(ClickField field) {
    if (field.isDefined()) {
      return withText[field.text()];
    }
    if (!field.isUnderOurName() && !settings.fields().containsKey(field.name())) {
      return -1;
    }
    return switch (field.reading()) {
      case TIME -> clicks;
      case CLOCK -> -1;
      case PRICE -> field.equals(ClickField.REVENUE) ? withRevenue : withPrice;
      case QUANTITY -> withOtherQuantity == 0 ? -1 : withOtherQuantity;
      case NONE -> -1;
      case TEXT, CODE, ID, DECIMAL, FLAG, MILLISECONDS -> withText[field.text()];
    };
  }

  private List<Type> types() {
    List<Type> types = new ArrayList<>();
    for (EventKind kind : EventKind.values()) {
      if (kind != EventKind.OTHER) {
        EventTypeRule rule = settings.eventTypes().get(kind.text());
        types.add(
            new Type(
                kind.text(),
                rule == null ? kind.text() : rule.toString(),
                rule != null && !rule.equals(ofFormat(IngestSettings.EVENT_TYPES, kind.text())),
                rule != null && rule.hasComma(),
                ofKind[kind.ordinal()]));
      }
    }
    return types;
  }

  /** The type of ours that a text means but for the way it is written. */
  private @Nullable Type nearest(String text) {
    String plain = plain(text);
    return types().stream()
        .filter(
            type ->
                plain.equals(plain(type.name))
                    || ruleOf(type).names().stream().anyMatch(name -> plain.equals(plain(name))))
        .findFirst()
        .orElse(null);
  }

  private EventTypeRule ruleOf(Type type) {
    return settings.eventTypes().getOrDefault(type.name, EventTypeRule.ofNames(type.name));
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String plain(String text) {
    return BETWEEN_WORDS.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
  }

  /** A text from a record as a screen may show it. */
  private static String shown(String text) {
    String cut = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    return cut.codePoints()
        .map(point -> isHarmless(point) ? point : '\uFFFD')
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static boolean isHarmless(int point) {
    int type = Character.getType(point);
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.SURROGATE
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR;
  }
}
