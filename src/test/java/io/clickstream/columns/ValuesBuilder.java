package io.clickstream.columns;

import io.clickstream.model.EndReason;
import io.clickstream.model.Goal;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.SessionLayout;
import io.clickstream.model.SessionValues;
import io.clickstream.model.TextSet;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the values of a session by the names of columns; those not given are 0 or null. */
public final class ValuesBuilder {

  private final SessionLayout layout;
  private final long[] numbers;
  private final @Nullable String[] texts;
  private final @Nullable BigDecimal[] decimals;
  private final List<TextSet> sets;
  private final List<Goal> goals;
  private long end;
  private EndReason endReason = EndReason.TIMEOUT;
  private List<Money> revenue = List.of();
  private List<ProductActivity> products = List.of();

  private ValuesBuilder(SessionLayout layout) {
    this.layout = layout;
    this.numbers = new long[layout.numbers().size()];
    this.texts = new String[layout.texts().size()];
    this.decimals = new BigDecimal[layout.decimals().size()];
    this.sets = new ArrayList<>(Collections.nCopies(layout.sets().size(), TextSet.EMPTY));
    this.goals = new ArrayList<>(Collections.nCopies(layout.goals().size(), Goal.NOT_REACHED));
  }

  /** Values of the built-in columns. */
  public static ValuesBuilder values() {
    return values(Columns.BUILT_IN);
  }

  /** Values of the columns of a table. */
  public static ValuesBuilder values(Columns columns) {
    return new ValuesBuilder(columns.layout());
  }

  /** What is in others, to be changed. */
  public static ValuesBuilder from(SessionValues values) {
    ValuesBuilder builder = new ValuesBuilder(values.layout());
    for (int slot = 0; slot < builder.numbers.length; slot++) {
      builder.numbers[slot] = values.number(slot);
    }
    for (int slot = 0; slot < builder.texts.length; slot++) {
      builder.texts[slot] = values.text(slot);
    }
    for (int slot = 0; slot < builder.decimals.length; slot++) {
      builder.decimals[slot] = values.decimal(slot);
    }
    for (int slot = 0; slot < builder.sets.size(); slot++) {
      builder.sets.set(slot, values.set(slot));
    }
    for (int slot = 0; slot < builder.goals.size(); slot++) {
      builder.goals.set(slot, values.goal(slot));
    }
    return builder
        .end(values.end())
        .endReason(values.endReason())
        .revenue(values.revenue())
        .products(values.products());
  }

  /** Event time of the last event, epoch ms. */
  public ValuesBuilder end(long time) {
    end = time;
    return this;
  }

  public ValuesBuilder endReason(EndReason reason) {
    endReason = reason;
    return this;
  }

  /** The value of a column that is a number. */
  public ValuesBuilder number(String column, long value) {
    numbers[layout.numberSlot(column)] = value;
    return this;
  }

  /** The value of a column that is a text. */
  public ValuesBuilder text(String column, @Nullable String value) {
    texts[layout.textSlot(column)] = value;
    return this;
  }

  /** The value of a column that is a decimal. */
  public ValuesBuilder decimal(String column, @Nullable BigDecimal value) {
    decimals[layout.decimalSlot(column)] = value;
    return this;
  }

  /** The value of a column that is a set of texts. */
  public ValuesBuilder set(String column, TextSet value) {
    sets.set(layout.setSlot(column), value);
    return this;
  }

  /** The value of a column that is a goal. */
  public ValuesBuilder goal(String column, Goal value) {
    goals.set(layout.goalSlot(column), value);
    return this;
  }

  public ValuesBuilder revenue(List<Money> sums) {
    revenue = sums;
    return this;
  }

  public ValuesBuilder products(List<ProductActivity> activities) {
    products = activities;
    return this;
  }

  /** The values; the builder can go on. */
  public SessionValues build() {
    return new SessionValues(
        layout,
        end,
        endReason,
        numbers.clone(),
        texts.clone(),
        decimals.clone(),
        sets,
        goals,
        revenue,
        products);
  }
}
