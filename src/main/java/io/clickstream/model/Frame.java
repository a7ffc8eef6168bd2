package io.clickstream.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The layers around the payload of a record, such as a schema id in front of a compressed text. It
 * is enough to {@linkplain #wrap write} the payload, or a part of it, as the record was written.
 *
 * <p>Immutable.
 */
public final class Frame implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The bytes in front of a payload with Confluent's schema id: a zero and the id. */
  public static final int SCHEMA_ID_LENGTH = 5;

  private static final byte GZIP = 1;
  private static final byte TEXT = 2;

  /** The id follows in four bytes. */
  private static final byte SCHEMA_ID = 3;

  private static final byte[] NO_LAYERS = {};
  private static final Frame ONLY_GZIP = new Frame(new byte[] {GZIP});
  private static final Frame ONLY_TEXT = new Frame(new byte[] {TEXT});
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** The outermost first. */
  private final byte[] layers;

  private Frame(byte[] layers) {
    this.layers = layers;
  }

  /** Compression with gzip, in another frame or in none. */
  public static Frame gzip(@Nullable Frame outer) {
    return outer == null ? ONLY_GZIP : outer.around(GZIP);
  }

  /** A JSON text, in another frame or in none. */
  public static Frame text(@Nullable Frame outer) {
    return outer == null ? ONLY_TEXT : outer.around(TEXT);
  }

  /**
   * Confluent's schema id, in another frame or in none.
   *
   * @param framed begins with the zero and the id
   */
  public static Frame schemaId(@Nullable Frame outer, byte[] framed) {
    return around(outer, SCHEMA_ID, framed[1], framed[2], framed[3], framed[4]);
  }

  private Frame around(byte layer) {
    return around(this, layer);
  }

  private static Frame around(@Nullable Frame outer, byte... layer) {
    byte[] before = outer == null ? NO_LAYERS : outer.layers;
    byte[] all = Arrays.copyOf(before, before.length + layer.length);
    System.arraycopy(layer, 0, all, before.length, layer.length);
    return new Frame(all);
  }

  /**
   * The frame of a {@link #code()}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Frame ofCode(byte[] code) {
    int at = 0;
    while (at < code.length) {
      at = next(code, at);
    }
    if (at != code.length || at == 0) {
      throw new IllegalArgumentException("expected a frame, found a part of one");
    }
    return code.length > 1 ? new Frame(code) : code[0] == GZIP ? ONLY_GZIP : ONLY_TEXT;
  }

  private static int next(byte[] code, int at) {
    return switch (code[at]) {
      case GZIP, TEXT -> at + 1;
      case SCHEMA_ID -> at + SCHEMA_ID_LENGTH;
      default ->
          throw new IllegalArgumentException(
              "layer=" + code[at] + " is unknown: the data is newer or corrupt");
    };
  }

  /** The frame in a few bytes, at least one; not to be modified. */
  public byte[] code() {
    return layers;
  }

  /**
   * A payload in this frame. A compressed record is compressed anew, and a text is escaped where it
   * has to be, so that the bytes may be others than those that were read; their meaning is the
   * same.
   */
  public byte[] wrap(byte[] payload) {
    return wrap(payload, 0);
  }

  /** The payload in the layers from here on. */
  private byte[] wrap(byte[] payload, int at) {
    if (at == layers.length) {
      return payload;
    }
    byte[] inner = wrap(payload, next(layers, at));
    return switch (layers[at]) {
      case GZIP -> compressed(inner);
      case TEXT -> quoted(inner);
      default -> withSchemaId(inner, at);
    };
  }

  private static byte[] compressed(byte[] payload) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(payload.length / 2 + 64);
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(payload);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return packed.toByteArray();
  }

  private byte[] withSchemaId(byte[] payload, int at) {
    byte[] framed = new byte[SCHEMA_ID_LENGTH + payload.length];
    System.arraycopy(layers, at + 1, framed, 1, SCHEMA_ID_LENGTH - 1);
    System.arraycopy(payload, 0, framed, SCHEMA_ID_LENGTH, payload.length);
    return framed;
  }

  private static byte[] quoted(byte[] payload) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(payload.length + payload.length / 4 + 2);
    text.write('"');
    for (byte next : payload) {
      switch (next) {
        case '"', '\\' -> escape(text, next);
        case '\n' -> escape(text, (byte) 'n');
        case '\r' -> escape(text, (byte) 'r');
        case '\t' -> escape(text, (byte) 't');
        default -> {
          if (next >= 0 && next < ' ') {
            escape(text, (byte) 'u');
            text.write('0');
            text.write('0');
            text.write(HEX[next >> 4]);
            text.write(HEX[next & 0xF]);
          } else {
            text.write(next);
          }
        }
      }
    }
    text.write('"');
    return text.toByteArray();
  }

  private static void escape(ByteArrayOutputStream text, byte what) {
    text.write('\\');
    text.write(what);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Frame that && Arrays.equals(layers, that.layers);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(layers);
  }

  @Override
  public String toString() {
    return "Frame" + Arrays.toString(layers);
  }
}
