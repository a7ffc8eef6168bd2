package io.clickstream.wire;

import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.Rejection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes what it is, then the click, the problems if it has any, or the rejection. */
public final class IngestedSerializer extends ImmutableSerializer<Ingested> {

  public static final IngestedSerializer INSTANCE = new IngestedSerializer();

  private static final long serialVersionUID = 1L;
  private static final int REJECTION = 0;
  private static final int CLICK = 1;
  private static final int CLICK_WITH_PROBLEMS = 2;
  private static final int CORRECTED_CLICK = 3;
  private static final int CORRECTED_CLICK_WITH_PROBLEMS = 4;
  private static final int SKIPPED = 5;
  private static final int NOTHING = 6;

  /** Added to these if it is a further one of its record. */
  private static final int NOT_FIRST = 1 << 4;

  @Override
  public Ingested createInstance() {
    return Ingested.of(ClickSerializer.INSTANCE.createInstance());
  }

  @Override
  public void serialize(Ingested ingested, DataOutputView out) throws IOException {
    int notFirst = ingested.isFirst() ? 0 : NOT_FIRST;
    Click click = ingested.click();
    Rejection rejection = ingested.rejection();
    if (click != null) {
      List<Integer> problems = ingested.problems();
      int what =
          ingested.isClockCorrected()
              ? problems.isEmpty() ? CORRECTED_CLICK : CORRECTED_CLICK_WITH_PROBLEMS
              : problems.isEmpty() ? CLICK : CLICK_WITH_PROBLEMS;
      out.writeByte(notFirst | what);
      ClickSerializer.INSTANCE.serialize(click, out);
      if (!problems.isEmpty()) {
        Wire.writeUnsigned(out, problems.size());
        for (int field : problems) {
          Wire.writeUnsigned(out, field);
        }
      }
    } else if (rejection != null) {
      out.writeByte(notFirst | REJECTION);
      RejectionSerializer.INSTANCE.serialize(rejection, out);
    } else {
      out.writeByte(notFirst | (ingested.what() == Ingested.What.SKIPPED ? SKIPPED : NOTHING));
    }
  }

  @Override
  public Ingested deserialize(DataInputView in) throws IOException {
    int what = in.readUnsignedByte();
    Ingested ingested = read(what & ~NOT_FIRST, in);
    return (what & NOT_FIRST) == 0 ? ingested : ingested.notFirst();
  }

  private static Ingested read(int what, DataInputView in) throws IOException {
    return switch (what) {
      case CLICK -> Ingested.of(ClickSerializer.INSTANCE.deserialize(in));
      case CLICK_WITH_PROBLEMS ->
          Ingested.of(ClickSerializer.INSTANCE.deserialize(in), readProblems(in));
      case CORRECTED_CLICK ->
          Ingested.of(ClickSerializer.INSTANCE.deserialize(in), List.of(), true);
      case CORRECTED_CLICK_WITH_PROBLEMS ->
          Ingested.of(ClickSerializer.INSTANCE.deserialize(in), readProblems(in), true);
      case REJECTION -> Ingested.of(RejectionSerializer.INSTANCE.deserialize(in));
      case SKIPPED -> Ingested.skipped();
      case NOTHING -> Ingested.nothing();
      default ->
          throw new IOException("result=" + what + " is unknown: the data is newer or corrupt");
    };
  }

  private static List<Integer> readProblems(DataInputView in) throws IOException {
    List<Integer> problems = new ArrayList<>();
    for (int left = Wire.readSize(in); left > 0; left--) {
      problems.add(Wire.readSize(in));
    }
    return List.copyOf(problems);
  }

  @Override
  public TypeSerializerSnapshot<Ingested> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in checkpoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Ingested> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
