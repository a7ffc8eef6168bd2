package io.clickstream.metrics;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Remembers gauges by the path to them: {@code clickstream/le=10/size-bucket}. */
public final class RecordedMetrics extends UnregisteredMetricsGroup {

  private final String path;
  private final Map<String, Gauge<?>> gauges;

  public RecordedMetrics() {
    this("", new TreeMap<>());
  }

  private RecordedMetrics(String path, Map<String, Gauge<?>> gauges) {
    this.path = path;
    this.gauges = gauges;
  }

  @Override
  public MetricGroup addGroup(String name) {
    return new RecordedMetrics(path + name + "/", gauges);
  }

  @Override
  public MetricGroup addGroup(String key, String value) {
    return new RecordedMetrics(path + key + "=" + value + "/", gauges);
  }

  @Override
  public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
    if (gauges.put(path + name, gauge) != null) {
      throw new AssertionError(path + name + " is there already: Flink would keep the first alone");
    }
    return gauge;
  }

  /** What a gauge of the own group says. */
  public Object value(String name) {
    Gauge<?> gauge = gauges.get(MetricNames.GROUP + "/" + name);
    if (gauge == null) {
      throw new AssertionError("there is no " + name + " among " + gauges.keySet());
    }
    return gauge.getValue();
  }
}
