package io.clickstream.reconcile;

import io.clickstream.kafka.Place;
import io.clickstream.model.Origin;

/**
 * Where a click was read: the place of its record, and its own among the clicks of that.
 *
 * @param index {@link Origin#ALONE} if the record is one click
 */
record ClickPlace(Place place, int index) {

  /** The place of an origin. */
  static ClickPlace of(Origin origin) {
    return new ClickPlace(
        new Place(origin.topic(), origin.partition(), origin.offset()), origin.index());
  }

  /**
   * For messages: {@code 3/4711}, with the index behind it where there is one, {@code 3/4711[2]}.
   *
   * @param hasOneTopic whether all clicks are from one topic, which is not named then
   */
  String text(boolean hasOneTopic) {
    String record = hasOneTopic ? place.inTopic() : place.toString();
    return index == Origin.ALONE ? record : "%s[%d]".formatted(record, index);
  }
}
