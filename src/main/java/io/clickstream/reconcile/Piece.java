package io.clickstream.reconcile;

import io.clickstream.model.Click;
import io.clickstream.model.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A click of a visitor, together with those that are alike: of them one counts at most.
 *
 * @param click the first that came
 * @param others that are alike
 * @param isPassive whether it neither opens nor prolongs a session
 * @param mayBeBehind whether its own partition was ahead of it, and of all that are alike
 * @param partition which of the visitor's; -1 if those that are alike are from several
 * @param arrival the how manieth click of the visitor it is in the order of reading, which is that
 *     of arrival within a partition
 * @param copies of one event that are not alike, this among them; null if there are no others
 */
record Piece(
    Click click,
    List<Click> others,
    boolean isPassive,
    boolean mayBeBehind,
    int partition,
    int arrival,
    @Nullable Copies copies) {

  /** Pieces with one id. */
  static final class Copies {
    final List<Piece> pieces = new ArrayList<>();
    boolean hasPassive;
  }

  /**
   * The order in which clicks that were on time are taken: time, passive ones last, {@code
   * event_id} (none first), type, bytes.
   */
  static final Comparator<Piece> ORDER =
      Comparator.comparingLong(Piece::time)
          .thenComparing(Piece::isPassive)
          .thenComparing(
              piece -> piece.click.eventId(), Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(
              piece -> piece.click.eventType(), Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(piece -> piece.click.origin().value(), Piece::compareBytes)
          .thenComparing(piece -> piece.click.origin().key(), Piece::compareBytes)
          .thenComparingInt(piece -> piece.click.origin().index());

  private static int compareBytes(byte @Nullable [] left, byte @Nullable [] right) {
    if (left == null || right == null) {
      return Boolean.compare(left != null, right != null);
    }
    return Arrays.compareUnsigned(left, right);
  }

  long time() {
    return click.timestamp();
  }

  /** How many clicks it is. */
  int count() {
    return 1 + others.size();
  }

  /** The parts by which clicks are alike: all but where they were read. */
  private static Click content(Click click) {
    return click.withOrigin(new Origin("", 0, 0, null, null));
  }

  /**
   * The pieces of a visitor, in order.
   *
   * @param clicks in the order of reading
   * @param withType whether an id that comes with another type is another event's
   */
  static List<Piece> of(List<Arrived> clicks, boolean withType, Predicate<Click> passive) {
    Map<Click, List<Integer>> alike = new HashMap<>();
    List<List<Integer>> all = new ArrayList<>();
    for (int i = 0; i < clicks.size(); i++) {
      Click click = clicks.get(i).click();
      List<Integer> present = click.eventId() == null ? null : alike.get(content(click));
      if (present != null) {
        present.add(i);
        continue;
      }
      List<Integer> first = new ArrayList<>(List.of(i));
      all.add(first);
      if (click.eventId() != null) {
        alike.put(content(click), first);
      }
    }
    Map<EventKey, Copies> byKey = new HashMap<>();
    Set<EventKey> known = new HashSet<>();
    for (List<Integer> arrivals : all) {
      Click click = clicks.get(arrivals.get(0)).click();
      if (click.eventId() != null && !known.add(EventKey.of(click, withType))) {
        byKey.putIfAbsent(EventKey.of(click, withType), new Copies());
      }
    }
    Map<TopicPartition, Integer> partitions = new HashMap<>();
    List<Piece> pieces = new ArrayList<>();
    for (List<Integer> arrivals : all) {
      Click click = clicks.get(arrivals.get(0)).click();
      Set<Integer> from = new HashSet<>();
      boolean mayBeBehind = true;
      List<Click> others = new ArrayList<>();
      for (int arrival : arrivals) {
        Origin origin = clicks.get(arrival).click().origin();
        TopicPartition partition = new TopicPartition(origin.topic(), origin.partition());
        from.add(partitions.computeIfAbsent(partition, ignored -> partitions.size()));
        mayBeBehind &= clicks.get(arrival).mayBeBehind();
        if (arrival != arrivals.get(0)) {
          others.add(clicks.get(arrival).click());
        }
      }
      Copies copies = click.eventId() == null ? null : byKey.get(EventKey.of(click, withType));
      Piece piece =
          new Piece(
              click,
              others,
              passive.test(click),
              mayBeBehind,
              from.size() == 1 ? from.iterator().next() : -1,
              arrivals.get(0),
              copies);
      pieces.add(piece);
      if (copies != null) {
        copies.hasPassive |= piece.isPassive;
      }
    }
    pieces.sort(ORDER);
    for (Piece piece : pieces) {
      if (piece.copies != null) {
        piece.copies.pieces.add(piece);
      }
    }
    return pieces;
  }

  /** By which a click is known for a duplicate; of type null where the id counts alone. */
  record EventKey(@Nullable String id, @Nullable String type) {

    static EventKey of(Click click, boolean withType) {
      return new EventKey(click.eventId(), withType ? click.eventType() : null);
    }
  }
}
