package io.clickstream.local;

import io.clickstream.ClickstreamInputs;
import io.clickstream.ClickstreamTopology;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.sink.ClickstreamSink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** The graph of production, ready for a cluster in this JVM. */
final class LocalJob {

  private static final String NAME = "clickstream";

  private LocalJob() {}

  /** Reads for as long as it runs. */
  static JobGraph unbounded(ClickstreamSettings settings, Configuration flink, int parallelism) {
    return graph(settings, ClickstreamInputs.unbounded(settings), flink, parallelism);
  }

  /** Reads what the topics hold now, then ends. */
  static JobGraph bounded(ClickstreamSettings settings, Configuration flink, int parallelism) {
    return graph(settings, ClickstreamInputs.bounded(settings), flink, parallelism);
  }

  private static JobGraph graph(
      ClickstreamSettings settings,
      ClickstreamInputs inputs,
      Configuration flink,
      int parallelism) {
    StreamExecutionEnvironment env = JobDefaults.environment(flink);
    env.setParallelism(parallelism);
    ClickstreamTopology.define(
        env,
        settings,
        inputs,
        ClickstreamSink.create(settings.kafka(), settings.topics(), settings.sink()));
    StreamGraph graph = env.getStreamGraph();
    graph.setJobName(NAME);
    return graph.getJobGraph();
  }
}
