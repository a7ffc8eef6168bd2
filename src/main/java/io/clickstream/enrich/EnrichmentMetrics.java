package io.clickstream.enrich;

import io.clickstream.metrics.MetricNames;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * What {@link EnrichSessions} tells about itself, per subtask, in the group {@code clickstream}.
 */
final class EnrichmentMetrics {

  /** Counter: sessions published with something unknown, that is not FULL. */
  static final String MISSES = "enrichment-misses";

  /** Counter: sessions that had to wait for reference data. */
  static final String WAITED = "sessions-waited";

  /** Counter: sessions that left before reference data was there, after enrichment.max-wait. */
  static final String GAVE_UP = "sessions-gave-up";

  /** Gauge: sessions waiting; those restored from a checkpoint are not counted. */
  static final String WAITING = "sessions-waiting";

  /** Gauge: 1 once the reference data is there, else 0. */
  static final String LOADED = "reference-loaded";

  /** Gauge: profiles and products held. */
  static final String ENTRIES = "reference-entries";

  final Counter misses;
  final Counter waited;
  final Counter gaveUp;
  private long waiting;

  EnrichmentMetrics(MetricGroup parent, ReferenceTable references) {
    MetricGroup group = parent.addGroup(MetricNames.GROUP);
    misses = group.counter(MISSES);
    waited = group.counter(WAITED);
    gaveUp = group.counter(GAVE_UP);
    group.gauge(WAITING, () -> waiting);
    group.gauge(LOADED, () -> references.isLoaded() ? 1 : 0);
    group.gauge(ENTRIES, references::size);
  }

  void startedWaiting() {
    waited.inc();
    waiting++;
  }

  void stoppedWaiting() {
    waiting = Math.max(0, waiting - 1);
  }
}
