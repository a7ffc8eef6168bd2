package io.clickstream.ingest;

import io.clickstream.columns.ClickFields;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.MissingWords;
import java.io.Serializable;

/**
 * How records say what a click is: all that readers of records need to know, whatever the records
 * are encoded in.
 *
 * @param fields the fields that a record can have
 * @param mapping where each of them is in a record
 * @param eventTypes the texts of {@code event_type} and their meaning
 * @param missing the texts that mean nothing in any field
 * @param times where the times of clicks come from
 */
public record RecordShape(
    ClickFields fields,
    FieldMapping mapping,
    EventTypeMapping eventTypes,
    MissingWords missing,
    ClickTimes times)
    implements Serializable {

  /**
   * The shape that the settings describe.
   *
   * @throws IllegalArgumentException if the mappings of fields or event types contradict themselves
   */
  public static RecordShape of(IngestSettings settings, ClickFields fields) {
    return new RecordShape(
        fields,
        FieldMapping.of(settings.fields(), fields),
        EventTypeMapping.of(settings.eventTypes()),
        MissingWords.DEFAULT,
        ClickTimes.of(settings));
  }
}
