package io.clickstream.output;

import io.clickstream.columns.Columns;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.OutputRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Turns enriched sessions and retractions into records for the sink. */
public final class FormatSessions extends RichMapFunction<EnrichedSession, OutputRecord> {

  private static final long serialVersionUID = 1L;

  private final Columns columns;

  /** Set before the first session comes. */
  @SuppressWarnings("NullAway.Init")
  private transient SessionFormat format;

  /** A function that publishes the columns of a table. */
  public FormatSessions(Columns columns) {
    this.columns = columns;
  }

  @Override
  public void open(OpenContext context) {
    format = new SessionFormat(columns);
  }

  @Override
  public OutputRecord map(EnrichedSession session) {
    return format.format(session);
  }
}
