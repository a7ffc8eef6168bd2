package io.clickstream.session.operator;

import io.clickstream.metrics.MetricNames;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** The metrics of a {@link SessionCache}. */
final class CacheMetrics {

  private CacheMetrics() {}

  /** Adds them to those of the operator. */
  static void register(SessionCache cache, MetricGroup operator) {
    MetricGroup metrics = operator.addGroup(MetricNames.GROUP);
    metrics.gauge(MetricNames.CACHED_VISITORS, (Gauge<Integer>) cache::size);
    metrics.gauge(MetricNames.CACHED_BYTES, (Gauge<Long>) cache::bytes);
    metrics.gauge(MetricNames.CACHE_HITS, (Gauge<Long>) cache::hits);
    metrics.gauge(MetricNames.CACHE_MISSES, (Gauge<Long>) cache::misses);
    metrics.gauge(MetricNames.CACHE_EVICTIONS, (Gauge<Long>) cache::evictions);
  }
}
