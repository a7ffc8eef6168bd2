package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.DefinedValue;
import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldSource;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.MissingWords;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shape of records: all that readers need to know to find clicks in them, in any encoding.
 *
 * @param fields the fields that a record can have
 * @param mapping where each of them is in a record
 * @param eventTypes what makes a click one of our types
 * @param missing the texts that mean nothing in any field
 * @param nobody user ids that are no person
 * @param skip what clicks are left out, or null
 * @param definitions what definitions read of a click, or null if there are none
 * @param tests the lines of all conditions, by their number
 * @param times where the times of clicks come from
 */
public record RecordShape(
    ClickFields fields,
    FieldMapping mapping,
    EventTypeMapping eventTypes,
    MissingWords missing,
    Set<String> nobody,
    @Nullable SlotTests skip,
    @Nullable ClickDefinitions definitions,
    List<SlotTests.Line> tests,
    ClickTimes times)
    implements Serializable {

  public RecordShape {
    nobody = Set.copyOf(nobody);
    tests = List.copyOf(tests);
  }

  /**
   * The shape of records that are one click each.
   *
   * @throws IllegalArgumentException if the mappings of fields or event types contradict
   *     themselves, or a condition or definition needs what is not in the records
   */
  public static RecordShape of(IngestSettings settings, Columns table) {
    ClickFields fields = ClickFields.of(table);
    return of(
        settings, FieldMapping.ofRecords(settings, fields, needs(settings, table)), fields, table);
  }

  /**
   * The shape of records that have one click, the only element of the array at {@code
   * ingest.clicks-at}; null if no such array is known.
   *
   * @throws IllegalArgumentException as in {@link #of}
   */
  public static @Nullable RecordShape ofElements(IngestSettings settings, Columns table) {
    if (settings.clicksAt() == null) {
      return null;
    }
    ClickFields fields = ClickFields.of(table);
    return of(
        settings, FieldMapping.ofElements(settings, fields, needs(settings, table)), fields, table);
  }

  private static RecordShape of(
      IngestSettings settings, FieldMapping mapping, ClickFields fields, Columns table) {
    SlotTests.Compiler compiler = new SlotTests.Compiler(mapping);
    EventTypeMapping eventTypes = EventTypeMapping.of(settings.eventTypes(), compiler);
    SlotTests skip =
        settings.skip() == null ? null : compiler.compile("ingest.skip", settings.skip());
    MissingWords missing = MissingWords.of(settings.missing());
    return new RecordShape(
        fields,
        mapping,
        eventTypes,
        missing,
        Set.copyOf(settings.nobody()),
        skip,
        ClickDefinitions.of(table, fields, mapping, missing, compiler),
        compiler.lines(),
        ClickTimes.of(settings));
  }

  /** The paths of conditions and definitions. */
  private static FieldMapping.Needs needs(IngestSettings settings, Columns table) {
    List<Condition> conditions =
        new ArrayList<>(EventTypeMapping.conditions(settings.eventTypes()));
    if (settings.skip() != null) {
      conditions.add(settings.skip());
    }
    conditions.addAll(ClickDefinitions.conditions(table));
    List<FieldPath> places = new ArrayList<>();
    Set<ClickField> fields = new HashSet<>();
    for (Condition condition : conditions) {
      for (Condition.Line line : condition.lines()) {
        if (line.path() != null) {
          places.add(line.path());
        } else if (line.field() != null) {
          fields.add(line.field());
        }
      }
    }
    for (DefinedValue value : ClickDefinitions.values(table)) {
      FieldSource paths = value.from().paths();
      if (paths != null) {
        places.addAll(paths.inRecord());
      } else if (value.from().field() != null) {
        fields.add(value.from().field());
      }
    }
    return new FieldMapping.Needs(places, fields);
  }
}
