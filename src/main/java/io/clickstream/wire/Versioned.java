package io.clickstream.wire;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The version of the layout of values in state. Every version from 1 to the newest is read, so that
 * a release restores the state of all that came before it. A newer one is refused with a message
 * that names the remedy: read as an older one, it would become another value.
 *
 * <p>Each serializer of values that lie in state has one. Where it is written is the serializer's
 * choice: as a byte in front of each value ({@link #write}, {@link #read}), or where Flink keeps it
 * ({@link #newest}, {@link #check}). Values that only travel between subtasks have none: both sides
 * are of one release.
 */
public final class Versioned {

  private final String what;
  private final int newest;

  /**
   * The versions of one layout.
   *
   * @param what the value, as messages call it: {@code a session}
   * @param newest the version that is written, 1 to 255
   */
  public Versioned(String what, int newest) {
    if (newest < 1 || newest > 0xFF) {
      throw new IllegalArgumentException(
          "%s: expected a version from 1 to 255, found %d".formatted(what, newest));
    }
    this.what = what;
    this.newest = newest;
  }

  /** The version that is written. */
  public int newest() {
    return newest;
  }

  /** Writes the newest version as one byte. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(newest);
  }

  /**
   * Reads the byte that {@link #write} wrote.
   *
   * @return the version of the value behind it, 1 to the newest
   * @throws IOException if it is none of these
   */
  public int read(DataInput in) throws IOException {
    return check(in.readUnsignedByte());
  }

  /**
   * Refuses a version that this release cannot read.
   *
   * @return the version, 1 to the newest
   * @throws IOException if it is none of these
   */
  public int check(int version) throws IOException {
    if (version < 1) {
      throw new IOException(
          "%s of layout version=%d cannot be read, expected version=1 to %d: the data is corrupt; restore another checkpoint or savepoint"
              .formatted(what, version, newest));
    }
    if (version > newest) {
      throw new IOException(
          "%s of layout version=%d cannot be read, expected version=1 to %d: a newer release wrote it; start that release or a newer one, or restore a savepoint of this release or an older one"
              .formatted(what, version, newest));
    }
    return version;
  }
}
