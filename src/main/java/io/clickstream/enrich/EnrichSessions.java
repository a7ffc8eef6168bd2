package io.clickstream.enrich;

import io.clickstream.config.EnrichmentSettings;
import io.clickstream.enrich.SessionEnricher.Lookup;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.Product;
import io.clickstream.model.Session;
import io.clickstream.model.UserProfile;
import io.clickstream.model.Visitor;
import io.clickstream.types.SessionSerializer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.BooleanSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Publishes every session with the reference data of the moment, and none before that data is
 * there.
 *
 * <p>Until {@link ReferenceUpdate#LOADED} comes, sessions wait; then they leave, each visitor's in
 * the order in which they came. Nothing overtakes: retractions wait as well, and come out beside
 * their replacements. If {@code enrichment.max-wait} passes first, the visitor's sessions leave
 * with nothing found, and so do that visitor's next ones until the data is there: a half-read
 * catalog would give values that were never true together.
 *
 * <p>While loading, two reads deliver side by side, so positions decide which value of an id is the
 * later one, and a deleted id keeps its position: an older value that is read afterwards must not
 * bring it back. Once loaded, one read delivers in order, positions are dropped and the last write
 * wins. What a bounded read still delivers after that, because a restored job found new partitions,
 * the other read delivers too, and it is ignored.
 */
@SuppressWarnings("NullAway.Init") // Flink calls initializeState, then open, before all else.
public final class EnrichSessions
    extends KeyedBroadcastProcessFunction<Visitor, Session, ReferenceUpdate, OutputRecord>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1L;

  /** Profiles by user id; bounded by the number of keys in the topic. */
  static final MapStateDescriptor<String, UserProfile> PROFILES =
      new MapStateDescriptor<>(
          "profiles", StringSerializer.INSTANCE, UserProfileSerializer.INSTANCE);

  /** Products by product id; bounded by the number of keys in the topic. */
  static final MapStateDescriptor<String, Product> PRODUCTS =
      new MapStateDescriptor<>("products", StringSerializer.INSTANCE, ProductSerializer.INSTANCE);

  /** Where each id was last read, deleted ones included; empty once loaded. */
  static final MapStateDescriptor<String, ReferencePosition> POSITIONS =
      new MapStateDescriptor<>(
          "positions", StringSerializer.INSTANCE, ReferencePositionSerializer.INSTANCE);

  /** One entry once loaded, none before. */
  static final MapStateDescriptor<String, Boolean> GATE =
      new MapStateDescriptor<>("gate", StringSerializer.INSTANCE, BooleanSerializer.INSTANCE);

  /** A visitor's sessions that closed while loading, in order; empty once loaded. */
  static final ListStateDescriptor<Session> WAITING =
      new ListStateDescriptor<>("waiting", SessionSerializer.INSTANCE);

  /**
   * Processing time from which a visitor's sessions no longer wait; one entry for each visitor with
   * a session that had to, if {@code enrichment.max-wait} is set; empty once loaded.
   */
  static final ValueStateDescriptor<Long> PATIENCE =
      new ValueStateDescriptor<>("patience", LongSerializer.INSTANCE);

  private static final String OPEN = "loaded";

  private final EnrichmentSettings settings;
  private final EmissionClock clock;

  private transient BroadcastState<String, UserProfile> profiles;
  private transient BroadcastState<String, Product> products;
  private transient BroadcastState<String, ReferencePosition> positions;
  private transient BroadcastState<String, Boolean> gate;
  private transient ListState<Session> waiting;
  private transient ValueState<Long> patience;
  private transient EnrichmentMetrics metrics;
  private transient boolean loaded;

  /** A function that stamps what it publishes with the given clock. */
  public EnrichSessions(EnrichmentSettings settings, EmissionClock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** The states that the stream of updates is broadcast with. */
  public static MapStateDescriptor<?, ?>[] broadcastStates() {
    return new MapStateDescriptor<?, ?>[] {PROFILES, PRODUCTS, POSITIONS, GATE};
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    profiles = context.getOperatorStateStore().getBroadcastState(PROFILES);
    products = context.getOperatorStateStore().getBroadcastState(PRODUCTS);
    positions = context.getOperatorStateStore().getBroadcastState(POSITIONS);
    gate = context.getOperatorStateStore().getBroadcastState(GATE);
    loaded = gate.contains(OPEN);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {}

  @Override
  public void open(OpenContext context) throws Exception {
    waiting = getRuntimeContext().getListState(WAITING);
    patience = getRuntimeContext().getState(PATIENCE);
    metrics = new EnrichmentMetrics(getRuntimeContext().getMetricGroup());
    metrics.entries(count(profiles.immutableEntries()) + count(products.immutableEntries()));
    if (loaded) {
      metrics.loaded();
    }
  }

  @Override
  public void processElement(Session session, ReadOnlyContext context, Collector<OutputRecord> out)
      throws Exception {
    if (loaded) {
      publish(session, profiles::get, products::get, out);
    } else if (waits(context)) {
      waiting.add(session);
      metrics.startedWaiting();
    } else {
      giveUp(out);
      publishUnknown(session, out);
    }
  }

  /** Whether the current visitor's sessions wait; the first one to do so sets the timer. */
  private boolean waits(ReadOnlyContext context) throws Exception {
    if (settings.maxWait() == null) {
      return true;
    }
    long now = context.timerService().currentProcessingTime();
    Long until = patience.value();
    if (until == null) {
      until = saturatedSum(now, settings.maxWait().toMillis());
      patience.update(until);
      context.timerService().registerProcessingTimeTimer(until);
    }
    return now < until;
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<OutputRecord> out)
      throws Exception {
    // A timer of a savepoint may outlive the setting, as it outlives the loading.
    if (!loaded && settings.maxWait() != null) {
      giveUp(out);
    }
  }

  private void giveUp(Collector<OutputRecord> out) throws Exception {
    for (Session session : waiting.get()) {
      publishUnknown(session, out);
      metrics.stoppedWaiting();
    }
    waiting.clear();
  }

  @Override
  public void processBroadcastElement(
      ReferenceUpdate update, Context context, Collector<OutputRecord> out) throws Exception {
    switch (update.kind()) {
      case LOADED -> openGate(context, out);
      case PROFILE -> apply(update, "user:", profiles, update.profile());
      case PRODUCT -> apply(update, "product:", products, update.product());
    }
  }

  private <V> void apply(
      ReferenceUpdate update, String kind, BroadcastState<String, V> state, @Nullable V value)
      throws Exception {
    if (loaded ? update.snapshot() : !isLater(update, kind)) {
      return;
    }
    boolean known = state.contains(update.id());
    if (value == null) {
      state.remove(update.id());
      metrics.entries(known ? -1 : 0);
    } else {
      state.put(update.id(), value);
      metrics.entries(known ? 0 : 1);
    }
  }

  private boolean isLater(ReferenceUpdate update, String kind) throws Exception {
    ReferencePosition position = new ReferencePosition(update.partition(), update.offset());
    ReferencePosition known = positions.get(kind + update.id());
    if (known != null && !position.isAfter(known)) {
      return false;
    }
    positions.put(kind + update.id(), position);
    return true;
  }

  /** A restored job may hear of it a second time; then there is nothing left to do. */
  private void openGate(Context context, Collector<OutputRecord> out) throws Exception {
    if (loaded) {
      return;
    }
    loaded = true;
    gate.put(OPEN, true);
    positions.clear();
    metrics.loaded();
    context.applyToKeyedState(
        WAITING,
        (visitor, sessions) -> {
          for (Session session : sessions.get()) {
            publish(session, profiles::get, products::get, out);
            metrics.stoppedWaiting();
          }
          sessions.clear();
        });
    context.applyToKeyedState(PATIENCE, (visitor, until) -> until.clear());
  }

  private void publishUnknown(Session session, Collector<OutputRecord> out) throws Exception {
    publish(session, Lookup.nothing(), Lookup.nothing(), out);
    metrics.gaveUp.inc();
  }

  private void publish(
      Session session,
      Lookup<UserProfile> knownProfiles,
      Lookup<Product> knownProducts,
      Collector<OutputRecord> out)
      throws Exception {
    if (session.facts() == null) {
      out.collect(SessionFormat.retraction(session, clock.millis()));
      return;
    }
    Enrichment enrichment = SessionEnricher.enrich(session.facts(), knownProfiles, knownProducts);
    if (enrichment.status() != EnrichmentStatus.FULL) {
      metrics.misses.inc();
    }
    out.collect(SessionFormat.session(session, session.facts(), enrichment, clock.millis()));
  }

  private static long saturatedSum(long now, long wait) {
    long sum = now + wait;
    return sum < now ? Long.MAX_VALUE : sum;
  }

  private static long count(Iterable<?> entries) {
    long count = 0;
    for (Object ignored : entries) {
      count++;
    }
    return count;
  }
}
