package io.clickstream.ingest;

import io.clickstream.config.MissingWords;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The campaign in a page's URL: {@code utm_source}, {@code utm_medium}, {@code utm_campaign}, and
 * the id by which an advertising network knows the click that led there.
 *
 * <p>The query is the part between the first {@code ?} and the next {@code #}. So a fragment is
 * none, except that of a single-page application which has its query there: {@code
 * /#/signup?utm_source=x}. Names are compared as they are written. Of a name that comes several
 * times the first one counts, whether it has a value or not. Values are decoded: {@code +} is a
 * space, {@code %C3%BC} is {@code ü}, an invalid escape stays as it is, and bytes that are no UTF-8
 * then become U+FFFD. As in any text, white space around it does not belong to it, some words mean
 * nothing, and it is cut at {@link FieldValues#MAX_TEXT_LENGTH}.
 *
 * <p>Nearly all clicks have a URL without any of this, and cost no more than the search for a
 * question mark. A value without anything to decode is kept as a place in the URL.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
public final class UrlCampaign {

  /** A bit for each text that a campaign has. */
  public static final long TEXTS =
      1L << ClickText.UTM_SOURCE.ordinal()
          | 1L << ClickText.UTM_MEDIUM.ordinal()
          | 1L << ClickText.UTM_CAMPAIGN.ordinal()
          | 1L << ClickText.CLICK_ID.ordinal();

  /** Of several ids in one URL the first in this order counts. */
  private static final byte[][] NAMES =
      names(
          "utm_source",
          "utm_medium",
          "utm_campaign",
          "gclid",
          "gbraid",
          "wbraid",
          "dclid",
          "fbclid",
          "msclkid",
          "ttclid",
          "twclid",
          "li_fat_id");

  private static final int FIRST_CLICK_ID = 3;

  private static final int[] OF_NAME = {
    ClickText.UTM_SOURCE.ordinal(),
    ClickText.UTM_MEDIUM.ordinal(),
    ClickText.UTM_CAMPAIGN.ordinal(),
    ClickText.CLICK_ID.ordinal()
  };

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long LOW_BITS = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long QUESTION_MARKS = LOW_BITS * '?';
  private static final long AMPERSANDS = LOW_BITS * '&';
  private static final long HASHES = LOW_BITS * '#';
  private static final long PERCENTS = LOW_BITS * '%';
  private static final long PLUSES = LOW_BITS * '+';
  private static final long FIRST_PRINTABLES = LOW_BITS * '!';

  private final MissingWords missing;
  private final byte[][] words;

  /** A bit for each length of a word that means nothing. */
  private final long lengths;

  /** By name, where its value starts; only of those that were seen. */
  private final int[] starts = new int[NAMES.length];

  private final int[] ends = new int[NAMES.length];
  private byte[] decoded = {};
  private int decodedLength;

  /** Finds campaigns in which some words mean nothing. */
  public UrlCampaign(MissingWords missing) {
    this.missing = missing;
    this.words = names(missing.words().toArray(String[]::new));
    long lengths = 0;
    for (byte[] word : words) {
      lengths |= 1L << word.length;
    }
    this.lengths = lengths;
  }

  private static byte[][] names(String... names) {
    return Arrays.stream(names)
        .map(name -> name.getBytes(StandardCharsets.UTF_8))
        .toArray(byte[][]::new);
  }

  /** Whether a URL has a query, without which it has no campaign. */
  public static boolean hasQuery(byte[] url, int start, int end) {
    return query(url, start, end) < end;
  }

  /**
   * Adds the campaign of a URL to the texts of a click that has none of these.
   *
   * @param value the record's value, in which the URL is in UTF-8 from {@code start} to before
   *     {@code end}; it is no longer than {@link ClickTexts#MAX_SLICED_LENGTH}
   * @param slices by {@link ClickText}; those of the texts that are found are set: a slice that
   *     starts at the value's length or behind is in {@link #extra()}
   * @return whether places can name all that was found; if not, nothing is said about it
   */
  public boolean addTo(int[] slices, byte[] value, int start, int end) {
    find(value, start, end);
    for (int i = 0; i < NAMES.length; i++) {
      int text = OF_NAME[Math.min(i, FIRST_CLICK_ID)];
      if (slices[text] == 0 && starts[i] < ends[i]) {
        slices[text] = place(value, starts[i], ends[i]);
      }
    }
    return value.length + decodedLength <= ClickTexts.MAX_SLICED_LENGTH;
  }

  /** The bytes that were decoded, to continue the value; null if there are none. */
  public byte @Nullable [] extra() {
    return decodedLength == 0 ? null : Arrays.copyOf(decoded, decodedLength);
  }

  /** The same where texts are kept by themselves. */
  public void addTo(@Nullable String[] texts, String url) {
    if (url.indexOf('?') < 0) {
      return;
    }
    byte[] bytes = url.getBytes(StandardCharsets.UTF_8);
    find(bytes, 0, bytes.length);
    for (int i = 0; i < NAMES.length; i++) {
      int text = OF_NAME[Math.min(i, FIRST_CLICK_ID)];
      if (texts[text] == null && starts[i] < ends[i]) {
        texts[text] = decoded(bytes, starts[i], ends[i]);
      }
    }
  }

  /** Finds the first value of every name. */
  private void find(byte[] url, int start, int end) {
    Arrays.fill(starts, 0);
    Arrays.fill(ends, 0);
    decodedLength = 0;
    int seen = 0;
    int at = query(url, start, end) + 1;
    while (at < end) {
      int next = endOfParameter(url, at, end);
      int name = name(url, at, next);
      if (name >= 0 && (seen & 1 << name) == 0) {
        seen |= 1 << name;
        starts[name] = at + NAMES[name].length + 1;
        ends[name] = next;
      }
      if (next < end && url[next] == '#') {
        return;
      }
      at = next + 1;
    }
  }

  /** The place of the next ampersand or hash, or {@code end}. */
  private static int endOfParameter(byte[] url, int start, int end) {
    int at = start;
    for (int last = end - Long.BYTES; at <= last; at += Long.BYTES) {
      long word = (long) LONGS.get(url, at);
      long marks = zeros(word ^ AMPERSANDS) | zeros(word ^ HASHES);
      if (marks != 0) {
        return at + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
      }
    }
    while (at < end && url[at] != '&' && url[at] != '#') {
      at++;
    }
    return at;
  }

  /** Marks bytes that are 0; those behind the first of them may be marked without reason. */
  private static long zeros(long word) {
    return (word - LOW_BITS) & ~word & HIGH_BITS;
  }

  /** The place of the first question mark, or {@code end}. */
  private static int query(byte[] url, int start, int end) {
    int at = start;
    for (int last = end - Long.BYTES; at <= last; at += Long.BYTES) {
      long marks = zeros((long) LONGS.get(url, at) ^ QUESTION_MARKS);
      if (marks != 0) {
        return at + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
      }
    }
    while (at < end && url[at] != '?') {
      at++;
    }
    return at;
  }

  /** The name of a parameter as an index, or -1 if it is none of ours. */
  private static int name(byte[] url, int start, int end) {
    for (int i = 0; i < NAMES.length; i++) {
      byte[] name = NAMES[i];
      int close = start + name.length;
      if (start < end
          && name[0] == url[start]
          && close <= end
          && (close == end || url[close] == '=')
          && Arrays.equals(url, start, close, name, 0, name.length)) {
        return i;
      }
    }
    return -1;
  }

  /** Where the text is that a value means, or 0 if it means nothing. */
  private int place(byte[] value, int start, int end) {
    if (isAsItIs(value, start, end)) {
      return isMissing(value, start, end) ? 0 : ClickTexts.slice(start, end - start);
    }
    String text = decoded(value, start, end);
    if (text == null) {
      return 0;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int from = decodedLength;
    ensure(from + bytes.length);
    System.arraycopy(bytes, 0, decoded, from, bytes.length);
    decodedLength = from + bytes.length;
    return ClickTexts.slice(value.length + from, bytes.length);
  }

  private void ensure(int length) {
    if (decoded.length < length) {
      decoded = Arrays.copyOf(decoded, Math.max(2 * decoded.length, length));
    }
  }

  /** Whether it is ASCII that needs no decoding and has no white space. */
  private static boolean isAsItIs(byte[] url, int start, int end) {
    int at = start;
    for (int last = end - Long.BYTES; at <= last; at += Long.BYTES) {
      long word = (long) LONGS.get(url, at);
      long marks = (word - FIRST_PRINTABLES | word) & HIGH_BITS;
      if ((marks | zeros(word ^ PERCENTS) | zeros(word ^ PLUSES)) != 0) {
        return false;
      }
    }
    for (; at < end; at++) {
      byte next = url[at];
      if (next <= ' ' || next == '%' || next == '+') {
        return false;
      }
    }
    return end - start <= FieldValues.MAX_TEXT_LENGTH;
  }

  private boolean isMissing(byte[] url, int start, int end) {
    if ((lengths >>> (end - start) & 1) == 0) {
      return false;
    }
    for (byte[] word : words) {
      if (word.length == end - start && Arrays.equals(url, start, end, word, 0, word.length)) {
        return true;
      }
    }
    return false;
  }

  /** The text that a value means, or null if it means nothing. */
  private @Nullable String decoded(byte[] url, int start, int end) {
    byte[] bytes = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      byte next = url[i];
      if (next == '+') {
        next = ' ';
      } else if (next == '%' && i + 2 < end) {
        int high = Character.digit(url[i + 1], 16);
        int low = Character.digit(url[i + 2], 16);
        if (high >= 0 && low >= 0) {
          next = (byte) (high << 4 | low);
          i += 2;
        }
      }
      bytes[length++] = next;
    }
    String text = new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
    return missing.meanNothing(text) ? null : FieldValues.cut(text);
  }
}
