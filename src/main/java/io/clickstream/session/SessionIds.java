package io.clickstream.session;

import io.clickstream.model.Visitor;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Session ids: the same visitor, start and ordinal always have the same id, and ids sort by start.
 *
 * <p>The layout is UUIDv7 (RFC 9562): 48 bits of epoch milliseconds, then version and variant. Its
 * 74 random bits are those of a SHA-256 over visitor, start and ordinal, so that nobody can choose
 * a visitor id that takes over another visitor's session.
 */
public final class SessionIds {

  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(
          () -> {
            try {
              return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
              throw new IllegalStateException("every JVM has SHA-256, but not this one", e);
            }
          });

  private SessionIds() {}

  /**
   * The id of a visitor's session.
   *
   * @param start event time of its first event, epoch ms, at most 48 bits
   * @param ordinal 0, or which one it is in a row of sessions cut off from each other
   */
  public static UUID of(Visitor visitor, long start, int ordinal) {
    MessageDigest digest = SHA_256.get();
    digest.reset();
    digest.update(ByteBuffer.allocate(12).putLong(start).putInt(ordinal).array());
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(visitor.canonicalBytes()));
    long high = start << 16 | 0x7000L | (hash.getLong() & 0x0fffL);
    long low = hash.getLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
    return new UUID(high, low);
  }

  /** The start of the session that an id names, epoch ms. */
  public static long startOf(UUID id) {
    return id.getMostSignificantBits() >>> 16;
  }
}
