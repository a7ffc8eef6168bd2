package io.clickstream.config.load;

import io.clickstream.config.Kind;

/** Values as they are written in arguments and variables. */
public final class WrittenValue {

  private WrittenValue() {}

  /** What a kind reads of a text: the text, or what it is in YAML. */
  public static Object of(Kind<?> kind, String text) {
    return kind.isTree() ? YamlTree.of(text) : text;
  }
}
