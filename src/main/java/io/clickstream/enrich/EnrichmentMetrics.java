package io.clickstream.enrich;

import io.clickstream.metrics.MetricNames;
import io.clickstream.metrics.WaitGauge;
import io.clickstream.reference.ReferenceTable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** The metrics of {@link EnrichSessions}, per subtask, in the group {@code clickstream}. */
final class EnrichmentMetrics {

  final Counter misses;
  final Counter waited;
  final Counter gaveUp;
  private final WaitGauge loading = new WaitGauge();
  private long waiting;

  EnrichmentMetrics(MetricGroup parent, ReferenceTable references) {
    MetricGroup group = parent.addGroup(MetricNames.GROUP);
    misses = group.counter(MetricNames.ENRICHMENT_MISSES);
    waited = group.counter(MetricNames.SESSIONS_WAITED);
    gaveUp = group.counter(MetricNames.SESSIONS_GAVE_UP);
    group.gauge(MetricNames.SESSIONS_WAITING, () -> waiting);
    group.gauge(MetricNames.REFERENCE_LOADED, () -> references.isLoaded() ? 1 : 0);
    group.gauge(MetricNames.REFERENCE_WAIT, loading);
    group.gauge(MetricNames.REFERENCE_ENTRIES, references::size);
    if (references.isLoaded()) {
      loading.stop();
    }
  }

  /** The reference data is there. */
  void loaded() {
    loading.stop();
  }

  void startedWaiting() {
    waited.inc();
    waiting++;
  }

  void stoppedWaiting() {
    waiting = Math.max(0, waiting - 1);
  }
}
