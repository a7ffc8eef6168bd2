package io.clickstream.ingest.formats;

import io.clickstream.columns.Columns;
import io.clickstream.config.ClickFormats;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.ClickFormat;
import io.clickstream.ingest.ClickRules;
import io.clickstream.ingest.FieldProblem;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.RejectionReason;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Clicks of a tracker whose records may be in a form of their own. Each click in such a record
 * becomes JSON, which is read as the settings say; all other records are read as JSON at once.
 *
 * <p>A click of a record with several of them refers to a record in the same form that has this
 * click alone.
 */
public final class TrackerFormat implements ClickFormat {

  private static final long serialVersionUID = 1L;

  private final RecordForm form;
  private final JsonClickFormat json;
  private final long maxRecordSize;

  private TrackerFormat(RecordForm form, JsonClickFormat json, long maxRecordSize) {
    this.form = form;
    this.json = json;
    this.maxRecordSize = maxRecordSize;
  }

  /**
   * The format that the settings name.
   *
   * @param table what the clicks are read for
   * @throws IllegalArgumentException if the mappings of fields or event types contradict themselves
   */
  public static ClickFormat of(IngestSettings settings, Columns table) {
    JsonClickFormat json = new JsonClickFormat(settings, table);
    RecordForm form = form(settings.format());
    return form == null ? json : new TrackerFormat(form, json, settings.maxRecordSize());
  }

  private static @Nullable RecordForm form(String format) {
    return switch (format) {
      case ClickFormats.MATOMO -> new MatomoRecords();
      case ClickFormats.MIXPANEL -> new MixpanelForm();
      case ClickFormats.SNOWPLOW -> new SnowplowRecords();
      default -> null;
    };
  }

  @Override
  public void parse(
      Origin origin, long recordTimestamp, long wallClock, Consumer<? super Ingested> out) {
    byte[] value = origin.value();
    if (value == null || value.length > maxRecordSize || !form.isOf(value)) {
      json.parse(origin, recordTimestamp, wallClock, out);
      return;
    }
    Found found = new Found(origin, recordTimestamp, wallClock, out);
    try {
      form.read(value, found);
      if (found.count == 0) {
        out.accept(Ingested.nothing());
      }
    } catch (MalformedRecordException e) {
      out.accept(ClickRules.reject(RejectionReason.MALFORMED_JSON, e.detail(), origin));
    }
  }

  @Override
  public boolean needsReceivedAt() {
    return json.needsReceivedAt();
  }

  @Override
  public List<FieldProblem> problems() {
    return json.problems();
  }

  /** Passes on what is found in one record. */
  private final class Found implements RecordForm.Clicks {

    private final Origin record;
    private final long recordTimestamp;
    private final long wallClock;
    private final Consumer<? super Ingested> out;
    private int count;

    Found(Origin record, long recordTimestamp, long wallClock, Consumer<? super Ingested> out) {
      this.record = record;
      this.recordTimestamp = recordTimestamp;
      this.wallClock = wallClock;
      this.out = out;
    }

    @Override
    public void take(int index, byte[] part, byte[] made) {
      pass(json.parseMade(made, origin(index, part), recordTimestamp, wallClock));
    }

    @Override
    public void reject(int index, byte[] part, String detail) {
      pass(ClickRules.reject(RejectionReason.MALFORMED_JSON, detail, origin(index, part)));
    }

    private Origin origin(int index, byte[] part) {
      return index == ALONE ? record : record.element(index, part);
    }

    private void pass(Ingested ingested) {
      out.accept(count++ == 0 ? ingested : ingested.notFirst());
    }
  }
}
