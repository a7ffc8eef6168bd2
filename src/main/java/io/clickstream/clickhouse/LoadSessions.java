package io.clickstream.clickhouse;

import io.clickstream.config.LoaderSettings;
import io.clickstream.kafka.NoEventTime;
import io.clickstream.kafka.RecordSources;
import io.clickstream.wire.IngestTypes;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The loader's graph: topic to table, in one task. */
public final class LoadSessions {

  /** By which a savepoint finds the state again; never changed, never used again. */
  private static final String SOURCE = "session-source";

  private static final String SINK = "clickhouse-sink";

  private LoadSessions() {}

  /** Adds the graph to the environment. */
  public static void define(StreamExecutionEnvironment env, LoaderSettings settings) {
    env.fromSource(
            RecordSources.unbounded(
                settings.kafka(),
                settings.topics().sessions(),
                settings.groupId(),
                settings.startFrom()),
            new NoEventTime<>(),
            "Read sessions",
            IngestTypes.ORIGIN)
        .uid(SOURCE)
        .sinkTo(
            new ClickHouseSink(
                settings.clickHouse(), settings.kafka(), settings.topics().rejectedSessions()))
        .uid(SINK)
        .name("Write to ClickHouse");
  }
}
