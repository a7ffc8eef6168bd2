package io.clickstream.reference;

import io.clickstream.model.Product;
import io.clickstream.model.UserProfile;
import io.clickstream.reference.ReferenceUpdate.Kind;
import io.clickstream.wire.Versioned;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A part of the reference data as of one moment: the updates that make it.
 *
 * <p>Immutable to all who see it. The updates are encoded when the bytes are first wanted, which is
 * while a checkpoint is written and so beside the task's thread, and dropped then: the next
 * checkpoints write the same bytes.
 *
 * <p>The first byte is the version of the layout, so that a later release can keep more columns;
 * the rest is compressed and carries a checksum.
 */
public final class ReferenceBlock {

  private static final Versioned VERSION = new Versioned("a block of reference data", 1);

  /** Bytes of an update, more or less, before it is compressed. */
  private static final int USUAL_SIZE = 32;

  private static final int PRODUCT = 1;
  private static final int KNOWN = 1 << 1;
  private static final int FIRST_COLUMN = 1 << 2;
  private static final int SECOND_COLUMN = 1 << 3;
  private static final int POSITION = 1 << 4;

  private @Nullable List<ReferenceUpdate> updates;
  private byte @Nullable [] encoded;

  private ReferenceBlock(@Nullable List<ReferenceUpdate> updates, byte @Nullable [] encoded) {
    this.updates = updates;
    this.encoded = encoded;
  }

  /**
   * A block of updates of profiles and products.
   *
   * @param updates not changed any more
   */
  static ReferenceBlock of(List<ReferenceUpdate> updates) {
    return new ReferenceBlock(updates, null);
  }

  /** A block of what {@link #encoded()} gave; whether it can be read, {@link #updates()} tells. */
  public static ReferenceBlock ofEncoded(byte[] encoded) {
    return new ReferenceBlock(null, encoded);
  }

  /** The bytes that it is stored as; not to be changed. */
  public synchronized byte[] encoded() {
    if (encoded == null) {
      encoded = encode(updates == null ? List.of() : updates);
      updates = null;
    }
    return encoded;
  }

  /**
   * The updates, without whether a bounded read delivered them.
   *
   * @throws IOException if the bytes are of a newer release or corrupt
   */
  public synchronized List<ReferenceUpdate> updates() throws IOException {
    if (updates != null) {
      return updates;
    }
    byte[] bytes = encoded();
    VERSION.check(bytes.length == 0 ? 0 : bytes[0] & 0xFF);
    try {
      return decode(bytes);
    } catch (IOException e) {
      throw new IOException(
          "a block of reference data of bytes="
              + bytes.length
              + " cannot be read: the checkpoint is corrupt, restore another one",
          e);
    }
  }

  private static byte[] encode(List<ReferenceUpdate> updates) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(updates.size() * USUAL_SIZE);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(updates.size());
      for (ReferenceUpdate update : updates) {
        write(update, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return compress(bytes.toByteArray());
  }

  private static byte[] compress(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length / 2);
    compressed.write(VERSION.newest());
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    byte[] buffer = new byte[1 << 13];
    deflater.setInput(bytes);
    deflater.finish();
    while (!deflater.finished()) {
      compressed.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return compressed.toByteArray();
  }

  private static void write(ReferenceUpdate update, DataOutputStream out) throws IOException {
    UserProfile profile = update.profile();
    Product product = update.product();
    String first =
        profile != null ? profile.segment() : product != null ? product.category() : null;
    String second = profile != null ? profile.tier() : product != null ? product.brand() : null;
    boolean hasPosition = update.partition() != ReferenceUpdate.NOWHERE;
    out.writeByte(
        bit(PRODUCT, update.kind() == Kind.PRODUCT)
            | bit(KNOWN, profile != null || product != null)
            | bit(FIRST_COLUMN, first != null)
            | bit(SECOND_COLUMN, second != null)
            | bit(POSITION, hasPosition));
    out.writeUTF(update.id());
    if (first != null) {
      out.writeUTF(first);
    }
    if (second != null) {
      out.writeUTF(second);
    }
    if (hasPosition) {
      out.writeInt(update.partition());
      out.writeLong(update.offset());
    }
  }

  private static List<ReferenceUpdate> decode(byte[] bytes) throws IOException {
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(
                new InflaterInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1))))) {
      int size = in.readInt();
      List<ReferenceUpdate> updates = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        updates.add(read(in));
      }
      // Behind the last byte the checksum is looked at.
      if (in.read() != -1) {
        throw new IOException("more follows than updates=" + size);
      }
      return updates;
    }
  }

  private static ReferenceUpdate read(DataInputStream in) throws IOException {
    int present = in.readUnsignedByte();
    String id = in.readUTF();
    String first = (present & FIRST_COLUMN) != 0 ? in.readUTF() : null;
    String second = (present & SECOND_COLUMN) != 0 ? in.readUTF() : null;
    boolean known = (present & KNOWN) != 0;
    boolean hasPosition = (present & POSITION) != 0;
    int partition = hasPosition ? in.readInt() : ReferenceUpdate.NOWHERE;
    long offset = hasPosition ? in.readLong() : ReferenceUpdate.NOWHERE;
    return (present & PRODUCT) != 0
        ? ReferenceUpdate.ofProduct(
            id, known ? new Product(first, second) : null, partition, offset, false)
        : ReferenceUpdate.ofProfile(
            id, known ? new UserProfile(first, second) : null, partition, offset, false);
  }

  private static int bit(int bit, boolean present) {
    return present ? bit : 0;
  }
}
