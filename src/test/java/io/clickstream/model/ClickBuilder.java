package io.clickstream.model;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a click for a test, value by value. All that is not named is not there. */
public final class ClickBuilder {

  private final Visitor visitor;
  private final long timestamp;
  private EventKind kind = EventKind.OTHER;
  private long quantity = 1;
  private @Nullable BigDecimal price;
  private @Nullable BigDecimal revenue;
  private List<ClickProduct> products = List.of();
  private @Nullable String[] texts = new String[ClickText.values().length];
  private ClickMarks marks = ClickMarks.NONE;
  private Origin origin = new Origin("raw-clicks", 0, 0, null, new byte[0]);

  private ClickBuilder(Visitor visitor, long timestamp) {
    this.visitor = visitor;
    this.timestamp = timestamp;
    with(ClickText.APP_ID, visitor.appId());
  }

  /** A click of a visitor, with the visitor's application and none of the two ids. */
  public static ClickBuilder click(Visitor visitor, long timestamp) {
    return new ClickBuilder(visitor, timestamp);
  }

  /** A click of a visitor with the id that the visitor is known by. */
  public static ClickBuilder clickOf(Visitor visitor, long timestamp) {
    boolean isUser = visitor.kind() == VisitorKind.USER;
    return click(visitor, timestamp)
        .with(isUser ? ClickText.USER_ID : ClickText.ANONYMOUS_ID, visitor.id());
  }

  /** The kind, and as the record's type our name for it. */
  public ClickBuilder kind(EventKind value) {
    kind = value;
    return with(ClickText.EVENT_TYPE, value.text());
  }

  /** The kind and the record's type, or null for none. */
  public ClickBuilder kind(EventKind value, @Nullable String type) {
    kind = value;
    return with(ClickText.EVENT_TYPE, type);
  }

  public ClickBuilder quantity(long value) {
    quantity = value;
    return this;
  }

  public ClickBuilder price(@Nullable BigDecimal value) {
    price = value;
    return this;
  }

  /** The order's total. */
  public ClickBuilder revenue(@Nullable BigDecimal value) {
    revenue = value;
    return this;
  }

  public ClickBuilder products(ClickProduct... list) {
    products = List.of(list);
    return this;
  }

  public ClickBuilder with(ClickText which, @Nullable String text) {
    return with(which.ordinal(), text);
  }

  /** A text by its index; one beyond those that the rules know makes room for itself. */
  public ClickBuilder with(int index, @Nullable String text) {
    if (index >= texts.length) {
      texts = Arrays.copyOf(texts, index + 1);
    }
    texts[index] = text;
    return this;
  }

  /** Which conditions it fulfils. */
  public ClickBuilder marks(ClickMarks value) {
    marks = value;
    return this;
  }

  public ClickBuilder origin(Origin value) {
    origin = value;
    return this;
  }

  public Click build() {
    return new Click(
        visitor,
        timestamp,
        kind,
        quantity,
        price,
        revenue,
        products,
        ClickTexts.of(texts.clone()),
        origin,
        marks);
  }
}
