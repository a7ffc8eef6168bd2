package io.clickstream.session.operator;

import io.clickstream.model.Click;
import io.clickstream.session.ClickForm;
import io.clickstream.wire.ClickSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Clicks wait in the form in which they travel. */
public final class ClickBytes implements ClickForm {

  private final DataOutputSerializer out = new DataOutputSerializer(1_024);
  private final DataInputDeserializer in = new DataInputDeserializer();

  @Override
  public int write(Click click) {
    out.clear();
    try {
      ClickSerializer.INSTANCE.serialize(click, out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return out.length();
  }

  @Override
  public byte[] written() {
    return out.getSharedBuffer();
  }

  @Override
  public Click read(byte[] from, int start, int length) {
    in.setBuffer(from, start, length);
    try {
      return ClickSerializer.INSTANCE.deserialize(in);
    } catch (IOException e) {
      throw new UncheckedIOException("a click that waits is corrupt", e);
    }
  }
}
