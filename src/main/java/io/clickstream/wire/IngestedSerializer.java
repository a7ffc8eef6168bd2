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

/** Writes which of the two it is, then the click, the problems if it has any, or the rejection. */
public final class IngestedSerializer extends ImmutableSerializer<Ingested> {

  public static final IngestedSerializer INSTANCE = new IngestedSerializer();

  private static final long serialVersionUID = 1L;
  private static final int REJECTION = 0;
  private static final int CLICK = 1;
  private static final int CLICK_WITH_PROBLEMS = 2;
  private static final int CORRECTED_CLICK = 3;
  private static final int CORRECTED_CLICK_WITH_PROBLEMS = 4;

  @Override
  public Ingested createInstance() {
    return Ingested.of(ClickSerializer.INSTANCE.createInstance());
  }

  @Override
  public void serialize(Ingested ingested, DataOutputView out) throws IOException {
    Click click = ingested.click();
    Rejection rejection = ingested.rejection();
    if (click != null) {
      List<Integer> problems = ingested.problems();
      out.writeByte(
          ingested.isClockCorrected()
              ? problems.isEmpty() ? CORRECTED_CLICK : CORRECTED_CLICK_WITH_PROBLEMS
              : problems.isEmpty() ? CLICK : CLICK_WITH_PROBLEMS);
      ClickSerializer.INSTANCE.serialize(click, out);
      if (!problems.isEmpty()) {
        Wire.writeUnsigned(out, problems.size());
        for (int field : problems) {
          Wire.writeUnsigned(out, field);
        }
      }
    } else if (rejection != null) {
      out.writeByte(REJECTION);
      RejectionSerializer.INSTANCE.serialize(rejection, out);
    }
  }

  @Override
  public Ingested deserialize(DataInputView in) throws IOException {
    int what = in.readUnsignedByte();
    return switch (what) {
      case CLICK -> Ingested.of(ClickSerializer.INSTANCE.deserialize(in));
      case CLICK_WITH_PROBLEMS ->
          Ingested.of(ClickSerializer.INSTANCE.deserialize(in), readProblems(in));
      case CORRECTED_CLICK ->
          Ingested.of(ClickSerializer.INSTANCE.deserialize(in), List.of(), true);
      case CORRECTED_CLICK_WITH_PROBLEMS ->
          Ingested.of(ClickSerializer.INSTANCE.deserialize(in), readProblems(in), true);
      case REJECTION -> Ingested.of(RejectionSerializer.INSTANCE.deserialize(in));
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
