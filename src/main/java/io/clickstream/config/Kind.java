package io.clickstream.config;

import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A kind of value: what it is called, how it is read and written, and which values are right.
 *
 * <p>Every way to be wrong comes with texts that are wrong in this way, and every kind with texts
 * that are right. So tests can try each setting without knowing it.
 *
 * @param <T> the type that records hold
 */
public final class Kind<T> {

  /**
   * One way to be wrong.
   *
   * @param mistake completes "expected: …; it is too short"
   * @param when whether a value is wrong in this way; those declared before do not hold for it
   * @param examples texts that are wrong in this way and in none before
   */
  public record Refusal<V>(String mistake, Predicate<V> when, List<String> examples) {

    public Refusal {
      examples = List.copyOf(examples);
    }
  }

  /** Says of a value in a few words what is wrong with it. */
  public static final class MistakeException extends IllegalArgumentException {

    public MistakeException(String mistake) {
      super(mistake);
    }

    /** The few words. */
    public String mistake() {
      return String.valueOf(getMessage());
    }
  }

  private final String type;
  private final String expected;
  private final boolean structured;
  private final Function<Object, T> parser;
  private final Refusal<Object> unreadable;
  private final Function<T, String> writer;
  private final List<Refusal<String>> textRefusals;
  private final List<Refusal<T>> refusals;
  private final List<String> examples;

  private Kind(
      String type,
      String expected,
      boolean structured,
      Function<Object, T> parser,
      Refusal<Object> unreadable,
      Function<T, String> writer,
      List<Refusal<String>> textRefusals,
      List<Refusal<T>> refusals,
      List<String> examples) {
    this.type = type;
    this.expected = expected;
    this.structured = structured;
    this.parser = parser;
    this.unreadable = unreadable;
    this.writer = writer;
    this.textRefusals = textRefusals;
    this.refusals = refusals;
    this.examples = examples;
  }

  /**
   * A kind whose values are single texts.
   *
   * @param type what it is called in {@code --help}
   * @param expected completes "expected: …"
   * @param parser fails with an {@link IllegalArgumentException}, {@link DateTimeException} or
   *     {@link ArithmeticException} for a text that is none
   * @param mistake is said of such a text
   * @param wrong such a text
   * @param writer writes a value as it would be written in a file
   */
  public static <T> Kind<T> of(
      String type,
      String expected,
      Function<String, T> parser,
      String mistake,
      String wrong,
      Function<T, String> writer) {
    return new Kind<>(
        type,
        expected,
        false,
        written -> parser.apply((String) written),
        new Refusal<>(mistake, text -> false, List.of(wrong)),
        writer,
        List.of(),
        List.of(),
        List.of());
  }

  /** Texts as they are; nothing is wrong with one until {@link #refusing} says so. */
  public static Kind<String> text(String expected) {
    return new Kind<>(
        "text",
        expected,
        false,
        String.class::cast,
        new Refusal<>("", text -> false, List.of()),
        text -> text,
        List.of(),
        List.of(),
        List.of());
  }

  /**
   * A kind whose values are trees: lists and maps as in YAML. In arguments and variables they are
   * written as YAML.
   *
   * @param parser takes a {@link String}, a {@link List} or a {@link java.util.Map} whose keys are
   *     texts, nested at will; scalars are the texts that were written. It fails with a {@link
   *     MistakeException} that says more than {@code mistake}, or as that of a text
   * @param mistake is said of a tree that is none of this kind
   * @param wrong such a tree as YAML
   * @param writer writes a value as YAML
   */
  public static <T> Kind<T> tree(
      String type,
      String expected,
      Function<Object, T> parser,
      String mistake,
      String wrong,
      Function<T, String> writer) {
    return new Kind<>(
        type,
        expected,
        true,
        parser,
        new Refusal<>(mistake, text -> false, List.of(wrong)),
        writer,
        List.of(),
        List.of(),
        List.of());
  }

  /** The same without some values. */
  public Kind<T> refusing(String mistake, Predicate<T> when, String... wrong) {
    List<Refusal<T>> more = new ArrayList<>(refusals);
    more.add(new Refusal<>(mistake, when, List.of(wrong)));
    return new Kind<>(
        type, expected, structured, parser, unreadable, writer, textRefusals, more, examples);
  }

  /** The same without some texts, which are refused before they are read. */
  public Kind<T> refusingText(String mistake, Predicate<String> when, String... wrong) {
    List<Refusal<String>> more = new ArrayList<>(textRefusals);
    more.add(new Refusal<>(mistake, when, List.of(wrong)));
    return new Kind<>(
        type, expected, structured, parser, unreadable, writer, more, refusals, examples);
  }

  /** The same with texts that are right: two that differ at least, of which one is no default. */
  public Kind<T> suchAs(String... right) {
    return new Kind<>(
        type,
        expected,
        structured,
        parser,
        unreadable,
        writer,
        textRefusals,
        refusals,
        List.of(right));
  }

  /** The same, or {@code none}. */
  public Kind<OrNone<T>> orNone() {
    List<Refusal<OrNone<T>>> same = new ArrayList<>();
    for (Refusal<T> refusal : refusals) {
      same.add(
          new Refusal<>(
              refusal.mistake(),
              either -> either.value() != null && refusal.when().test(either.value()),
              refusal.examples()));
    }
    List<String> right = new ArrayList<>(examples);
    right.add(OrNone.WORD);
    return new Kind<>(
        type + ", or " + OrNone.WORD,
        expected + ", or " + OrNone.WORD,
        structured,
        written -> OrNone.WORD.equals(written) ? OrNone.none() : OrNone.of(parser.apply(written)),
        unreadable,
        either -> either.value() == null ? OrNone.WORD : writer.apply(either.value()),
        textRefusals,
        same,
        right);
  }

  /**
   * The value.
   *
   * @param written a text, or for a {@link #isTree tree} what is written in YAML
   * @throws MistakeException if it is not right
   */
  public T read(Object written) {
    if (!structured && !(written instanceof String)) {
      throw new MistakeException("it is not a single value");
    }
    if (written instanceof String text) {
      refuse(textRefusals, text);
    }
    T value;
    try {
      value = parser.apply(written);
    } catch (MistakeException e) {
      throw e;
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new MistakeException(unreadable.mistake());
    }
    refuse(refusals, value);
    return value;
  }

  private static <V> void refuse(List<Refusal<V>> refusals, V value) {
    for (Refusal<V> refusal : refusals) {
      if (refusal.when().test(value)) {
        throw new MistakeException(refusal.mistake());
      }
    }
  }

  /** Says what is wrong with a value, or null if it is right. */
  @Nullable String mistake(T value) {
    try {
      refuse(refusals, value);
      return null;
    } catch (MistakeException e) {
      return e.mistake();
    }
  }

  /** A value as it would be written in a file. */
  public String text(T value) {
    return writer.apply(value);
  }

  /** Its name in {@code --help}. */
  public String type() {
    return type;
  }

  /** Completes "expected: …". */
  public String expected() {
    return expected;
  }

  /** Whether values are lists and maps. */
  public boolean isTree() {
    return structured;
  }

  /** Texts that are right. */
  public List<String> examples() {
    return examples;
  }

  /** Every way to be wrong. */
  public List<Refusal<?>> refusals() {
    List<Refusal<?>> all = new ArrayList<>(textRefusals);
    if (!unreadable.examples().isEmpty()) {
      all.add(unreadable);
    }
    all.addAll(refusals);
    return all;
  }
}
