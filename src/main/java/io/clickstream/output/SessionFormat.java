package io.clickstream.output;

import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputTopic;
import io.clickstream.model.Session;
import java.util.List;

/**
 * The records of {@code enriched-sessions}: JSON in UTF-8, keyed by session id. Every record has
 * every column of the table in its order, null where there is nothing to say, so that a consumer
 * can tell "no campaign" from "no such field". A retraction says which session is withdrawn, and by
 * which one it is superseded; all columns but those of the frame are null.
 *
 * <p>Amounts are decimal strings in plain notation with as many decimals as the most precise of the
 * purchases ({@code 10.5 + 2.50} is {@code "13.00"}): that depends on no order, which stripping
 * zeros would not change, and a price list in cents stays one. {@code revenue} is null if no
 * purchase had a price. The currency of prices without one is unknown: {@code currency} is null, in
 * {@code revenue_other} it has the empty name.
 *
 * <p>Not thread-safe: it writes every record into the same memory.
 */
public final class SessionFormat {

  private final Column[] columns;

  /** Of all columns, with what stands around them. */
  private final byte[][] names;

  private final JsonWriter json = new JsonWriter();
  private final JsonColumnWriter values = new JsonColumnWriter(json);

  /** A format of a table. */
  public SessionFormat(Columns table) {
    columns = table.all().toArray(Column[]::new);
    names = new byte[columns.length][];
    for (int i = 0; i < columns.length; i++) {
      names[i] = JsonWriter.ascii((i == 0 ? "{\"" : ",\"") + columns[i].name() + "\":");
    }
  }

  /** The record of a session, or of a retraction. */
  public OutputRecord format(EnrichedSession enriched) {
    Session session = enriched.session();
    json.clear();
    json.id(session.id());
    byte[] key = json.copy(0, json.length());
    json.clear();
    for (int i = 0; i < columns.length; i++) {
      json.raw(names[i]);
      publish(columns[i], enriched);
    }
    json.raw('}');
    return new OutputRecord(
        OutputTopic.SESSIONS,
        key,
        json.copy(0, json.length()),
        List.of(),
        VisitorHash.of(session.visitor()),
        enriched.dueAt());
  }

  private void publish(Column column, EnrichedSession enriched) {
    if (enriched.session().isDeleted() && !column.isFrame()) {
      values.nothing();
    } else {
      column.publisher().publish(enriched, values);
    }
    int count = values.values();
    if (count != 1) {
      throw new IllegalStateException(
          "%s: expected that the column writes one value, found %d; correct its publisher"
              .formatted(column.name(), count));
    }
  }
}
