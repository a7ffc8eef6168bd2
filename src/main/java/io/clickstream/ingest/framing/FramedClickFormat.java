package io.clickstream.ingest.framing;

import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.ClickFormat;
import io.clickstream.ingest.ClickRules;
import io.clickstream.ingest.FieldProblem;
import io.clickstream.model.Frame;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Clicks in records that have something in front of, around or between them: it is undone, and
 * every payload is read by a format as if it were a record. All clicks of a record have a place
 * among all of them, whichever payload they are in.
 *
 * <p>A record that is rejected as a whole keeps its bytes as they were. Anything else is written in
 * the frame that its record had.
 */
public final class FramedClickFormat implements ClickFormat {

  private static final long serialVersionUID = 1L;

  private final ClickFormat format;
  private final Unframing unframing;

  private FramedClickFormat(ClickFormat format, Unframing unframing) {
    this.format = format;
    this.unframing = unframing;
  }

  /** A format for records that are framed as {@code ingest.framing} says. */
  public static ClickFormat of(ClickFormat format, IngestSettings settings) {
    Unframing unframing = new Unframing(settings.framing(), settings.maxRecordSize());
    return unframing.isNone() ? format : new FramedClickFormat(format, unframing);
  }

  @Override
  public void parse(
      Origin origin, long recordTimestamp, long wallClock, Consumer<? super Ingested> out) {
    byte[] value = origin.value();
    if (value == null) {
      format.parse(origin, recordTimestamp, wallClock, out);
      return;
    }
    List<Part> parts = new ArrayList<>(1);
    unframing.undo(value, new Parts(parts));
    boolean isWhole = parts.size() == 1;
    Consumer<? super Ingested> results = isWhole ? new Whole(origin, out) : new Numbered(out);
    for (Part part : parts) {
      Origin payload = origin.within(part.frame, part.bytes);
      if (part.reason != null) {
        results.accept(ClickRules.reject(part.reason, part.detail, payload));
      } else {
        format.parse(payload, recordTimestamp, wallClock, results);
      }
    }
  }

  @Override
  public boolean needsReceivedAt() {
    return format.needsReceivedAt();
  }

  @Override
  public List<FieldProblem> problems() {
    return format.problems();
  }

  /** A payload, or something that is not framed as it should be. */
  private record Part(
      byte[] bytes, @Nullable Frame frame, @Nullable RejectionReason reason, String detail) {}

  private record Parts(List<Part> parts) implements Unframing.Payloads {

    @Override
    public void payload(byte[] payload, @Nullable Frame frame) {
      parts.add(new Part(payload, frame, null, ""));
    }

    @Override
    public void broken(RejectionReason reason, String detail, byte[] bytes, @Nullable Frame frame) {
      parts.add(new Part(bytes, frame, reason, detail));
    }
  }

  /** Passes on what the only payload of a record is; the record is rejected as it was. */
  private record Whole(Origin origin, Consumer<? super Ingested> out)
      implements Consumer<Ingested> {

    @Override
    public void accept(Ingested ingested) {
      Rejection rejection = ingested.rejection();
      out.accept(
          rejection != null && rejection.origin().index() == Origin.ALONE
              ? Ingested.of(new Rejection(rejection.reason(), rejection.detail(), origin))
              : ingested);
    }
  }

  /** Passes on what is in the payloads of a record, with its place among all of that. */
  private static final class Numbered implements Consumer<Ingested> {

    private final Consumer<? super Ingested> out;
    private int next;
    private boolean hasFirst;

    Numbered(Consumer<? super Ingested> out) {
      this.out = out;
    }

    @Override
    public void accept(Ingested ingested) {
      boolean isNothing = ingested.what() == Ingested.What.NOTHING;
      if (isNothing && hasFirst) {
        return;
      }
      Ingested placed = isNothing ? ingested : ingested.at(next++);
      out.accept(hasFirst ? placed.notFirst() : placed);
      hasFirst = true;
    }
  }
}
