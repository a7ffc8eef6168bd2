package io.clickstream.output;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.clickstream.columns.ColumnWriter;
import io.clickstream.model.Enrichment;
import io.clickstream.model.Goal;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the values of columns as JSON. */
final class JsonColumnWriter implements ColumnWriter {

  private static final SerializedString ID = new SerializedString("id");
  private static final SerializedString VIEWS = new SerializedString("views");
  private static final SerializedString CART_ADDS = new SerializedString("cart_adds");
  private static final SerializedString PURCHASES = new SerializedString("purchases");

  private static final SerializedString COUNT = new SerializedString("count");
  private static final SerializedString VALUE = new SerializedString("value");
  private static final SerializedString CURRENCY = new SerializedString("currency");
  private static final SerializedString FIRST_AT = new SerializedString("first_at");

  private final JsonGenerator json;

  JsonColumnWriter(JsonGenerator json) {
    this.json = json;
  }

  @Override
  public void nothing() throws IOException {
    json.writeNull();
  }

  @Override
  public void id(@Nullable UUID id) throws IOException {
    text(id == null ? null : id.toString());
  }

  @Override
  public void text(@Nullable String text) throws IOException {
    if (text == null) {
      json.writeNull();
    } else {
      json.writeString(text);
    }
  }

  @Override
  public void number(long number) throws IOException {
    json.writeNumber(number);
  }

  @Override
  public void bool(boolean value) throws IOException {
    json.writeBoolean(value);
  }

  @Override
  public void decimal(@Nullable BigDecimal decimal) throws IOException {
    text(decimal == null ? null : decimal.toPlainString());
  }

  @Override
  public void canonical(@Nullable BigDecimal decimal) throws IOException {
    decimal(decimal == null ? null : decimal.stripTrailingZeros());
  }

  @Override
  public void amounts(List<Money> amounts) throws IOException {
    json.writeStartObject();
    for (Money money : amounts) {
      json.writeStringField(money.currency(), money.amount().toPlainString());
    }
    json.writeEndObject();
  }

  @Override
  public void counts(List<Enrichment.Count> counts) throws IOException {
    json.writeStartObject();
    for (Enrichment.Count count : counts) {
      json.writeNumberField(count.name(), count.events());
    }
    json.writeEndObject();
  }

  @Override
  public void products(List<ProductActivity> products) throws IOException {
    json.writeStartArray();
    for (ProductActivity product : products) {
      json.writeStartObject();
      json.writeFieldName(ID);
      json.writeString(product.productId());
      json.writeFieldName(VIEWS);
      json.writeNumber(product.views());
      json.writeFieldName(CART_ADDS);
      json.writeNumber(product.cartAdds());
      json.writeFieldName(PURCHASES);
      json.writeNumber(product.purchases());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  @Override
  public void texts(List<String> texts) throws IOException {
    json.writeStartArray();
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  @Override
  public void goal(Goal goal) throws IOException {
    json.writeStartObject();
    json.writeFieldName(COUNT);
    json.writeNumber(goal.count());
    json.writeFieldName(VALUE);
    canonical(goal.value());
    json.writeFieldName(CURRENCY);
    text(goal.currency());
    json.writeFieldName(FIRST_AT);
    if (goal.isReached()) {
      json.writeNumber(goal.firstAt());
    } else {
      json.writeNull();
    }
    json.writeEndObject();
  }
}
