package io.clickstream.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one click. Where they stand as they are in the record that the click was read from,
 * they are kept as places in its value, and a text is made when it is first asked for: most of them
 * never are, because a session keeps only the first of its clicks' values.
 *
 * <p>Two are equal if their texts are, whatever they are kept as.
 */
public final class ClickTexts {

  /** The longest value whose parts a {@link #slice} can name. */
  public static final int MAX_SLICED_LENGTH = 0xFFFF;

  private static final int COUNT = ClickText.values().length;
  private static final byte[] NO_SOURCE = {};
  private static final int[] NO_SLICES = {};

  private final byte[] source;

  /** By {@link ClickText}, 0 for a text that is not there; empty if all texts are made already. */
  private final int[] slices;

  /** A bit for each text that is there, by {@link ClickText}. */
  private final int present;

  /** By {@link ClickText}; made with the first text. Threads may do so twice without harm. */
  private @Nullable String @Nullable [] texts;

  private ClickTexts(byte[] source, int[] slices, @Nullable String @Nullable [] texts) {
    this.source = source;
    this.slices = slices;
    this.texts = texts;
    int present = 0;
    for (int i = 0; i < COUNT; i++) {
      boolean is = texts == null ? slices[i] != 0 : texts[i] != null;
      present |= is ? 1 << i : 0;
    }
    this.present = present;
  }

  /**
   * Texts that stand in UTF-8 in the value of a record.
   *
   * @param value the record's value; not to be modified
   * @param slices by {@link ClickText}, 0 for a text that is not there; not to be modified
   */
  public static ClickTexts inValue(byte[] value, int[] slices) {
    if (slices.length != COUNT) {
      throw new IllegalArgumentException(
          "expected %d slices, found %d".formatted(COUNT, slices.length));
    }
    return new ClickTexts(value, slices, null);
  }

  /**
   * Texts of their own.
   *
   * @param texts by {@link ClickText}; not to be modified
   */
  public static ClickTexts of(@Nullable String... texts) {
    if (texts.length != COUNT) {
      throw new IllegalArgumentException(
          "expected %d texts, found %d".formatted(COUNT, texts.length));
    }
    return new ClickTexts(NO_SOURCE, NO_SLICES, texts);
  }

  /**
   * A place in a value. That of a text is never 0, as no text is empty.
   *
   * @param start 0 to {@link #MAX_SLICED_LENGTH}
   * @param length 0 to {@link #MAX_SLICED_LENGTH}
   */
  public static int slice(int start, int length) {
    return start << 16 | length;
  }

  /** Where a slice starts. */
  public static int start(int slice) {
    return slice >>> 16;
  }

  /** How many bytes a slice has. */
  public static int length(int slice) {
    return slice & 0xFFFF;
  }

  /** The text that stands in a slice. */
  public static String text(byte[] value, int slice) {
    return new String(value, start(slice), length(slice), StandardCharsets.UTF_8);
  }

  /** The text, or null if the click has none. */
  public @Nullable String get(ClickText which) {
    int index = which.ordinal();
    @Nullable String[] made = texts;
    if (made == null) {
      made = new String[COUNT];
      texts = made;
    }
    String text = made[index];
    if (text == null && areInValue() && slices[index] != 0) {
      text = text(source, slices[index]);
      made[index] = text;
    }
    return text;
  }

  /** Whether the click has this text. */
  public boolean has(ClickText which) {
    return (present & 1 << which.ordinal()) != 0;
  }

  /**
   * Whether the click has any of some texts.
   *
   * @param which a bit for each, by {@link ClickText}
   */
  public boolean hasAny(int which) {
    return (present & which) != 0;
  }

  /** Whether the texts are {@link #slices()} of the record's value. */
  public boolean areInValue() {
    return slices.length > 0;
  }

  /** By {@link ClickText}, 0 for a text that is not there; empty if they are not in the value. */
  public int[] slices() {
    return slices;
  }

  /** The place of a text that {@link #areInValue}, 0 if it is not there. */
  public int slice(ClickText which) {
    return slices[which.ordinal()];
  }

  /** What the places are in; not to be modified. */
  public byte[] value() {
    return source;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof ClickTexts that)) {
      return false;
    }
    for (ClickText text : ClickText.values()) {
      if (!Objects.equals(get(text), that.get(text))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(all());
  }

  @Override
  public String toString() {
    return Arrays.toString(all());
  }

  private @Nullable String[] all() {
    @Nullable String[] all = new String[COUNT];
    for (ClickText text : ClickText.values()) {
      all[text.ordinal()] = get(text);
    }
    return all;
  }
}
