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

  /**
   * How many clicks fulfil a condition.
   *
   * @param mark which one
   */
  record Marked(Mark mark) implements Aggregate {}

  /** The smallest number. */
  record Min(Source source) implements Aggregate {}

  /** The largest number. */
  record Max(Source source) implements Aggregate {}

  /** The exact sum of the numbers. */
  record Sum(Source source) implements Aggregate {}

  /**
   * The different texts, by their code points the smallest of them, and whether there were more.
   *
   * @param limit how many are kept
   */
  record Texts(Source source, int limit) implements Aggregate {}

  /**
   * A goal: how many clicks fulfil a condition, when the first of them was, and the sums of their
   * values by currency, of which the largest is the goal's.
   *
   * @param mark of the clicks that reach it
   * @param value a number that such a click has, or null
   * @param currency of the value, or null
   * @param oncePer of the clicks that have the same text here only the first counts; null if all
   *     count; one without a text counts by itself
   */
  record Reached(
      Mark mark, @Nullable Source value, @Nullable Source currency, @Nullable Source oncePer)
      implements Aggregate {}

  /**
   * Engaged time by signs of life, in ms: {@code heartbeat × (pairs − pages) + pages × minVisit},
   * where pairs are the different pairs of a page and a time divided by the heartbeat, and pages
   * the different pages among them. Both are exact below the limit, and the limit from there on.
   *
   * @param mark of the clicks that are signs of life
   * @param heartbeatMs ms between two of them
   * @param minVisitMs ms that a page counts at least
   * @param limit pairs that are kept
   */
  record Pings(Mark mark, long heartbeatMs, long minVisitMs, int limit) implements Aggregate {}

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
