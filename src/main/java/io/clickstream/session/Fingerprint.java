package io.clickstream.session;

import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A 64-bit hash of a text, by which sessions remember event ids and pages.
 *
 * <p>It lies in state, so it is the same in every version. The mixing is that of MurmurHash3
 * (Austin Appleby, public domain), one lane over four UTF-16 units at a time: among the few hundred
 * texts of a session two different ones are practically never alike.
 */
final class Fingerprint {

  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long NOT_ASCII = 0x8080808080808080L;

  private Fingerprint() {}

  /**
   * The fingerprint of a click's text at an index, which is to be there; made of its bytes where
   * they are ASCII.
   */
  static long of(ClickTexts texts, int which) {
    if (texts.areInValue()) {
      int slice = texts.slice(which);
      int start = texts.startIn(slice);
      int end = start + ClickTexts.length(slice);
      byte[] bytes = texts.bytes(slice);
      long bits = 0;
      long hash = ClickTexts.length(slice);
      int at = start;
      for (; at <= end - Long.BYTES; at += Long.BYTES) {
        long eight = (long) LONGS.get(bytes, at);
        bits |= eight;
        hash = mixed(mixed(hash, (int) eight), (int) (eight >>> Integer.SIZE));
      }
      if (at <= end - Integer.BYTES) {
        int four = (int) INTS.get(bytes, at);
        bits |= four;
        hash = mixed(hash, four);
        at += Integer.BYTES;
      }
      int rest = rest(bytes, start, at, end);
      bits |= rest;
      if ((bits & NOT_ASCII) == 0) {
        return finish(hash ^ scramble(widened(rest)));
      }
    }
    return of(Objects.requireNonNull(texts.get(which)));
  }

  /**
   * The fingerprint of an event, which is to have an id: by its id and its type, because some
   * senders give one id to all events of a request.
   */
  static long ofEvent(ClickTexts texts) {
    long id = of(texts, ClickText.EVENT_ID.ordinal());
    return texts.has(ClickText.EVENT_TYPE)
        ? id ^ Long.rotateLeft(of(texts, ClickText.EVENT_TYPE.ordinal()), 31) * C1
        : id;
  }

  /** The fingerprint of a text, by its own, together with a number. */
  static long of(long text, long number) {
    return finish(Long.rotateLeft(text ^ scramble(number), 27) * 5 + 0x52dce729);
  }

  private static long mixed(long hash, int four) {
    return Long.rotateLeft(hash ^ scramble(widened(four)), 27) * 5 + 0x52dce729;
  }

  /** The up to three bytes from a place on, taken at once where there are others before them. */
  private static int rest(byte[] bytes, int start, int at, int end) {
    if (end - start >= Integer.BYTES) {
      long four = Integer.toUnsignedLong((int) INTS.get(bytes, end - Integer.BYTES));
      return (int) (four >>> (Byte.SIZE * (Integer.BYTES - (end - at))));
    }
    int rest = 0;
    for (int i = at; i < end; i++) {
      rest |= (bytes[i] & 0xFF) << (Byte.SIZE * (i - at));
    }
    return rest;
  }

  /** Four bytes as four UTF-16 units. */
  private static long widened(int four) {
    long two = (four | (long) four << 16) & 0x0000FFFF_0000FFFFL;
    return (two | two << 8) & 0x00FF00FF_00FF00FFL;
  }

  static long of(String text) {
    int length = text.length();
    long hash = length;
    int at = 0;
    for (; at + 4 <= length; at += 4) {
      long block =
          text.charAt(at)
              | ((long) text.charAt(at + 1) << 16)
              | ((long) text.charAt(at + 2) << 32)
              | ((long) text.charAt(at + 3) << 48);
      hash = Long.rotateLeft(hash ^ scramble(block), 27) * 5 + 0x52dce729;
    }
    long rest = 0;
    for (int shift = 0; at < length; at++, shift += 16) {
      rest |= (long) text.charAt(at) << shift;
    }
    return finish(hash ^ scramble(rest));
  }

  private static long scramble(long block) {
    return Long.rotateLeft(block * C1, 31) * C2;
  }

  private static long finish(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
