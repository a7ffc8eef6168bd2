package io.clickstream.enrich;

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
 * @param partition where the record was read
 * @param offset where the record was read
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

  /** What is changed. */
  public enum Kind {
    PROFILE,
    PRODUCT,
    /** Nothing: all that was there when the job graph was built has been read. */
    LOADED
  }

  public static final ReferenceUpdate LOADED =
      new ReferenceUpdate(Kind.LOADED, "", null, null, -1, -1, true);

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
}
