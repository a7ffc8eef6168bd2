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

  private static boolean holds(@Nullable Condition condition, Values values) {
    return condition == null
        || values.conditions.contains(String.valueOf(condition.lines().get(0).path()));
  }

  /** The click as it is read for a table. */
  public static Click with(Columns columns, Click click, Values values) {
    @Nullable String[] texts = new String[columns.clickTexts()];
    for (int i = 0; i < texts.length; i++) {
      DefinedValue defined = columns.defined(i);
      if (defined != null) {
        texts[i] = value(defined, values);
      } else if (i < click.texts().count()) {
        texts[i] = click.texts().get(i);
      }
    }
    return Clicks.with(ClickTexts.of(texts), click, marks(columns, values));
  }

  private static @Nullable String value(DefinedValue defined, Values values) {
    String text = values.texts.get(defined.from().yaml());
    return text == null || !holds(defined.where(), values) ? null : read(text, defined.reading());
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

  private static ClickMarks marks(Columns columns, Values values) {
    long[] bits = new long[2];
    List<Condition> conditions = columns.conditions();
    for (int i = 0; i < conditions.size(); i++) {
      bits[i / Long.SIZE] |= holds(conditions.get(i), values) ? 1L << i : 0;
    }
    return ClickMarks.of(bits[0], bits[1]);
  }
}
