package io.clickstream.columns;

import io.clickstream.model.ClickText;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All fields that a click's record can have: those that the rules know, and behind them those that
 * only columns read, in the order of the table. Immutable.
 *
 * <p>Values that definitions read are among them, but no names: settings cannot map them.
 */
public final class ClickFields implements Serializable {

  private static final long serialVersionUID = 1L;

  private final List<ClickField> all;
  private final List<ClickField> texts;
  private final Map<String, ClickField> byName;

  private ClickFields(List<ClickField> all) {
    this.all = List.copyOf(all);
    ClickField[] found = new ClickField[(int) all.stream().filter(ClickField::isText).count()];
    this.byName = new LinkedHashMap<>();
    for (ClickField field : all) {
      if (!field.isDefined()) {
        byName.put(field.name(), field);
      }
      if (field.isText()) {
        found[field.text()] = field;
      }
    }
    this.texts = List.of(found);
  }

  /**
   * The fields of a table.
   *
   * @throws IllegalArgumentException if a column is made of the text of a field that is no text
   */
  public static ClickFields of(Columns table) {
    List<ClickField> all = new ArrayList<>(ClickField.KNOWN);
    for (Source source : table.added()) {
      DefinedValue defined = table.defined(source.index());
      if (defined != null) {
        all.add(ClickField.defined(all.size(), defined, source.index()));
        continue;
      }
      ClickField known =
          ClickField.KNOWN.stream()
              .filter(field -> field.name().equals(source.name()))
              .findFirst()
              .orElse(null);
      if (known != null && known.isRead()) {
        throw new IllegalArgumentException(
            "%s: expected a column of a text, found one of a %s; make it of another field"
                .formatted(source.name(), known.reading()));
      }
      int index = known == null ? all.size() : known.index();
      ClickField field = new ClickField(index, source.name(), Reading.TEXT, source.index());
      if (known == null) {
        all.add(field);
      } else {
        all.set(index, field);
      }
    }
    return new ClickFields(all);
  }

  /** All fields, by index. */
  public List<ClickField> all() {
    return all;
  }

  /**
   * The fields that are texts of a click, in the order of {@link io.clickstream.model.ClickTexts}:
   * first one for each {@link ClickText}.
   */
  public List<ClickField> texts() {
    return texts;
  }

  /** How many there are. */
  public int count() {
    return all.size();
  }

  /** The values that definitions read, in the order of the table. */
  public List<ClickField> defined() {
    return all.stream().filter(ClickField::isDefined).toList();
  }

  /** The names of all fields but those that are defined, in their order. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** The field of a name, or null if there is none; one that is defined has none. */
  public @Nullable ClickField named(String name) {
    return byName.get(name);
  }
}
