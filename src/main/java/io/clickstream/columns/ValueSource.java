package io.clickstream.columns;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a definition finds a click's value: in one of our fields, wherever that is mapped to, or at
 * places in the click.
 *
 * @param field one of our fields, or null
 * @param paths places in the click, or null if it is one of our fields
 */
public record ValueSource(@Nullable ClickField field, @Nullable FieldSource paths)
    implements Serializable {

  private static final String EXPECTED = "expected a field of ours, a path or a list of paths";

  public ValueSource {
    if ((field == null) == (paths == null)) {
      throw new IllegalArgumentException("expected either one of our fields or paths");
    }
  }

  /**
   * Reads a name of ours, a path or a list of paths. A path of one name that is also ours stands in
   * double quotes.
   *
   * @param written texts and lists, as they are in YAML
   * @throws IllegalArgumentException if it is none of them; the message says what is wrong and what
   *     is possible
   */
  public static ValueSource parse(Object written) {
    if (written instanceof String name) {
      ClickField field = ClickField.named(name.strip());
      if (field != null) {
        return of(field);
      }
    } else if (written instanceof List<?> list) {
      for (Object path : list) {
        if (path instanceof String name && ClickField.named(name.strip()) != null) {
          throw new IllegalArgumentException(
              ("%s is a field of ours, and a list is of paths; write the field alone, or the path"
                      + " in double quotes, %s")
                  .formatted(name.strip(), quoted(name.strip())));
        }
      }
    } else {
      throw new IllegalArgumentException(EXPECTED);
    }
    FieldSource paths = FieldSource.parse(written);
    if (paths.canBeKafka()) {
      throw new IllegalArgumentException(
          "%s is the time of a record, which is no value of a click; %s"
              .formatted(FieldSource.KAFKA, EXPECTED));
    }
    return new ValueSource(null, paths);
  }

  /**
   * The same for a number.
   *
   * @throws IllegalArgumentException also if it is a field of ours that is a text
   */
  static ValueSource ofNumbers(Object written) {
    ValueSource source = parse(written);
    ClickField field = source.field;
    if (field != null && !isNumber(field)) {
      throw new IllegalArgumentException(
          "%s is a text; expected a number: quantity, price, revenue, a path or a list of paths"
              .formatted(field.name()));
    }
    return source;
  }

  private static ValueSource of(ClickField field) {
    if (field.reading() == Reading.TIME || field.reading() == Reading.CLOCK) {
      throw new IllegalArgumentException(
          "%s is a time, which the columns of a session have already; %s, where %s is a path"
              .formatted(field.name(), EXPECTED, quoted(field.name())));
    }
    return new ValueSource(field, null);
  }

  private static boolean isNumber(ClickField field) {
    return field.reading() == Reading.QUANTITY || field.reading() == Reading.PRICE;
  }

  /** In the quotes of a path, within those of YAML. */
  private static String quoted(String name) {
    return "'\"" + name + "\"'";
  }

  /** As it is written in YAML. */
  public String yaml() {
    if (paths == null) {
      return field == null ? "" : field.name();
    }
    List<String> texts = paths.inRecord().stream().map(ClickField::besideNames).toList();
    return texts.size() == 1 ? YamlText.of(texts.get(0)) : YamlText.of(texts);
  }

  @Override
  public String toString() {
    return field != null ? field.name() : String.valueOf(paths);
  }
}
