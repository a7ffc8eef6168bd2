package io.clickstream.columns;

import io.clickstream.model.EventKind;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a session's clicks become one value. Each is commutative, associative and
 * bounded, so that the order of arrival decides nothing.
 */
public sealed interface Aggregate extends Serializable {

  /**
   * How many clicks there are.
   *
   * @param kind those that count
   */
  record Count(EventKind kind) implements Aggregate {}

  /**
   * The first text, by the order of the contract: time, then smallest event id, then page, then the
   * text itself.
   *
   * @param kind the clicks that it may come from, or null for all
   */
  record First(Source source, @Nullable EventKind kind) implements Aggregate {}

  /** The last text: the largest time, ties as in {@link First}. */
  record Last(Source source, @Nullable EventKind kind) implements Aggregate {}

  /**
   * How many different texts there are, exact below the limit, and the limit from there on.
   *
   * @param kind the clicks that count, or null for all
   */
  record Distinct(Source source, @Nullable EventKind kind, int limit) implements Aggregate {}

  /** The aggregates that only one column is made of. */
  enum Own implements Aggregate {
    /** How many clicks the session has. */
    EVENTS,
    /** Clicks of an id and type that the session has already; as of the emission. */
    DUPLICATES,
    /** Clicks that came behind the watermark. */
    LATE_EVENTS,
    /** Purchases; of those that name one order the first alone. */
    PURCHASES,
    /** Whether more orders were named than are counted, as a number. */
    ORDERS_TRUNCATED,
    /**
     * The sum of the purchases by currency: of each the order's total, else the sum over its
     * products, else price times quantity.
     */
    REVENUE,
    /** The counts of each product: how often it was viewed, added and bought. */
    PRODUCTS,
    /** Whether there were more products than are kept, as a number. */
    PRODUCTS_TRUNCATED,
    /** Where the first page view came from, unless from the site itself or another one of ours. */
    REFERRER,
    /** The campaign of the first click that has any of its four texts. */
    UTM_SOURCE,
    UTM_MEDIUM,
    UTM_CAMPAIGN,
    CLICK_ID
  }
}
