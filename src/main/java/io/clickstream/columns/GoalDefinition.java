package io.clickstream.columns;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A goal that {@code session.goals} defines.
 *
 * @param name under {@code goals} in a session: small letters, digits and {@code _}
 * @param where the clicks that reach it
 * @param value a number that such a click is worth, or null
 * @param currency of the value, or null
 * @param oncePer of clicks that have the same text here only the first counts; null if all count
 */
public record GoalDefinition(
    String name,
    Condition where,
    @Nullable ValueSource value,
    @Nullable ValueSource currency,
    @Nullable ValueSource oncePer)
    implements Serializable {}
