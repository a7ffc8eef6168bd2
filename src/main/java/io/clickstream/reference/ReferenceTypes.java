package io.clickstream.reference;

import io.clickstream.wire.WireType;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** The types of the streams that carry reference data. */
public final class ReferenceTypes {

  public static final TypeInformation<ReferenceRecord> RECORD =
      WireType.of(ReferenceRecord.class, ReferenceRecordSerializer.INSTANCE);

  public static final TypeInformation<ReferenceUpdate> UPDATE =
      WireType.of(ReferenceUpdate.class, ReferenceUpdateSerializer.INSTANCE);

  private ReferenceTypes() {}
}
