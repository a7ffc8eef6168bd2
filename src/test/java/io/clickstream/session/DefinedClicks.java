package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.DefinedValue;
import io.clickstream.columns.FieldSource;
import io.clickstream.columns.Reading;
import io.clickstream.columns.ValueSource;
import io.clickstream.model.Click;
import io.clickstream.model.ClickMarks;
import io.clickstream.model.ClickTexts;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Clicks with the values and marks that definitions ask for, as if they had been read. */
public final class DefinedClicks {

  /**
   * What a click has beside the fields of all clicks.
   *
   * @param texts as they stand in the record, by path
   * @param conditions the names of those that it fulfils
   */
  public record Values(Map<String, String> texts, Set<String> conditions) {}

  private DefinedClicks() {}

  /** The value at a path. */
  public static ValueSource at(String path) {
    return new ValueSource(null, FieldSource.parse(path));
  }

  /** The condition of a name. */
  public static Condition where(String name) {
    return Condition.parse(Map.of(name, "exists"));
  }

  private static String nameOf(Condition condition) {
    return String.valueOf(condition.lines().get(0).path());
  }

  /** What a table reads of clicks, looked up once. */
  public static final class Reader {

    /** How one text is read; null if it is none that definitions ask for. */
    private record Text(String path, Reading reading, @Nullable String where) {}

    private final @Nullable Text[] texts;
    private final List<String> conditions;

    /** The reader of a table. */
    public Reader(Columns columns) {
      texts = new Text[columns.clickTexts()];
      for (int i = 0; i < texts.length; i++) {
        DefinedValue defined = columns.defined(i);
        if (defined != null) {
          Condition where = defined.where();
          texts[i] =
              new Text(
                  defined.from().yaml(), defined.reading(), where == null ? null : nameOf(where));
        }
      }
      conditions = columns.conditions().stream().map(DefinedClicks::nameOf).toList();
    }

    /** The click as it is read for the table. */
    public Click read(Click click, Values values) {
      @Nullable String[] read = new String[texts.length];
      for (int i = 0; i < read.length; i++) {
        Text text = texts[i];
        if (text != null) {
          read[i] = value(text, values);
        } else if (i < click.texts().count()) {
          read[i] = click.texts().get(i);
        }
      }
      long[] marks = new long[2];
      for (int i = 0; i < conditions.size(); i++) {
        marks[i / Long.SIZE] |= values.conditions.contains(conditions.get(i)) ? 1L << i : 0;
      }
      return Clicks.with(ClickTexts.of(read), click, ClickMarks.of(marks[0], marks[1]));
    }

    private static @Nullable String value(Text text, Values values) {
      String found = values.texts.get(text.path);
      return found == null || (text.where != null && !values.conditions.contains(text.where))
          ? null
          : DefinedClicks.read(found, text.reading);
    }
  }

  private static @Nullable String read(String text, Reading reading) {
    return switch (reading) {
      case DECIMAL -> decimal(text);
      case MILLISECONDS -> {
        String number = decimal(text);
        yield number != null && number.matches("[0-9]{1,15}") ? number : null;
      }
      case FLAG -> text.equals("true") || text.equals("false") ? text : null;
      default -> text;
    };
  }

  /** In its one form, or null if it is none or too long. */
  private static @Nullable String decimal(String text) {
    try {
      BigDecimal number = new BigDecimal(text).stripTrailingZeros();
      int digits = Math.max(number.precision(), number.precision() - number.scale());
      return digits > 38 || number.scale() > 18 ? null : number.toPlainString();
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
