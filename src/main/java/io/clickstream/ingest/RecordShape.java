package io.clickstream.ingest;

import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Condition;
import io.clickstream.columns.FieldPath;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.MissingWords;
import java.io.Serializable;
import java.util.ArrayList;
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
   * @throws IllegalArgumentException if the mappings of fields or event types contradict themselves
   */
  public static RecordShape of(IngestSettings settings, ClickFields fields) {
    return of(settings, FieldMapping.ofRecords(settings, fields, tested(settings)), fields);
  }

  /**
   * The shape of records that have one click, the only element of the array at {@code
   * ingest.clicks-at}; null if no such array is known.
   *
   * @throws IllegalArgumentException if the mappings of fields or event types contradict themselves
   */
  public static @Nullable RecordShape ofElements(IngestSettings settings, ClickFields fields) {
    return settings.clicksAt() == null
        ? null
        : of(settings, FieldMapping.ofElements(settings, fields, tested(settings)), fields);
  }

  private static RecordShape of(IngestSettings settings, FieldMapping mapping, ClickFields fields) {
    SlotTests.Compiler compiler = new SlotTests.Compiler(mapping);
    EventTypeMapping eventTypes = EventTypeMapping.of(settings.eventTypes(), compiler);
    SlotTests skip =
        settings.skip() == null ? null : compiler.compile("ingest.skip", settings.skip());
    return new RecordShape(
        fields,
        mapping,
        eventTypes,
        MissingWords.of(settings.missing()),
        Set.copyOf(settings.nobody()),
        skip,
        compiler.lines(),
        ClickTimes.of(settings));
  }

  private static List<FieldPath> tested(IngestSettings settings) {
    List<Condition> conditions =
        new ArrayList<>(EventTypeMapping.conditions(settings.eventTypes()));
    if (settings.skip() != null) {
      conditions.add(settings.skip());
    }
    return SlotTests.places(conditions);
  }
}
