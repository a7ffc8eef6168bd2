package io.clickstream.columns;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes a definition apart that is written as a map, and gathers all that is wrong with it. */
final class DefinitionMap {

  /** Letters in which a word differs at most that somebody meant. */
  private static final int MISSPELT = 3;

  private final Map<String, Object> written = new LinkedHashMap<>();
  private final List<String> mistakes = new ArrayList<>();

  private DefinitionMap(Map<?, ?> written) {
    written.forEach((key, value) -> this.written.put(String.valueOf(key), value));
  }

  /**
   * The map that is written.
   *
   * @param example of one that is right
   * @throws IllegalArgumentException if it is no map, or has nothing in it
   */
  static DefinitionMap of(Object written, String example) {
    if (!(written instanceof Map<?, ?> map) || map.isEmpty()) {
      throw new IllegalArgumentException("it is no map such as " + example);
    }
    return new DefinitionMap(map);
  }

  boolean has(String key) {
    return written.containsKey(key);
  }

  /** Notes what is wrong. */
  void mistake(String mistake) {
    mistakes.add(mistake);
  }

  /**
   * Notes all keys but these.
   *
   * @param known those that there can be
   * @param instead what to do instead of another one, or null if nothing special is known of it
   * @return whether there is none
   */
  boolean hasOnly(List<String> known, Function<String, @Nullable String> instead) {
    boolean hasOnly = true;
    for (String key : written.keySet()) {
      if (!known.contains(key)) {
        hasOnly = false;
        String advice = instead.apply(key);
        mistake(key + ": " + (advice == null ? unknown(key, known) : advice));
      }
    }
    return hasOnly;
  }

  private static String unknown(String key, List<String> known) {
    String nearest = NearestName.of(key, known);
    return NearestName.distance(key, nearest) <= MISSPELT
        ? "it is none of the keys here; the nearest is " + nearest
        : "it is none of the keys here, which are " + String.join(", ", known);
  }

  /** The value of a key; null if there is none, or if it is wrong, which is noted. */
  <T> @Nullable T read(String key, Function<Object, T> parser) {
    Object value = written.get(key);
    if (value == null) {
      return null;
    }
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      mistake(key + ": " + e.getMessage());
      return null;
    }
  }

  /**
   * Ends the reading.
   *
   * @throws IllegalArgumentException if anything is wrong, with all of it
   */
  void check() {
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", mistakes));
    }
  }
}
