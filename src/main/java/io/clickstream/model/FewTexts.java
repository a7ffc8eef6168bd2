package io.clickstream.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts of which there are few, and which many clicks have, such as the name of an application.
 * Equal ones are mostly one object: none is made for each click, and comparing them reads no memory
 * that only one visitor uses.
 *
 * <p>Bounded by {@value #SIZE} texts of at most {@value #MAX_LENGTH} bytes. All threads use the
 * same: they may overwrite each other's texts without harm.
 */
public final class FewTexts {

  private static final int SIZE = 64;
  private static final int MAX_LENGTH = 64;

  private static final @Nullable Known[] TEXTS = new Known[SIZE];

  /** Final fields: a thread that sees it sees all of it, so no lock is needed. */
  private record Known(byte[] bytes, String text) {}

  private FewTexts() {}

  /** The text that some bytes are in UTF-8. */
  public static String of(byte[] bytes, int start, int length) {
    if (length > MAX_LENGTH) {
      return new String(bytes, start, length, StandardCharsets.UTF_8);
    }
    int hash = length;
    for (int i = start; i < start + length; i++) {
      hash = 31 * hash + bytes[i];
    }
    int place = (hash ^ hash >>> 6) & SIZE - 1;
    Known known = TEXTS[place];
    if (known != null
        && Arrays.equals(known.bytes, 0, known.bytes.length, bytes, start, start + length)) {
      return known.text;
    }
    String text = new String(bytes, start, length, StandardCharsets.UTF_8);
    TEXTS[place] = new Known(Arrays.copyOfRange(bytes, start, start + length), text);
    return text;
  }
}
