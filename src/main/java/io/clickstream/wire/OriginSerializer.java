package io.clickstream.wire;

import io.clickstream.model.Frame;
import io.clickstream.model.Origin;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes the place, then key and value, each with its length or as null. Rare parts are announced
 * by bits beside the partition.
 */
public final class OriginSerializer extends ImmutableSerializer<Origin> {

  public static final OriginSerializer INSTANCE = new OriginSerializer();

  private static final long serialVersionUID = 1L;

  /** An index, or a frame, or both. */
  private static final int HAS_INDEX = 1;

  private static final int HAS_TIME = 1 << 1;
  private static final int PARTITION_SHIFT = 2;

  /** The one topic that nearly all come from; subtasks may overwrite each other's without harm. */
  private static @Nullable Topic lastTopic;

  /** Final fields: a thread that sees it sees all of it, so no lock is needed. */
  private static final class Topic {
    private final String name;
    private final byte[] bytes;

    Topic(String name) {
      this.name = name;
      this.bytes = name.getBytes(StandardCharsets.UTF_8);
    }
  }

  @Override
  public Origin createInstance() {
    return new Origin("", 0, 0, null, null);
  }

  @Override
  public void serialize(Origin origin, DataOutputView out) throws IOException {
    Topic topic = lastTopic;
    if (topic == null || !topic.name.equals(origin.topic())) {
      topic = new Topic(origin.topic());
      lastTopic = topic;
    }
    Wire.writeBytes(out, topic.bytes);
    Frame frame = origin.frame();
    int seldom =
        (origin.index() == Origin.ALONE && frame == null ? 0 : HAS_INDEX)
            | (origin.receivedAt() == Origin.UNKNOWN ? 0 : HAS_TIME);
    Wire.writeUnsigned(out, (long) origin.partition() << PARTITION_SHIFT | seldom);
    Wire.writeUnsigned(out, origin.offset());
    if ((seldom & HAS_INDEX) != 0) {
      // ALONE is -1, and so it is 0 here.
      Wire.writeUnsigned(out, (origin.index() + 1L) << 1 | (frame == null ? 0 : 1));
    }
    if ((seldom & HAS_TIME) != 0) {
      Wire.writeSigned(out, origin.receivedAt());
    }
    Wire.writeBytes(out, origin.key());
    Wire.writeBytes(out, origin.value());
    if (frame != null) {
      Wire.writeBytes(out, frame.code());
    }
  }

  @Override
  public Origin deserialize(DataInputView in) throws IOException {
    byte[] bytes = Wire.readBytes(in);
    if (bytes == null) {
      throw new EOFException("expected a topic: the data is corrupt");
    }
    Topic topic = lastTopic;
    if (topic == null || !Arrays.equals(topic.bytes, bytes)) {
      topic = new Topic(new String(bytes, StandardCharsets.UTF_8));
      lastTopic = topic;
    }
    long partition = Wire.readUnsigned(in);
    long offset = Wire.readUnsigned(in);
    long indexAndFrame = (partition & HAS_INDEX) != 0 ? Wire.readUnsigned(in) : 0;
    long receivedAt = (partition & HAS_TIME) != 0 ? Wire.readSigned(in) : Origin.UNKNOWN;
    return new Origin(
        topic.name,
        (int) (partition >>> PARTITION_SHIFT),
        offset,
        (int) (indexAndFrame >>> 1) - 1,
        Wire.readBytes(in),
        Wire.readBytes(in),
        receivedAt,
        (indexAndFrame & 1) != 0 ? readFrame(in) : null);
  }

  private static Frame readFrame(DataInputView in) throws IOException {
    byte[] code = Wire.readBytes(in);
    try {
      return Frame.ofCode(code == null ? new byte[0] : code);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public TypeSerializerSnapshot<Origin> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in checkpoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Origin> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
