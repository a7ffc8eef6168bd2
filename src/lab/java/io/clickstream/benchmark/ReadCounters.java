package io.clickstream.benchmark;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * The records that the sources of the jobs in this JVM have read, at any moment and for nothing.
 */
public final class ReadCounters implements MetricReporter, MetricReporterFactory {

  private static final Map<String, List<Counter>> COUNTERS = new ConcurrentHashMap<>();

  /** The records that the source of a name has read, in all subtasks; also after the job's end. */
  static long read(String jobId, String source) {
    long sum = 0;
    for (Counter counter : COUNTERS.getOrDefault(key(jobId, source), List.of())) {
      sum += counter.getCount();
    }
    return sum;
  }

  private static String key(String jobId, String source) {
    return jobId + "/" + source;
  }

  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return this;
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    if (name.equals("numRecordsIn") && metric instanceof Counter counter) {
      Map<String, String> variables = group.getAllVariables();
      String operator = variables.get("<operator_name>");
      String job = variables.get("<job_id>");
      if (operator != null && job != null && operator.startsWith("Source: ")) {
        COUNTERS
            .computeIfAbsent(
                key(job, operator.substring("Source: ".length())),
                key -> new CopyOnWriteArrayList<>())
            .add(counter);
      }
    }
  }

  /** Kept: a job that has ended has still read what it has read. */
  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}

  @Override
  public void close() {}
}
