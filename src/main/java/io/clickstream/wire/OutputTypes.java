package io.clickstream.wire;

import io.clickstream.model.OutputRecord;
import io.clickstream.model.Session;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** The types of the streams between the sessions and the sink. */
public final class OutputTypes {

  public static final TypeInformation<Session> SESSION =
      WireType.of(Session.class, SessionSerializer.INSTANCE);

  public static final TypeInformation<OutputRecord> OUTPUT_RECORD =
      WireType.of(OutputRecord.class, OutputRecordSerializer.INSTANCE);

  private OutputTypes() {}
}
