package io.clickstream.tools.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.columns.FieldPath;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The values at one path of the clicks of a sample: how often, and what they look like. Memory is
 * bounded; values are counted and compared, and only short texts are kept for it.
 */
final class PathValues {

  /** The shape of a value. */
  enum Look {
    SECONDS,
    MILLISECONDS,
    MICROSECONDS,
    NANOSECONDS,
    TIME_WITH_OFFSET,
    TIME_WITHOUT_OFFSET,
    URL,
    USER_AGENT,
    CURRENCY,
    COUNTRY,
    NUMBER,
    WORD
  }

  /** Texts that are kept, and the longest of them. */
  private static final int MAX_TEXTS = 2_000;

  private static final int MAX_LENGTH = 128;

  private static final BigDecimal YEAR_2000 = BigDecimal.valueOf(946_684_800L);
  private static final BigDecimal YEAR_2100 = BigDecimal.valueOf(4_102_444_800L);
  private static final Pattern DIGITS = Pattern.compile("\\d{9,19}(\\.\\d{1,9})?");
  private static final Pattern TIME =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(:\\d\\d([.,]\\d{1,9})?)? ?(Z|[+-]\\d\\d(:?\\d\\d)?)?");
  private static final Pattern OFFSET = Pattern.compile(".*(Z|[+-]\\d\\d(:?\\d\\d)?)");
  private static final Pattern URL = Pattern.compile("(?i)[a-z][a-z0-9+.-]{1,20}://\\S+|/\\S*");
  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
  private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,15}(\\.\\d{1,18})?");

  private final List<String> names;
  private final Map<Look, Long> looks = new TreeMap<>();
  private final Map<String, Long> texts = new TreeMap<>();
  private final Set<Integer> hashes = new HashSet<>();
  private long count;

  PathValues(List<String> names) {
    this.names = List.copyOf(names);
  }

  /** Takes a value that is neither null nor an object or array. */
  void add(JsonNode value) {
    String text = value.asText().strip();
    if (text.isEmpty()) {
      return;
    }
    count++;
    if (hashes.size() < MAX_TEXTS) {
      hashes.add(text.hashCode());
    }
    if (text.length() <= MAX_LENGTH && (texts.size() < MAX_TEXTS || texts.containsKey(text))) {
      texts.merge(text, 1L, Long::sum);
    }
    if (!value.isBoolean()) {
      look(text);
    }
  }

  private void look(String text) {
    if (DIGITS.matcher(text).matches()) {
      BigDecimal number = new BigDecimal(text);
      for (int thousands = 0; thousands < 4; thousands++) {
        BigDecimal seconds = number.movePointLeft(3 * thousands);
        if (seconds.compareTo(YEAR_2000) >= 0 && seconds.compareTo(YEAR_2100) < 0) {
          saw(Look.values()[Look.SECONDS.ordinal() + thousands]);
        }
      }
    }
    if (text.length() <= MAX_LENGTH && TIME.matcher(text).matches()) {
      boolean hasOffset = OFFSET.matcher(text.substring(16)).matches();
      saw(hasOffset ? Look.TIME_WITH_OFFSET : Look.TIME_WITHOUT_OFFSET);
    } else if (NUMBER.matcher(text).matches()) {
      saw(Look.NUMBER);
    } else if (URL.matcher(text).matches()) {
      saw(Look.URL);
    } else if (text.startsWith("Mozilla/") || text.contains(" AppleWebKit/")) {
      saw(Look.USER_AGENT);
    } else if (text.length() <= MAX_LENGTH) {
      saw(Look.WORD);
    }
    if (CURRENCY.matcher(text).matches()) {
      saw(Look.CURRENCY);
    }
    if (COUNTRY.matcher(text).matches()) {
      saw(Look.COUNTRY);
    }
  }

  private void saw(Look look) {
    looks.merge(look, 1L, Long::sum);
  }

  /** The names that lead there. */
  List<String> names() {
    return names;
  }

  /** How many clicks have something there. */
  long count() {
    return count;
  }

  /** How many different values there are, as far as they are kept. */
  int different() {
    return hashes.size();
  }

  /** The share of the values that look like one of these, from 0 to 1. */
  double share(Look... any) {
    long seen = 0;
    for (Look look : any) {
      seen += looks.getOrDefault(look, 0L);
    }
    return count == 0 ? 0 : (double) seen / count;
  }

  /** The short texts, and how often each came. */
  Map<String, Long> texts() {
    return texts;
  }

  /** The path as a setting names it. */
  String path() {
    return FieldPath.ofNames(names.toArray(String[]::new)).toString();
  }

  /** A name without what people write between words, in lower case. */
  static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "");
  }
}
