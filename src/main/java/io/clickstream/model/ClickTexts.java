package io.clickstream.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one click. Where they stand as they are in the record that the click was read from,
 * they are kept as places in its value, and a text is made when it is first asked for: most of them
 * never are, because a session keeps only the first of its clicks' values. Texts that are not in
 * the value (a constant, a decoded one) may stand in bytes of their own behind it.
 *
 * <p>Two are equal if their texts are, whatever they are kept as.
 */
public final class ClickTexts {

  /** The longest value whose parts a {@link #slice} can name. */
  public static final int MAX_SLICED_LENGTH = 0xFFFF;

  /** How many the rules know; a click may have others behind them, which only columns read. */
  private static final int KNOWN = ClickText.values().length;

  private static final byte[] NO_SOURCE = {};
  private static final int[] NO_SLICES = {};

  private final byte[] source;

  /** Continues the source; null if all texts are in it. */
  private final byte @Nullable [] extra;

  /** By index, 0 for a text that is not there; empty if all texts are made already. */
  private final int[] slices;

  /** A bit for each of the first 64 texts that is there. */
  private final long present;

  /** By index; made with the first text. Threads may do so twice without harm. */
  private @Nullable String @Nullable [] texts;

  private ClickTexts(
      byte[] source, byte @Nullable [] extra, int[] slices, @Nullable String @Nullable [] texts) {
    this.source = source;
    this.extra = extra;
    this.slices = slices;
    this.texts = texts;
    this.present = texts == null ? present(slices) : present(texts);
  }

  /** Takes no branches, as no processor can guess which texts the next click has. */
  private static long present(int[] slices) {
    long present = 0;
    int count = Math.min(Long.SIZE, slices.length);
    for (int i = 0; i < count; i++) {
      int is = (slices[i] | -slices[i]) >>> (Integer.SIZE - 1);
      present |= (long) is << i;
    }
    return present;
  }

  private static long present(@Nullable String[] texts) {
    long present = 0;
    int count = Math.min(Long.SIZE, texts.length);
    for (int i = 0; i < count; i++) {
      present |= texts[i] == null ? 0 : 1L << i;
    }
    return present;
  }

  /**
   * Texts that stand in UTF-8 in the value of a record.
   *
   * @param value the record's value; not to be modified
   * @param slices by {@link ClickText}, and those that only columns read behind them; 0 for a text
   *     that is not there; not to be modified
   */
  public static ClickTexts inValue(byte[] value, int[] slices) {
    requireKnown(slices.length);
    return new ClickTexts(value, null, slices, null);
  }

  /**
   * Texts that stand in UTF-8 in the value of a record, or in bytes of their own.
   *
   * @param value the record's value; not to be modified
   * @param extra what does not stand in the value, as if it continued it: a slice that starts at
   *     the value's length or behind is in here; null if there is none; not to be modified
   * @param slices by {@link ClickText}, and those that only columns read behind them; 0 for a text
   *     that is not there; none begins in the value and ends behind it; not to be modified
   */
  public static ClickTexts inValue(byte[] value, byte @Nullable [] extra, int[] slices) {
    requireKnown(slices.length);
    return new ClickTexts(value, extra, slices, null);
  }

  /**
   * Texts of their own.
   *
   * @param texts by {@link ClickText}, and those that only columns read behind them; not to be
   *     modified
   */
  public static ClickTexts of(@Nullable String... texts) {
    requireKnown(texts.length);
    return new ClickTexts(NO_SOURCE, null, NO_SLICES, texts);
  }

  private static void requireKnown(int count) {
    if (count < KNOWN) {
      throw new IllegalArgumentException(
          "expected at least %d texts, found %d".formatted(KNOWN, count));
    }
  }

  /** How many texts a click of the same table can have. */
  public int count() {
    return areInValue() ? slices.length : Objects.requireNonNull(texts).length;
  }

  /**
   * A place in a value. The place of a text is never 0, as no text is empty.
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
    return get(which.ordinal());
  }

  /** The text of an index, or null if the click has none. */
  public @Nullable String get(int index) {
    @Nullable String[] made = texts;
    if (made == null) {
      made = new String[slices.length];
      texts = made;
    }
    String text = made[index];
    if (text == null && areInValue() && slices[index] != 0) {
      text = textAt(slices[index]);
      made[index] = text;
    }
    return text;
  }

  /** Whether the click has this text. */
  public boolean has(ClickText which) {
    return (present & 1L << which.ordinal()) != 0;
  }

  /** Whether the click has the text of an index. */
  public boolean has(int index) {
    return index < Long.SIZE
        ? (present & 1L << index) != 0
        : areInValue() ? slices[index] != 0 : get(index) != null;
  }

  /**
   * Whether the click has any of some texts.
   *
   * @param which a bit for each of the first 64, by index
   */
  public boolean hasAny(long which) {
    return (present & which) != 0;
  }

  /** A bit for each of the first 64 texts that is there, by index. */
  public long present() {
    return present;
  }

  /** The text of a slice of this click's, which is not to be 0. */
  public String textAt(int slice) {
    return new String(bytes(slice), startIn(slice), length(slice), StandardCharsets.UTF_8);
  }

  /**
   * Whether the texts are {@link #slices()}: of the record's value, or of {@linkplain #extra()
   * bytes of their own}.
   */
  public boolean areInValue() {
    return slices.length > 0;
  }

  /** By index, 0 for a text that is not there; empty if they are not in the value. */
  public int[] slices() {
    return slices;
  }

  /** The place of a text that {@link #areInValue}, 0 if it is not there. */
  public int slice(ClickText which) {
    return slices[which.ordinal()];
  }

  /** The place of a text that {@link #areInValue}, by index, 0 if it is not there. */
  public int slice(int index) {
    return slices[index];
  }

  /** The bytes that a slice of this click's is in; not to be modified. */
  public byte[] bytes(int slice) {
    return extra != null && start(slice) >= source.length ? extra : source;
  }

  /** Where a slice of this click's starts in its {@link #bytes}. */
  public int startIn(int slice) {
    int start = start(slice);
    return extra != null && start >= source.length ? start - source.length : start;
  }

  /** The bytes of texts that are not in the value, or null; not to be modified. */
  public byte @Nullable [] extra() {
    return extra;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof ClickTexts that)) {
      return false;
    }
    return Arrays.equals(all(), that.all());
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
    @Nullable String[] all = new String[count()];
    for (int i = 0; i < all.length; i++) {
      all[i] = get(i);
    }
    return all;
  }
}
