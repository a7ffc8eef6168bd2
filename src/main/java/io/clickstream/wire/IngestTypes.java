package io.clickstream.wire;

import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.LateClick;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.Visitor;

/** The types of what comes out of the source and of what streams of it are keyed by. */
public final class IngestTypes {

  public static final WireType<Ingested> INGESTED =
      WireType.of(Ingested.class, IngestedSerializer.INSTANCE);

  public static final WireType<Click> CLICK = WireType.of(Click.class, ClickSerializer.INSTANCE);

  public static final WireType<Origin> ORIGIN =
      WireType.of(Origin.class, OriginSerializer.INSTANCE);

  public static final WireType<Rejection> REJECTION =
      WireType.of(Rejection.class, RejectionSerializer.INSTANCE);

  public static final WireType<LateClick> LATE_CLICK =
      WireType.of(LateClick.class, LateClickSerializer.INSTANCE);

  public static final WireType<Visitor> VISITOR =
      WireType.keyOf(Visitor.class, VisitorSerializer.INSTANCE);

  private IngestTypes() {}
}
