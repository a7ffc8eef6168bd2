package io.clickstream.columns;

import io.clickstream.model.ClickText;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A field that a click's record can have. The rules know the constants; all others come from the
 * table of columns, see {@link ClickFields}.
 *
 * @param index its place among all fields: when several cost the click, the rejection names the
 *     first in this order, whatever their order in the record
 * @param name our name for it in a record, and that of {@code ingest.fields.<name>}
 * @param reading how its value is read
 * @param text where {@link io.clickstream.model.ClickTexts} has it, or {@link #NO_TEXT}
 * @param isUnderOurName whether it is looked for under our name where no setting maps it
 */
public record ClickField(int index, String name, Reading reading, int text, boolean isUnderOurName)
    implements Serializable {

  /** The {@link #text} of a field whose value is not kept as a text. */
  public static final int NO_TEXT = -1;

  public static final ClickField EVENT_TYPE = text(0, ClickText.EVENT_TYPE, Reading.TEXT);
  public static final ClickField EVENT_ID = text(1, ClickText.EVENT_ID, Reading.ID);
  public static final ClickField USER_ID = text(2, ClickText.USER_ID, Reading.ID);
  public static final ClickField ANONYMOUS_ID = text(3, ClickText.ANONYMOUS_ID, Reading.ID);
  public static final ClickField APP_ID = text(4, ClickText.APP_ID, Reading.ID);
  public static final ClickField PAGE_URL = text(5, ClickText.PAGE_URL, Reading.TEXT);
  public static final ClickField REFERRER = text(6, ClickText.REFERRER, Reading.TEXT);
  public static final ClickField UTM_SOURCE = text(7, ClickText.UTM_SOURCE, Reading.TEXT);
  public static final ClickField UTM_MEDIUM = text(8, ClickText.UTM_MEDIUM, Reading.TEXT);
  public static final ClickField UTM_CAMPAIGN = text(9, ClickText.UTM_CAMPAIGN, Reading.TEXT);
  public static final ClickField PRODUCT_ID = text(10, ClickText.PRODUCT_ID, Reading.ID);
  public static final ClickField QUANTITY =
      new ClickField(11, "quantity", Reading.QUANTITY, NO_TEXT);
  public static final ClickField PRICE = new ClickField(12, "price", Reading.PRICE, NO_TEXT);
  public static final ClickField CURRENCY = text(13, ClickText.CURRENCY, Reading.CODE);
  public static final ClickField ORDER_ID = text(14, ClickText.ORDER_ID, Reading.ID);
  public static final ClickField USER_AGENT = text(15, ClickText.USER_AGENT, Reading.TEXT);
  public static final ClickField DEVICE_TYPE = text(16, ClickText.DEVICE_TYPE, Reading.TEXT);
  public static final ClickField COUNTRY = text(17, ClickText.COUNTRY, Reading.TEXT);
  public static final ClickField TIMESTAMP = new ClickField(18, "timestamp", Reading.TIME, NO_TEXT);

  /** Part of the format: its value is skipped unseen unless a column is made of it. */
  public static final ClickField PAGE_TITLE =
      new ClickField(19, "page_title", Reading.NONE, NO_TEXT);

  /**
   * The order's total. Records that have something of this name have it with a meaning of their own
   * often enough: it takes precedence over prices only where a setting says so.
   */
  public static final ClickField REVENUE = onlyMapped(20, "revenue", Reading.PRICE);

  /** When the sender's clock says that it sent the record. */
  public static final ClickField SENT_AT = onlyMapped(21, "sent_at", Reading.CLOCK);

  /** When the record was received, by a clock that is right. */
  public static final ClickField RECEIVED_AT = onlyMapped(22, "received_at", Reading.CLOCK);

  public static final ClickField CLICK_ID = text(23, ClickText.CLICK_ID, Reading.CODE);

  /** The fields that every table has, by index. */
  static final List<ClickField> KNOWN =
      List.of(
          EVENT_TYPE,
          EVENT_ID,
          USER_ID,
          ANONYMOUS_ID,
          APP_ID,
          PAGE_URL,
          REFERRER,
          UTM_SOURCE,
          UTM_MEDIUM,
          UTM_CAMPAIGN,
          PRODUCT_ID,
          QUANTITY,
          PRICE,
          CURRENCY,
          ORDER_ID,
          USER_AGENT,
          DEVICE_TYPE,
          COUNTRY,
          TIMESTAMP,
          PAGE_TITLE,
          REVENUE,
          SENT_AT,
          RECEIVED_AT,
          CLICK_ID);

  /** A field that is under our name where no setting maps it. */
  public ClickField(int index, String name, Reading reading, int text) {
    this(index, name, reading, text, true);
  }

  /** The field that every table has under this name, or null. */
  static @Nullable ClickField named(String name) {
    return KNOWN.stream().filter(known -> known.name().equals(name)).findFirst().orElse(null);
  }

  /** A path as it is written where a name of ours means our field. */
  static String besideNames(FieldPath path) {
    String text = path.toString();
    return named(text) == null ? text : '"' + text + '"';
  }

  private static ClickField onlyMapped(int index, String name, Reading reading) {
    return new ClickField(index, name, reading, NO_TEXT, false);
  }

  private static ClickField text(int index, ClickText text, Reading reading) {
    return new ClickField(index, text.name().toLowerCase(Locale.ROOT), reading, text.ordinal());
  }

  /** Whether its value is looked at. */
  public boolean isRead() {
    return reading != Reading.NONE;
  }

  /** Whether its value is kept as a text of the click. */
  public boolean isText() {
    return text != NO_TEXT;
  }

  /**
   * Whether a click may count although this cannot be read. Type, time and identity decide what
   * happened, when, and to whose session; without these there is no click. A type can only be
   * mended, of the two ids that can be the visitor's only the other one may be left out, and the
   * application only where visitors are of all applications.
   */
  public boolean isOptional() {
    return isRead() && reading != Reading.TIME;
  }
}
