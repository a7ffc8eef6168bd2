package io.clickstream.wire;

import io.clickstream.columns.Columns;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.Session;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** The types of the streams between the sessions and the sink. */
public final class OutputTypes {

  public static final TypeInformation<OutputRecord> OUTPUT_RECORD =
      WireType.of(OutputRecord.class, OutputRecordSerializer.INSTANCE);

  private OutputTypes() {}

  /** Sessions with the columns of a table. */
  public static TypeInformation<Session> session(Columns columns) {
    return WireType.of(Session.class, new SessionSerializer(columns.layout()));
  }

  /** The same with what reference data adds. */
  public static TypeInformation<EnrichedSession> enrichedSession(Columns columns) {
    return WireType.of(EnrichedSession.class, new EnrichedSessionSerializer(columns.layout()));
  }
}
