package io.clickstream.columns;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One place in a record.
 *
 * <p>It is written as names joined by dots. {@code [key=value]} behind a name is the element of an
 * array whose member {@code key} has this value, the last one if there are several. {@code {}}
 * behind a name is the JSON in a text. A slash in front begins at the record's root where other
 * paths begin at the click. A name or a value with dots, brackets, braces, quotes, an equals sign
 * or a slash at its beginning is written in double quotes; a double quote in it is written twice.
 *
 * @param fromRoot whether it begins at the record's root even in an element of a batch
 * @param steps from there to the value; none is the beginning itself
 */
public record FieldPath(boolean fromRoot, List<Step> steps) implements Serializable {

  /** From an object, an array or a text to something in it. */
  public sealed interface Step extends Serializable {}

  /** A member of an object. */
  public record Name(String name) implements Step {

    @Override
    public String toString() {
      return quoted(name, false);
    }
  }

  /** The element of an array whose member {@code key} has the value {@code text}. */
  public record Entry(String key, String text) implements Step {

    @Override
    public String toString() {
      return "[" + quoted(key, true) + "=" + quoted(text, true) + "]";
    }
  }

  /** The JSON in a text. */
  public record Text() implements Step {

    @Override
    public String toString() {
      return "{}";
    }
  }

  /** The first element of an array; it cannot be written. */
  public record First() implements Step {

    @Override
    public String toString() {
      return "[]";
    }
  }

  public FieldPath {
    steps = List.copyOf(steps);
  }

  /** The path of some names, whatever characters they have. */
  public static FieldPath ofNames(String... names) {
    List<Step> steps = new ArrayList<>();
    for (String name : names) {
      steps.add(new Name(name));
    }
    return new FieldPath(false, steps);
  }

  /**
   * Reads a path.
   *
   * @throws IllegalArgumentException if it is none; the message says in a few words what is wrong
   */
  public static FieldPath parse(String written) {
    return new Parser(written).path();
  }

  /**
   * The same place where this path begins at the end of another; a path {@link #fromRoot} stays as
   * it is.
   */
  public FieldPath below(FieldPath outer) {
    return fromRoot ? this : outer.then(steps);
  }

  /** The path that goes on with more steps. */
  public FieldPath then(List<? extends Step> more) {
    List<Step> all = new ArrayList<>(steps);
    all.addAll(more);
    return new FieldPath(fromRoot, all);
  }

  /** Whether it is made of nothing but names. */
  public boolean hasOnlyNames() {
    return steps.stream().allMatch(Name.class::isInstance);
  }

  /**
   * Whether it leads through the value at another path, so that records in which both have a value
   * cannot be. A text is no such value if this path goes on in the JSON in it.
   */
  public boolean leadsThrough(FieldPath other) {
    int length = other.steps.size();
    return fromRoot == other.fromRoot
        && steps.size() > length
        && steps.subList(0, length).equals(other.steps)
        && !(steps.get(length) instanceof Text);
  }

  /** As it is written, with no more quotes than needed. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(fromRoot ? "/" : "");
    for (int i = 0; i < steps.size(); i++) {
      text.append(i > 0 && steps.get(i) instanceof Name ? "." : "").append(steps.get(i));
    }
    return text.isEmpty() ? "." : text.toString();
  }

  /** All of some paths, as messages name them. */
  static String named(List<FieldPath> paths) {
    String text = paths.stream().map(FieldPath::toString).collect(Collectors.joining(", "));
    return paths.size() == 1 ? text : "[" + text + "]";
  }

  private static String quoted(String name, boolean inBrackets) {
    boolean isPlain =
        !name.isBlank()
            && name.strip().equals(name)
            && name.chars().noneMatch(c -> ".[]{}\"".indexOf(c) >= 0)
            && name.charAt(0) != '/'
            && !(inBrackets && name.indexOf('=') >= 0);
    return isPlain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Goes through what is written, from left to right. */
  private static final class Parser {

    private final String written;
    private int at;

    Parser(String written) {
      this.written = written;
    }

    FieldPath path() {
      boolean fromRoot = isNext('/');
      at += fromRoot ? 1 : 0;
      List<Step> steps = new ArrayList<>();
      while (true) {
        steps.add(new Name(name()));
        while (isNext('[') || isNext('{')) {
          steps.add(isNext('[') ? entry(steps.get(steps.size() - 1)) : text());
        }
        if (at == written.length()) {
          return new FieldPath(fromRoot, steps);
        }
        if (!isNext('.')) {
          throw new IllegalArgumentException(
              isNext(']') || isNext('}')
                  ? "a bracket in it closes nothing; put names with brackets in double quotes"
                  : "something other than a dot follows a quote or a bracket");
        }
        at++;
      }
    }

    private String name() {
      if (isNext('"')) {
        return inQuotes("name");
      }
      String name = until(".[]{}\"");
      if (isNext('"')) {
        throw new IllegalArgumentException(
            "a quote is inside a name; put such a name in double quotes as a whole, with the quote"
                + " twice");
      }
      if (name.isBlank()) {
        throw new IllegalArgumentException(
            isNext('[') || isNext('{')
                ? "a bracket or brace has no name in front of it; put names with brackets in"
                    + " double quotes"
                : "a name in the path is empty");
      }
      if (name.charAt(0) == '/') {
        throw new IllegalArgumentException(
            "a name begins with a slash, but only the path can; put such a name in double quotes");
      }
      return stripped(name, "a name in the path begins or ends with a space");
    }

    private Entry entry(Step before) {
      if (before instanceof Entry) {
        throw new IllegalArgumentException(
            "brackets follow brackets; an element of an array is an object, so a name comes next");
      }
      at++;
      String key = part("=]");
      if (!isNext('=')) {
        throw new IllegalArgumentException(
            "the text in brackets is not key=value, such as [key=page_location]; put names with"
                + " brackets in double quotes");
      }
      at++;
      String text = part("]");
      if (!isNext(']')) {
        throw new IllegalArgumentException("a bracket in it is not closed");
      }
      at++;
      return new Entry(key, text);
    }

    private String part(String ends) {
      if (isNext('"')) {
        return inQuotes("part of brackets");
      }
      String part = until(ends);
      if (part.isBlank()) {
        throw new IllegalArgumentException("a key or a value in brackets is empty");
      }
      return stripped(part, "a key or a value in brackets begins or ends with a space");
    }

    private Text text() {
      if (!written.startsWith("{}", at)) {
        throw new IllegalArgumentException(
            "something is in braces, which mean JSON in a text; put names with braces in double"
                + " quotes");
      }
      at += 2;
      return new Text();
    }

    private String inQuotes(String what) {
      StringBuilder name = new StringBuilder();
      for (at++; at < written.length(); at++) {
        if (written.charAt(at) != '"') {
          name.append(written.charAt(at));
        } else if (written.startsWith("\"\"", at)) {
          name.append('"');
          at++;
        } else {
          at++;
          if (name.isEmpty()) {
            throw new IllegalArgumentException("a " + what + " in quotes is empty");
          }
          return name.toString();
        }
      }
      throw new IllegalArgumentException("a quote in it is not closed");
    }

    private String until(String ends) {
      int start = at;
      while (at < written.length() && ends.indexOf(written.charAt(at)) < 0) {
        at++;
      }
      return written.substring(start, at);
    }

    private static String stripped(String part, String otherwise) {
      if (!part.strip().equals(part)) {
        throw new IllegalArgumentException(otherwise);
      }
      return part;
    }

    private boolean isNext(char wanted) {
      return at < written.length() && written.charAt(at) == wanted;
    }
  }
}
