package io.clickstream.ingest.framing;

import io.clickstream.model.RejectionReason;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip (RFC 1952), in one part or in several. Every part has to be whole, and nothing else
 * may follow.
 *
 * <p>It never unpacks more than it is allowed to, so that a small record cannot become a large one.
 * One instance serves all records of a thread; it keeps a buffer of at most {@value #MAX_KEPT}
 * bytes.
 */
final class Gzip {

  private static final int MAX_KEPT = 1 << 20;
  private static final int SMALLEST_BUFFER = 8_192;

  private static final int HEADER_LENGTH = 10;
  private static final int TRAILER_LENGTH = 8;
  private static final int DEFLATE = 8;

  private static final int HAS_CHECKSUM = 1 << 1;
  private static final int HAS_EXTRA = 1 << 2;
  private static final int HAS_NAME = 1 << 3;
  private static final int HAS_COMMENT = 1 << 4;
  private static final int RESERVED = 0xE0;

  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private byte[] buffer = {};

  /** Whether bytes begin as gzip does; no JSON does. */
  static boolean isAt(byte[] bytes, int start) {
    return bytes.length >= start + 2
        && bytes[start] == (byte) 0x1F
        && bytes[start + 1] == (byte) 0x8B;
  }

  /**
   * The content of bytes that begin as gzip does.
   *
   * @param max bytes that it may be
   */
  byte[] unpacked(byte[] packed, int max) throws FramingException {
    try {
      int length = 0;
      int at = 0;
      do {
        int start = afterHeader(packed, at);
        inflater.reset();
        inflater.setInput(packed, start, packed.length - start);
        int end = inflate(length, max);
        at = packed.length - inflater.getRemaining();
        checkTrailer(packed, at, length, end);
        at += TRAILER_LENGTH;
        length = end;
      } while (isAt(packed, at));
      if (at != packed.length) {
        throw FramingException.malformed("gzip with other bytes behind it");
      }
      return Arrays.copyOf(buffer, length);
    } finally {
      if (buffer.length > MAX_KEPT) {
        buffer = new byte[0];
      }
    }
  }

  private static int afterHeader(byte[] packed, int start) throws FramingException {
    if (packed.length - start < HEADER_LENGTH) {
      throw endsTooEarly();
    }
    int flags = packed[start + 3];
    if (packed[start + 2] != DEFLATE || (flags & RESERVED) != 0) {
      throw FramingException.malformed("gzip of an unknown kind");
    }
    int at = start + HEADER_LENGTH;
    if ((flags & HAS_EXTRA) != 0) {
      at += 2 + (unsigned(packed, at) | unsigned(packed, at + 1) << Byte.SIZE);
    }
    if ((flags & HAS_NAME) != 0) {
      at = afterZero(packed, at);
    }
    if ((flags & HAS_COMMENT) != 0) {
      at = afterZero(packed, at);
    }
    if ((flags & HAS_CHECKSUM) != 0) {
      at += 2;
    }
    if (at >= packed.length) {
      throw endsTooEarly();
    }
    return at;
  }

  private static int afterZero(byte[] packed, int start) throws FramingException {
    int at = start;
    while (unsigned(packed, at) != 0) {
      at++;
    }
    return at + 1;
  }

  private static int unsigned(byte[] packed, int at) throws FramingException {
    if (at >= packed.length) {
      throw endsTooEarly();
    }
    return packed[at] & 0xFF;
  }

  /** Unpacks one part behind those before; returns where it ends in the buffer. */
  private int inflate(int start, int max) throws FramingException {
    int length = start;
    try {
      while (!inflater.finished()) {
        if (length == buffer.length) {
          if (length > max) {
            throw new FramingException(
                RejectionReason.TOO_LARGE,
                "gzip of more than the %d bytes that are allowed".formatted(max));
          }
          // One byte more than is allowed shows that it is too large.
          long larger = Math.max(SMALLEST_BUFFER, 2L * length);
          buffer = Arrays.copyOf(buffer, (int) Math.min(larger, max + 1L));
        }
        int read = inflater.inflate(buffer, length, buffer.length - length);
        if (read == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          throw endsTooEarly();
        }
        length += read;
      }
    } catch (DataFormatException e) {
      throw FramingException.malformed("damaged gzip");
    }
    if (length > max) {
      throw new FramingException(
          RejectionReason.TOO_LARGE,
          "gzip of more than the %d bytes that are allowed".formatted(max));
    }
    return length;
  }

  private void checkTrailer(byte[] packed, int at, int start, int end) throws FramingException {
    if (packed.length - at < TRAILER_LENGTH) {
      throw endsTooEarly();
    }
    checksum.reset();
    checksum.update(buffer, start, end - start);
    if (littleEndian(packed, at) != checksum.getValue()
        || littleEndian(packed, at + Integer.BYTES) != end - start) {
      throw FramingException.malformed("damaged gzip");
    }
  }

  private static long littleEndian(byte[] bytes, int at) {
    long number = 0;
    for (int i = Integer.BYTES - 1; i >= 0; i--) {
      number = number << Byte.SIZE | (bytes[at + i] & 0xFF);
    }
    return number;
  }

  private static FramingException endsTooEarly() {
    return FramingException.malformed("gzip that ends too early");
  }
}
