package io.clickstream.session;

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

  private Fingerprint() {}

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
