package io.clickstream.output;

import io.clickstream.columns.ColumnWriter;
import io.clickstream.model.Enrichment;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the values of columns as JSON; counts them, so that a column that writes none is found. */
final class JsonColumnWriter implements ColumnWriter {

  private static final byte[] PRODUCT_START = JsonWriter.ascii("{\"id\":");
  private static final byte[] VIEWS = JsonWriter.ascii(",\"views\":");
  private static final byte[] CART_ADDS = JsonWriter.ascii(",\"cart_adds\":");
  private static final byte[] PURCHASES = JsonWriter.ascii(",\"purchases\":");

  private final JsonWriter json;
  private int values;

  JsonColumnWriter(JsonWriter json) {
    this.json = json;
  }

  /** How many values there were since it was asked last. */
  int values() {
    int count = values;
    values = 0;
    return count;
  }

  @Override
  public void nothing() {
    text(null);
  }

  @Override
  public void id(@Nullable UUID id) {
    if (id == null) {
      nothing();
      return;
    }
    values++;
    json.raw('"');
    json.id(id);
    json.raw('"');
  }

  @Override
  public void text(@Nullable String text) {
    values++;
    json.text(text);
  }

  @Override
  public void number(long number) {
    values++;
    json.number(number);
  }

  @Override
  public void bool(boolean value) {
    values++;
    json.bool(value);
  }

  @Override
  public void decimal(@Nullable BigDecimal decimal) {
    text(decimal == null ? null : decimal.toPlainString());
  }

  @Override
  public void amounts(List<Money> amounts) {
    values++;
    json.raw('{');
    for (int i = 0; i < amounts.size(); i++) {
      Money money = amounts.get(i);
      name(i, money.currency());
      json.text(money.amount().toPlainString());
    }
    json.raw('}');
  }

  @Override
  public void counts(List<Enrichment.Count> counts) {
    values++;
    json.raw('{');
    for (int i = 0; i < counts.size(); i++) {
      Enrichment.Count count = counts.get(i);
      name(i, count.name());
      json.number(count.events());
    }
    json.raw('}');
  }

  private void name(int index, String name) {
    if (index > 0) {
      json.raw(',');
    }
    json.text(name);
    json.raw(':');
  }

  @Override
  public void products(List<ProductActivity> products) {
    values++;
    json.raw('[');
    for (int i = 0; i < products.size(); i++) {
      ProductActivity product = products.get(i);
      if (i > 0) {
        json.raw(',');
      }
      json.raw(PRODUCT_START);
      json.text(product.productId());
      json.raw(VIEWS);
      json.number(product.views());
      json.raw(CART_ADDS);
      json.number(product.cartAdds());
      json.raw(PURCHASES);
      json.number(product.purchases());
      json.raw('}');
    }
    json.raw(']');
  }
}
