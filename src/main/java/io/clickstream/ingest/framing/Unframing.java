package io.clickstream.ingest.framing;

import io.clickstream.config.Framing;
import io.clickstream.model.Frame;
import io.clickstream.model.RejectionReason;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Undoes what {@code ingest.framing} says, layer by layer, and finds the payloads of a record: one,
 * or with {@code lines} any number of them.
 *
 * <p>A layer that the record does not have:
 *
 * <ul>
 *   <li>{@code confluent}: the record is rejected. Its id says how the rest is read.
 *   <li>{@code gzip}: the record is read as it is, since topics have compressed records beside
 *       plain ones, and no JSON begins as gzip does.
 *   <li>{@code lines}: there is one value.
 *   <li>{@code text}: the record is read as it is, since only a text can be one.
 * </ul>
 *
 * <p>Time and memory are proportional to the record's length and to that of what is packed in it,
 * and neither is more than the bytes that a record may have. One instance serves all records of a
 * thread.
 */
public final class Unframing implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Receives what is in a record. */
  public interface Payloads {

    /**
     * A payload.
     *
     * @param payload its bytes; the record's own if nothing was around them
     * @param frame what was around them, null for nothing
     */
    void payload(byte[] payload, @Nullable Frame frame);

    /**
     * Something that is not framed as it should be.
     *
     * @param detail what is wrong; nothing of it is from the record
     * @param bytes up to where it could be undone
     * @param frame what was around these, null for nothing
     */
    void broken(RejectionReason reason, String detail, byte[] bytes, @Nullable Frame frame);
  }

  private final Framing[] layers;
  private final int maxLength;
  private transient @Nullable Gzip gzip;

  /**
   * Undoes some layers.
   *
   * @param layers the outermost first
   * @param maxLength bytes that a record may have, packed and unpacked
   */
  public Unframing(List<Framing> layers, long maxLength) {
    this.layers = layers.toArray(Framing[]::new);
    this.maxLength = Math.toIntExact(maxLength);
  }

  /** Whether there is nothing to undo. */
  public boolean isNone() {
    return layers.length == 0;
  }

  /**
   * Undoes all layers of a record; it never throws, whatever the bytes.
   *
   * @param record not to be modified
   */
  public void undo(byte[] record, Payloads out) {
    if (record.length > maxLength) {
      out.broken(
          RejectionReason.TOO_LARGE,
          "%d bytes, at most %d allowed".formatted(record.length, maxLength),
          record,
          null);
    } else {
      undo(0, record, null, out);
    }
  }

  private void undo(int layer, byte[] bytes, @Nullable Frame frame, Payloads out) {
    if (layer == layers.length) {
      out.payload(bytes, frame);
      return;
    }
    try {
      switch (layers[layer]) {
        case CONFLUENT -> {
          byte[] behind = behindSchemaId(bytes);
          undo(layer + 1, behind, Frame.schemaId(frame, bytes), out);
        }
        case GZIP -> {
          boolean isGzip = Gzip.isAt(bytes, 0);
          undo(
              layer + 1,
              isGzip ? gzip().unpacked(bytes, maxLength) : bytes,
              isGzip ? Frame.gzip(frame) : frame,
              out);
        }
        case TEXT -> {
          int start = JsonValues.afterSpace(bytes, JsonValues.hasByteOrderMark(bytes) ? 3 : 0);
          boolean isText = JsonText.isAt(bytes, start);
          undo(
              layer + 1,
              isText ? JsonText.read(bytes, start) : bytes,
              isText ? Frame.text(frame) : frame,
              out);
        }
        case LINES -> split(layer, bytes, frame, out);
      }
    } catch (FramingException e) {
      out.broken(e.reason(), e.detail(), bytes, frame);
    }
  }

  /** Every value is a payload of its own; where there is none, the bytes are one as they are. */
  private void split(int layer, byte[] bytes, @Nullable Frame frame, Payloads out) {
    JsonValues values = new JsonValues(bytes);
    if (!values.next()) {
      undo(layer + 1, bytes, frame, out);
      return;
    }
    int start = values.start();
    int end = values.end();
    if (!values.next()) {
      undo(layer + 1, bytes, frame, out);
      return;
    }
    undo(layer + 1, Arrays.copyOfRange(bytes, start, end), frame, out);
    do {
      undo(layer + 1, Arrays.copyOfRange(bytes, values.start(), values.end()), frame, out);
    } while (values.next());
  }

  private static byte[] behindSchemaId(byte[] bytes) throws FramingException {
    if (bytes.length < Frame.SCHEMA_ID_LENGTH || bytes[0] != 0) {
      throw FramingException.malformed(
          bytes.length > 0 && bytes[0] != 0
              ? "expected a zero and a schema id in front (ingest.framing: confluent), found another"
                  + " first byte"
              : "expected a zero and a schema id in front (ingest.framing: confluent), found fewer"
                  + " than %d bytes".formatted(Frame.SCHEMA_ID_LENGTH));
    }
    return Arrays.copyOfRange(bytes, Frame.SCHEMA_ID_LENGTH, bytes.length);
  }

  private Gzip gzip() {
    Gzip current = gzip;
    if (current == null) {
      current = new Gzip();
      gzip = current;
    }
    return current;
  }
}
