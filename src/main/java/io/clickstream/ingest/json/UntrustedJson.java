package io.clickstream.ingest.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;

/**
 * How JSON of records is read, which anybody may have written: within bounds, and so that nothing
 * of it stays in the JVM.
 */
public final class UntrustedJson {

  /** Characters of a name, beyond which the JSON is malformed. */
  static final int MAX_NAME_LENGTH = 1_024;

  private UntrustedJson() {}

  /**
   * The same for numbers of any length, whose user bounds those that are used.
   *
   * @param maxDepth levels, beyond which the JSON is malformed
   */
  public static JsonFactory factory(int maxDepth) {
    return factory(maxDepth, Integer.MAX_VALUE);
  }

  /**
   * Makes parsers. Names are not interned: hostile ones would fill the JVM's table. Colliding ones
   * are not refused: which ones collide depends on what was read before. Texts are as long as the
   * record lets them be.
   *
   * @param maxDepth levels, beyond which the JSON is malformed
   * @param maxNumberLength characters of a number, beyond which the JSON is malformed
   */
  public static JsonFactory factory(int maxDepth, int maxNumberLength) {
    return JsonFactory.builder()
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(maxDepth)
                .maxNameLength(MAX_NAME_LENGTH)
                .maxStringLength(Integer.MAX_VALUE)
                .maxNumberLength(maxNumberLength)
                .build())
        .build();
  }
}
