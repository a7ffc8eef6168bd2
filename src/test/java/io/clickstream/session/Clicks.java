package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickBuilder;
import io.clickstream.model.ClickMarks;
import io.clickstream.model.ClickProduct;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.Origin;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Clicks for tests. Times are small numbers after {@link #EPOCH}, so that a scenario reads like the
 * contract: {@code at(42)}.
 */
public final class Clicks {

  /** 2026-01-01T00:00:00Z. */
  public static final long EPOCH = 1_767_225_600_000L;

  public static final Visitor VISITOR = new Visitor(null, VisitorKind.DEVICE, "device-1");

  private static final Origin ORIGIN = new Origin("raw-clicks", 0, 0, null, new byte[0]);

  private Clicks() {}

  /** The same click with its texts as places in bytes, as nearly all have them in production. */
  public static Click inValue(Click click) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    int[] slices = new int[click.texts().count()];
    for (int which = 0; which < slices.length; which++) {
      String text = click.texts().get(which);
      if (text != null) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // Something stands before each, as it does in a record.
        value.write('"');
        slices[which] = ClickTexts.slice(value.size(), bytes.length);
        value.writeBytes(bytes);
      }
    }
    return with(ClickTexts.inValue(value.toByteArray(), slices), click);
  }

  /** The same click, with some of its texts in bytes of their own behind those of its value. */
  static Click besideValue(Click click) {
    ClickTexts inValue = inValue(click).texts();
    int[] slices = inValue.slices().clone();
    byte[] value = inValue.bytes(0);
    ByteArrayOutputStream extra = new ByteArrayOutputStream();
    for (int i = 0; i < slices.length; i += 2) {
      if (slices[i] != 0) {
        byte[] bytes = inValue.textAt(slices[i]).getBytes(StandardCharsets.UTF_8);
        slices[i] = ClickTexts.slice(value.length + extra.size(), bytes.length);
        extra.writeBytes(bytes);
      }
    }
    return with(ClickTexts.inValue(value, extra.toByteArray(), slices), click);
  }

  static Click with(ClickTexts texts, Click click) {
    return with(texts, click, click.marks());
  }

  /** The same click with other texts, and marks. */
  static Click with(ClickTexts texts, Click click, ClickMarks marks) {
    return with(click.visitor(), texts, click, marks);
  }

  /** The same click of another visitor. */
  public static Click of(Visitor visitor, Click click) {
    return with(visitor, click.texts(), click, click.marks());
  }

  private static Click with(Visitor visitor, ClickTexts texts, Click click, ClickMarks marks) {
    return new Click(
        visitor,
        click.timestamp(),
        click.kind(),
        click.quantity(),
        click.price(),
        click.revenue(),
        click.products(),
        texts,
        click.origin(),
        marks);
  }

  /** A page view without an event id. */
  public static Builder at(long time) {
    return new Builder(time);
  }

  /** A click in the making. */
  public static final class Builder {
    private final long time;
    private Visitor visitor = VISITOR;
    private @Nullable String eventId;
    private EventKind kind = EventKind.PAGE_VIEW;
    private @Nullable String userId;
    private @Nullable String anonymousId;
    private @Nullable String page;
    private @Nullable String referrer;
    private @Nullable String utmSource;
    private @Nullable String utmMedium;
    private @Nullable String utmCampaign;
    private @Nullable String product;
    private long quantity = 1;
    private @Nullable BigDecimal price;
    private @Nullable String currency;
    private @Nullable String userAgent;
    private @Nullable String device;
    private @Nullable String country;
    private @Nullable String type;
    private boolean typed = true;
    private @Nullable String order;
    private @Nullable String clickId;
    private @Nullable BigDecimal revenue;
    private ClickProduct[] products = {};

    private Builder(long time) {
      this.time = time;
    }

    public Builder visitor(Visitor value) {
      visitor = value;
      return this;
    }

    public Builder id(@Nullable String value) {
      eventId = value;
      return this;
    }

    public Builder kind(EventKind value) {
      kind = value;
      return this;
    }

    public Builder user(@Nullable String value) {
      userId = value;
      return this;
    }

    public Builder anonymous(@Nullable String value) {
      anonymousId = value;
      return this;
    }

    public Builder page(@Nullable String value) {
      page = value;
      return this;
    }

    public Builder referrer(@Nullable String value) {
      referrer = value;
      return this;
    }

    public Builder campaign(
        @Nullable String source, @Nullable String medium, @Nullable String campaign) {
      utmSource = source;
      utmMedium = medium;
      utmCampaign = campaign;
      return this;
    }

    public Builder product(@Nullable String value) {
      product = value;
      return this;
    }

    public Builder purchase(String productId, long pieces, String each, @Nullable String code) {
      kind = EventKind.PURCHASE;
      product = productId;
      quantity = pieces;
      price = new BigDecimal(each);
      currency = code;
      return this;
    }

    public Builder userAgent(@Nullable String value) {
      userAgent = value;
      return this;
    }

    public Builder device(@Nullable String value) {
      device = value;
      return this;
    }

    public Builder country(@Nullable String value) {
      country = value;
      return this;
    }

    /** The type as the record names it; that of the kind unless given. */
    public Builder type(String value) {
      type = value;
      return this;
    }

    /** Without a type, as releases remembered it that knew events by their ids alone. */
    public Builder withoutType() {
      typed = false;
      return this;
    }

    public Builder order(@Nullable String value) {
      order = value;
      return this;
    }

    public Builder clickId(@Nullable String value) {
      clickId = value;
      return this;
    }

    /** The order's total. */
    public Builder revenue(@Nullable String total) {
      revenue = total == null ? null : new BigDecimal(total);
      return this;
    }

    /** A list of products; each is its id, or {@code id 2 9.95} with quantity and price. */
    public Builder products(String... each) {
      products = Arrays.stream(each).map(Builder::listed).toArray(ClickProduct[]::new);
      return this;
    }

    private static ClickProduct listed(String text) {
      String[] parts = text.split(" ", -1);
      return parts.length == 1
          ? new ClickProduct(text, 1, null)
          : new ClickProduct(
              parts[0],
              Long.parseLong(parts[1]),
              parts[2].isEmpty() ? null : new BigDecimal(parts[2]));
    }

    public Click click() {
      return ClickBuilder.click(visitor, EPOCH + time)
          .kind(kind, !typed ? null : type == null ? kind.text() : type)
          .quantity(quantity)
          .price(price)
          .revenue(revenue)
          .products(products)
          .with(ClickText.EVENT_ID, eventId)
          .with(ClickText.USER_ID, userId)
          .with(ClickText.ANONYMOUS_ID, anonymousId)
          .with(ClickText.PAGE_URL, page)
          .with(ClickText.REFERRER, referrer)
          .with(ClickText.UTM_SOURCE, utmSource)
          .with(ClickText.UTM_MEDIUM, utmMedium)
          .with(ClickText.UTM_CAMPAIGN, utmCampaign)
          .with(ClickText.PRODUCT_ID, product)
          .with(ClickText.CURRENCY, currency)
          .with(ClickText.USER_AGENT, userAgent)
          .with(ClickText.DEVICE_TYPE, device)
          .with(ClickText.COUNTRY, country)
          .with(ClickText.ORDER_ID, order)
          .with(ClickText.CLICK_ID, clickId)
          .origin(ORIGIN)
          .build();
    }
  }
}
