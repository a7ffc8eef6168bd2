package io.clickstream.columns;

import io.clickstream.model.Enrichment;
import io.clickstream.model.Goal;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes the value of one column, by exactly one call. */
public interface ColumnWriter {

  void nothing() throws IOException;

  void id(@Nullable UUID id) throws IOException;

  void text(@Nullable String text) throws IOException;

  void number(long number) throws IOException;

  void bool(boolean value) throws IOException;

  /** A decimal in plain notation, with as many decimals as it has. */
  void decimal(@Nullable BigDecimal decimal) throws IOException;

  /** A decimal in its canonical form: plain notation without trailing zeros. */
  void canonical(@Nullable BigDecimal decimal) throws IOException;

  /** Amounts by currency. */
  void amounts(List<Money> amounts) throws IOException;

  void counts(List<Enrichment.Count> counts) throws IOException;

  void products(List<ProductActivity> products) throws IOException;

  /** Different texts in their order. */
  void texts(List<String> texts) throws IOException;

  void goal(Goal goal) throws IOException;
}
