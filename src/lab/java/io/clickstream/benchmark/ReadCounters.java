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

/** The clicks that the sources of the jobs in this JVM have read, at any moment and for nothing. */
public final class ReadCounters implements MetricReporter, MetricReporterFactory {

  private static final String RECORDS = "numRecordsIn";
  private static final String ELEMENTS = "numRecordsOut";

  private static final Map<String, List<Counter>> COUNTERS = new ConcurrentHashMap<>();

  /**
   * The clicks that the source of a name has read, in all subtasks; also after the job's end. A
   * source that finds several clicks in a record sends on more than it reads.
   */
  static long read(String jobId, String source) {
    return Math.max(sum(key(jobId, source, RECORDS)), sum(key(jobId, source, ELEMENTS)));
  }

  private static long sum(String key) {
    long sum = 0;
    for (Counter counter : COUNTERS.getOrDefault(key, List.of())) {
      sum += counter.getCount();
    }
    return sum;
  }

  private static String key(String jobId, String source, String metric) {
    return jobId + "/" + source + "/" + metric;
  }

  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return this;
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    boolean counts = name.equals(RECORDS) || name.equals(ELEMENTS);
    if (counts && metric instanceof Counter counter) {
      Map<String, String> variables = group.getAllVariables();
      String operator = variables.get("<operator_name>");
      String job = variables.get("<job_id>");
      if (operator != null && job != null && operator.startsWith("Source: ")) {
        COUNTERS
            .computeIfAbsent(
                key(job, operator.substring("Source: ".length()), name),
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
