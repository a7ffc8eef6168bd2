package io.clickstream.columns;

import io.clickstream.model.Enrichment;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes the value of one column, by exactly one call. */
public interface ColumnWriter {

  void nothing();

  void id(@Nullable UUID id);

  void text(@Nullable String text);

  void number(long number);

  void bool(boolean value);

  void decimal(@Nullable BigDecimal decimal);

  /** Amounts by currency. */
  void amounts(List<Money> amounts);

  void counts(List<Enrichment.Count> counts);

  void products(List<ProductActivity> products);
}
