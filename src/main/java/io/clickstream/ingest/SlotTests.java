package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.Condition;
import io.clickstream.columns.FieldSource;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A condition whose lines know where the values are that they test.
 *
 * @param lines all of which must hold
 */
public record SlotTests(List<Line> lines) implements Serializable {

  /**
   * One line.
   *
   * @param id counts all lines of a shape, so that readers can keep something for each
   * @param slot of the value
   * @param field whose value it is, or null if it is that of a path
   */
  public record Line(int id, int slot, @Nullable ClickField field, Condition.Expectation test)
      implements Serializable {

    /** Whether our name for the type counts as well. */
    boolean isEventType() {
      return ClickField.EVENT_TYPE.equals(field);
    }
  }

  /** Gives every line of some conditions a number. */
  static final class Compiler {

    private final FieldMapping mapping;
    private final List<Line> lines = new ArrayList<>();

    Compiler(FieldMapping mapping) {
      this.mapping = mapping;
    }

    /**
     * The condition for records of a mapping.
     *
     * @param setting whose it is, for messages
     * @throws IllegalArgumentException if it tests a field that is not in the record
     */
    SlotTests compile(String setting, Condition condition) {
      List<Line> compiled = new ArrayList<>();
      for (Condition.Line line : condition.lines()) {
        ClickField field = line.field();
        if (field != null && mapping.source(field) instanceof FieldSource.KafkaTimestamp) {
          throw new IllegalArgumentException(
              "%s: %s is Kafka's time, which cannot be tested".formatted(setting, field.name()));
        }
        int slot =
            field == null ? mapping.slotOf(Objects.requireNonNull(line.path())) : field.index();
        compiled.add(new Line(lines.size() + compiled.size(), slot, field, line.test()));
      }
      lines.addAll(compiled);
      return new SlotTests(compiled);
    }

    List<Line> lines() {
      return List.copyOf(lines);
    }
  }

  /** The lines that are left without one of them. */
  SlotTests without(Line line) {
    return new SlotTests(lines.stream().filter(other -> other.id() != line.id()).toList());
  }
}
