package io.clickstream.reference;

import io.clickstream.model.Product;
import io.clickstream.model.UserProfile;
import io.clickstream.reference.ReferenceUpdate.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reference data: what is known under each id, and whether all of it is there.
 *
 * <p>While it loads, two reads deliver side by side, so positions decide which update of an id is
 * the later one, and a deleted id is kept with its position: an older value that is read afterwards
 * must not bring it back. Once loaded, one read delivers in order, positions are dropped and the
 * last write wins. What the bounded read still delivers after that, because a restored job found
 * new partitions, the other read delivers too, and it is ignored.
 *
 * <p>All subtasks see the same updates in the same order, hence all have the same table at a
 * barrier, and it is enough if all of them together store it once: each its {@link #share}. The
 * entries lie in buckets by a hash of their id. A bucket is stored as a block, which is made anew
 * only if an entry of the bucket has changed.
 *
 * <p>Bounded by the number of keys in the topics: some 90 bytes an entry with a short id, and twice
 * that while it loads. Equal values lie in memory once.
 */
public final class ReferenceTable {

  /** More of them compress worse, fewer make an update rewrite more entries. */
  static final int BUCKETS = 512;

  /**
   * So many entries of some 10 to 30 bytes are worth a file of their own in every checkpoint. With
   * fewer, fewer subtasks write: stores bill each file.
   */
  public static final int ENTRIES_PER_WRITER = 1 << 15;

  private static final int HASH_SHIFT = Integer.SIZE - Integer.numberOfTrailingZeros(BUCKETS);
  private static final int SHARED_VALUES = 1 << 14;

  private final Bucket[] buckets = new Bucket[BUCKETS];
  private final Interner<String> columns = new Interner<>(SHARED_VALUES);
  private final Interner<UserProfile> profileValues = new Interner<>(SHARED_VALUES);
  private final Interner<Product> productValues = new Interner<>(SHARED_VALUES);
  private boolean loaded;

  /** Ids that have a value. */
  private int known;

  /** Ids that a checkpoint has to hold: while loading, the deleted ones too. */
  private int entries;

  /** An id of one kind. */
  private record Key(Kind kind, String id) {}

  /** The entries whose ids have one hash. */
  private static final class Bucket {

    /** The latest update of each id; empty once loaded. */
    Map<Key, ReferenceUpdate> loading = new HashMap<>();

    /** Empty until loaded, as is the next one. */
    final IdTable<UserProfile> profiles = new IdTable<>();

    final IdTable<Product> products = new IdTable<>();

    /** What it is stored as; null if it has changed since, or is not stored by this subtask. */
    @Nullable ReferenceBlock block;

    boolean isEmpty() {
      return loading.isEmpty() && profiles.isEmpty() && products.isEmpty();
    }

    ReferenceBlock block() {
      if (block == null) {
        block = ReferenceBlock.of(updates());
      }
      return block;
    }

    private List<ReferenceUpdate> updates() {
      int nowhere = ReferenceUpdate.NOWHERE;
      List<ReferenceUpdate> updates =
          new ArrayList<>(loading.size() + profiles.size() + products.size());
      updates.addAll(loading.values());
      profiles.forEach(
          (id, profile) ->
              updates.add(ReferenceUpdate.ofProfile(id, profile, nowhere, nowhere, false)));
      products.forEach(
          (id, product) ->
              updates.add(ReferenceUpdate.ofProduct(id, product, nowhere, nowhere, false)));
      return updates;
    }
  }

  /** An empty table that is not loaded. */
  ReferenceTable() {
    for (int i = 0; i < BUCKETS; i++) {
      buckets[i] = new Bucket();
    }
  }

  /**
   * The table of a checkpoint.
   *
   * @param summaries of all subtasks; none if there is no table in the checkpoint
   * @param blocks the shares of all subtasks, in any order
   * @throws IOException if it cannot be read, or is not all there
   */
  public static ReferenceTable restore(
      Iterable<ReferenceSummary> summaries, Iterable<ReferenceBlock> blocks) throws IOException {
    Set<ReferenceSummary> expected = new LinkedHashSet<>();
    summaries.forEach(expected::add);
    ReferenceTable table = new ReferenceTable();
    table.loaded = expected.stream().anyMatch(ReferenceSummary::loaded);
    for (ReferenceBlock block : blocks) {
      block.updates().forEach(table::apply);
    }
    if (expected.isEmpty() ? table.entries > 0 : !expected.equals(Set.of(table.summary()))) {
      throw new IOException(
          "the reference data of the checkpoint is not complete: expected="
              + expected
              + " found="
              + table.summary()
              + ", restore another checkpoint");
    }
    return table;
  }

  /** The profile of a user; nothing until loaded. */
  public @Nullable UserProfile profile(String id) {
    return bucket(id).profiles.get(id);
  }

  /** The product of an id; nothing until loaded. */
  public @Nullable Product product(String id) {
    return bucket(id).products.get(id);
  }

  /** Whether the first read was complete. */
  public boolean isLoaded() {
    return loaded;
  }

  /** How many profiles and products are known, or will be if nothing else is read. */
  public int size() {
    return known;
  }

  /** Changes the table, if the update has any effect. */
  public void apply(ReferenceUpdate update) {
    if (update.kind() == Kind.LOADED) {
      finishLoading();
    } else if (!loaded) {
      keepIfLater(withSharedValues(update));
    } else if (!update.snapshot()) {
      write(withSharedValues(update));
    }
  }

  private void keepIfLater(ReferenceUpdate update) {
    Bucket bucket = bucket(update.id());
    Key key = new Key(update.kind(), update.id());
    ReferenceUpdate before = bucket.loading.get(key);
    if (before != null && !update.isLaterThan(before)) {
      return;
    }
    bucket.loading.put(key, update);
    bucket.block = null;
    entries += before == null ? 1 : 0;
    known += (update.deletes() ? 0 : 1) - (before == null || before.deletes() ? 0 : 1);
  }

  private void write(ReferenceUpdate update) {
    Bucket bucket = bucket(update.id());
    boolean changed =
        switch (update.kind()) {
          case PROFILE -> write(bucket.profiles, update.id(), update.profile());
          case PRODUCT -> write(bucket.products, update.id(), update.product());
          case LOADED -> false;
        };
    if (changed) {
      bucket.block = null;
    }
  }

  private <V> boolean write(IdTable<V> values, String id, @Nullable V value) {
    V before = value == null ? values.remove(id) : values.put(id, value);
    int change = (value == null ? 0 : 1) - (before == null ? 0 : 1);
    known += change;
    entries += change;
    return value == null ? before != null : !value.equals(before);
  }

  /** A restored job may hear of it a second time; then there is nothing left to do. */
  private void finishLoading() {
    if (loaded) {
      return;
    }
    loaded = true;
    known = 0;
    entries = 0;
    for (Bucket bucket : buckets) {
      Map<Key, ReferenceUpdate> updates = bucket.loading;
      bucket.loading = Map.of();
      updates.values().forEach(this::write);
    }
  }

  /** The summary of the whole table for a checkpoint. */
  public ReferenceSummary summary() {
    return new ReferenceSummary(loaded, entries);
  }

  /**
   * The part of the table that a subtask stores, so that all together store everything once.
   * Nothing but references is copied of what has not changed since the last call.
   *
   * <p>Tables with the same entries share out the same, whatever their histories.
   */
  public List<ReferenceBlock> share(int subtask, int parallelism) {
    int wanted = (entries + ENTRIES_PER_WRITER - 1) / ENTRIES_PER_WRITER;
    int writers = Math.max(1, Math.min(wanted, parallelism));
    List<ReferenceBlock> share = new ArrayList<>();
    for (int i = 0; i < BUCKETS; i++) {
      Bucket bucket = buckets[i];
      if (i % writers != subtask) {
        bucket.block = null;
      } else if (!bucket.isEmpty()) {
        share.add(bucket.block());
      }
    }
    return share;
  }

  /** By the upper bits of a hash of its own. */
  private Bucket bucket(String id) {
    return buckets[(id.hashCode() * 0x9E3779B9) >>> HASH_SHIFT];
  }

  private ReferenceUpdate withSharedValues(ReferenceUpdate update) {
    UserProfile profile = update.profile();
    Product product = update.product();
    return new ReferenceUpdate(
        update.kind(),
        update.id(),
        profile == null
            ? null
            : profileValues.intern(
                new UserProfile(columns.intern(profile.segment()), columns.intern(profile.tier()))),
        product == null
            ? null
            : productValues.intern(
                new Product(columns.intern(product.category()), columns.intern(product.brand()))),
        update.partition(),
        update.offset(),
        update.snapshot());
  }
}
