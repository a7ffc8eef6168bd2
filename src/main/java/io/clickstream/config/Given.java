package io.clickstream.config;

/**
 * A value as somebody wrote it.
 *
 * @param key full and dotted
 * @param text in Flink's YAML notation if it is a list
 * @param where file and line, argument or variable
 * @param list whether it was written as a list, which no setting of ours is
 */
record Given(String key, String text, String where, boolean list) {

  /** Without the value, which may be secret. */
  @Override
  public String toString() {
    return "Given[key=" + key + ", where=" + where + "]";
  }
}
