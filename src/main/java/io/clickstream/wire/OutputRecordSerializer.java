package io.clickstream.wire;

import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputRecord.Header;
import io.clickstream.model.OutputTopic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes output records on the edge to the sink; they lie in no state. */
public final class OutputRecordSerializer extends ImmutableSerializer<OutputRecord> {

  public static final OutputRecordSerializer INSTANCE = new OutputRecordSerializer();

  private static final long serialVersionUID = 1L;
  private static final OutputTopic[] TOPICS = OutputTopic.values();

  @Override
  public OutputRecord createInstance() {
    return new OutputRecord(OutputTopic.SESSIONS, null, null, List.of(), 0);
  }

  @Override
  public void serialize(OutputRecord record, DataOutputView out) throws IOException {
    Wire.writeEnum(out, record.topic());
    out.writeInt(record.hash());
    out.writeLong(record.dueAt());
    Wire.writeBytes(out, record.key());
    Wire.writeBytes(out, record.value());
    Wire.writeUnsigned(out, record.headers().size());
    for (Header header : record.headers()) {
      Wire.writeText(out, header.name());
      Wire.writeText(out, header.value());
    }
  }

  @Override
  public OutputRecord deserialize(DataInputView in) throws IOException {
    OutputTopic topic = Wire.readEnum(in, TOPICS);
    int hash = in.readInt();
    long dueAt = in.readLong();
    byte[] key = Wire.readBytes(in);
    byte[] value = Wire.readBytes(in);
    return new OutputRecord(topic, key, value, readHeaders(in), hash, dueAt);
  }

  /** None, in a session. */
  private static List<Header> readHeaders(DataInputView in) throws IOException {
    int size = Wire.readSize(in);
    if (size == 0) {
      return List.of();
    }
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      headers.add(new Header(Wire.readRequiredText(in), Wire.readRequiredText(in)));
    }
    return headers;
  }

  @Override
  public TypeSerializerSnapshot<OutputRecord> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Marks data that was written by this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<OutputRecord> {
    public Snapshot() {
      super(OutputRecordSerializer::new);
    }
  }
}
