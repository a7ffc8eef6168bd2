package io.clickstream.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The conversions of a session for a goal.
 *
 * @param count how often it was reached
 * @param value the largest sum of one currency, null if no click had a value
 * @param currency of the value, null if there is none or it is unknown
 * @param firstAt event time at which it was reached first, epoch ms; 0 if it was not
 */
public record Goal(
    long count, @Nullable BigDecimal value, @Nullable String currency, long firstAt) {

  /** Not reached. */
  public static final Goal NOT_REACHED = new Goal(0, null, null, 0);

  public boolean isReached() {
    return count > 0;
  }
}
