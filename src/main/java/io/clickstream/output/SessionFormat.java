package io.clickstream.output;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.clickstream.columns.Column;
import io.clickstream.columns.ColumnWriter;
import io.clickstream.columns.Columns;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputTopic;
import io.clickstream.model.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@code enriched-sessions}: JSON in UTF-8, keyed by session id. Every record has
 * every column of the table in its order, null where there is nothing to say, so that a consumer
 * can tell "no campaign" from "no such field". The columns that settings define are in the objects
 * {@code fields} and {@code goals}. A retraction says which session is withdrawn, and by which one
 * it is superseded; all columns but those of the frame are null, and so are the two objects.
 *
 * <p>Amounts are decimal strings in plain notation with as many decimals as the most precise of the
 * purchases ({@code 10.5 + 2.50} is {@code "13.00"}): that depends on no order, which stripping
 * zeros would not change, and a price list in cents stays one. {@code revenue} is null if no
 * purchase had a price. The currency of prices without one is unknown: {@code currency} is null, in
 * {@code revenue_other} it has the empty name. Decimals of columns that settings define are in
 * their canonical form instead.
 *
 * <p>A format serves one thread.
 */
public final class SessionFormat {

  /** Records are written by one generator, one after the other, with nothing between them. */
  private static final JsonFactory JSON = new JsonFactory().setRootValueSeparator("");

  /** Bytes of most records, and some more. */
  private static final int USUAL_SIZE = 1 << 11;

  private final List<Entry> entries;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);

  /** Null before the first record, and behind one that failed. */
  private @Nullable JsonGenerator generator;

  /**
   * A name, and what is there.
   *
   * @param column whose value it is; null for an object
   * @param members of the object; none for a column
   */
  private record Entry(SerializedString name, @Nullable Column column, List<Entry> members) {

    static Entry of(RecordField field) {
      SerializedString name = new SerializedString(field.name());
      return field.isObject()
          ? new Entry(
              name, null, field.columns().stream().map(each -> column(each.key(), each)).toList())
          : column(field.name(), field.columns().get(0));
    }

    private static Entry column(String name, Column column) {
      return new Entry(new SerializedString(name), column, List.of());
    }
  }

  /** A format of a table. */
  public SessionFormat(Columns table) {
    entries = RecordField.of(table).stream().map(Entry::of).toList();
  }

  /** The record of a session, or of a retraction. */
  public OutputRecord format(EnrichedSession enriched) {
    Session session = enriched.session();
    return new OutputRecord(
        OutputTopic.SESSIONS,
        session.id().toString().getBytes(StandardCharsets.US_ASCII),
        json(enriched),
        List.of(),
        VisitorHash.of(session.visitor()),
        enriched.dueAt());
  }

  private byte[] json(EnrichedSession enriched) {
    JsonGenerator present = generator;
    generator = null;
    bytes.reset();
    try {
      JsonGenerator json =
          present == null ? JSON.createGenerator(bytes, JsonEncoding.UTF8) : present;
      write(entries, enriched, json, new JsonColumnWriter(json));
      json.flush();
      generator = json;
    } catch (IOException e) {
      // There is no device that could fail.
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(
      List<Entry> members, EnrichedSession enriched, JsonGenerator json, ColumnWriter values)
      throws IOException {
    json.writeStartObject();
    for (int i = 0; i < members.size(); i++) {
      Entry entry = members.get(i);
      json.writeFieldName(entry.name());
      Column column = entry.column();
      if (column != null) {
        publish(column, enriched, values);
        if (json.getOutputContext().getEntryCount() != i + 1) {
          throw notOneValue(column, null);
        }
      } else if (enriched.session().isDeleted()) {
        values.nothing();
      } else {
        write(entry.members(), enriched, json, values);
      }
    }
    json.writeEndObject();
  }

  private static void publish(Column column, EnrichedSession enriched, ColumnWriter values)
      throws IOException {
    if (enriched.session().isDeleted() && !column.isFrame()) {
      values.nothing();
      return;
    }
    try {
      column.publisher().publish(enriched, values);
    } catch (JsonGenerationException e) {
      throw notOneValue(column, e);
    }
  }

  private static IllegalStateException notOneValue(Column column, @Nullable Throwable cause) {
    return new IllegalStateException(
        "%s: expected that the column writes one value, found %s; correct its publisher"
            .formatted(column.name(), cause == null ? "none" : cause.getMessage()),
        cause);
  }
}
