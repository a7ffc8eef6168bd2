package io.clickstream.reference;

import io.clickstream.model.Product;
import io.clickstream.model.UserProfile;
import org.jspecify.annotations.Nullable;

/**
 * A change of the reference data, or the news that its first read is complete.
 *
 * @param kind what is changed
 * @param id which one
 * @param profile the new profile; null if it is deleted, and for other kinds
 * @param product the new product; null if it is deleted, and for other kinds
 * @param partition where the record was read, or {@link #NOWHERE}
 * @param offset where the record was read, or {@link #NOWHERE}
 * @param snapshot whether the bounded read delivered it
 */
public record ReferenceUpdate(
    Kind kind,
    String id,
    @Nullable UserProfile profile,
    @Nullable Product product,
    int partition,
    long offset,
    boolean snapshot) {

  /** The table that is changed. */
  public enum Kind {
    PROFILE,
    PRODUCT,
    /** Nothing: all that was there when the job graph was built has been read. */
    LOADED
  }

  /** The position of what was not read, or of which it no longer matters where. */
  static final int NOWHERE = -1;

  public static final ReferenceUpdate LOADED =
      new ReferenceUpdate(Kind.LOADED, "", null, null, NOWHERE, NOWHERE, true);

  /** Sets a profile, or deletes it if it is null. */
  public static ReferenceUpdate ofProfile(
      String id, @Nullable UserProfile profile, int partition, long offset, boolean snapshot) {
    return new ReferenceUpdate(Kind.PROFILE, id, profile, null, partition, offset, snapshot);
  }

  /** Sets a product, or deletes it if it is null. */
  public static ReferenceUpdate ofProduct(
      String id, @Nullable Product product, int partition, long offset, boolean snapshot) {
    return new ReferenceUpdate(Kind.PRODUCT, id, null, product, partition, offset, snapshot);
  }

  /** Whether there is nothing under the id from now on. */
  boolean deletes() {
    return profile == null && product == null;
  }

  /**
   * Whether this is the later one of two updates of an id, whichever came first.
   *
   * <p>Within a partition the larger offset is the later value. Of one id in two partitions, which
   * only a topic has that got more of them, the larger partition counts as the later one: when a
   * topic grows to a multiple, ids only move up. Together that is a total order, so all subtasks
   * arrive at the same data.
   */
  boolean isLaterThan(ReferenceUpdate other) {
    return partition == other.partition ? offset > other.offset : partition > other.partition;
  }
}
