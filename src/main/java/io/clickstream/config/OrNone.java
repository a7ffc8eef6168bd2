package io.clickstream.config;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A value, or none at all, which is written as {@code none}: so what a preset or a weaker layer
 * sets can be switched off. Immutable.
 *
 * @param value null for none
 */
public record OrNone<T>(@Nullable T value) implements Serializable {

  /** As none is written. */
  static final String WORD = "none";

  /** No value. */
  public static <T> OrNone<T> none() {
    return new OrNone<>(null);
  }

  /** A value. */
  public static <T> OrNone<T> of(T value) {
    return new OrNone<>(value);
  }
}
