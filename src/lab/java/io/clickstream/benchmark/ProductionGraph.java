package io.clickstream.benchmark;

import io.clickstream.ClickstreamInputs;
import io.clickstream.ClickstreamTopology;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.JobSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.metrics.MetricNames;
import io.clickstream.sink.ClickstreamSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Ours: the graph of production with its defaults, and with its contract all on. Only what a run
 * must decide is set.
 */
public final class ProductionGraph implements BenchmarkedSystem {

  /** System property with a JSON object of settings, stronger than those of the run. */
  static final String SETTINGS = "benchmark.settings";

  /** The name that the graph gives to its source. */
  private static final String SOURCE = "Read clicks";

  private final FlinkInProcess flink = new FlinkInProcess();

  @Override
  public String name() {
    return "ours";
  }

  @Override
  public List<String> configuration(Run run) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "the graph of production, parallelism "
            + run.parallelism()
            + ", "
            + FlinkInProcess.MANAGED_MEMORY_MB
            + " MB managed memory; where nothing is said here, its defaults");
    settings(run).forEach((key, value) -> lines.add(key + ": " + value));
    return lines;
  }

  @Override
  public RunningSystem start(Run run) throws Exception {
    run.encoding().prepare(run.directory());
    JobSettings loaded =
        SettingsReader.read(
            Invocation.of(
                settings(run).entrySet().stream()
                    .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                    .toArray(String[]::new)),
            Map.of());
    ClickstreamSettings settings = loaded.settings();
    StreamExecutionEnvironment env = JobDefaults.environment(new Configuration(loaded.flink()));
    env.setParallelism(run.parallelism());
    ClickstreamTopology.define(
        env,
        settings,
        run.bounded() ? bounded(settings) : ClickstreamInputs.unbounded(settings),
        ClickstreamSink.create(settings.kafka(), settings.topics(), settings.sink()));
    return new Running(flink.submit(env.getStreamGraph().getJobGraph(), run, SOURCE));
  }

  /** To the end of the topics, with the watermarks that production has. */
  private static ClickstreamInputs bounded(ClickstreamSettings settings) {
    ClickstreamInputs bounded = ClickstreamInputs.bounded(settings);
    return new ClickstreamInputs(
        bounded.clicks(),
        ClickstreamInputs.clickWatermarks(settings),
        bounded.referenceSnapshot(),
        bounded.referenceUpdates());
  }

  private static Map<String, String> settings(Run run) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("kafka.bootstrap-servers", run.bootstrapServers());
    settings.put("topics.clicks", run.clicksTopic());
    settings.put("topics.profiles", run.profilesTopic());
    settings.put("topics.products", run.productsTopic());
    settings.put("topics.sessions", run.sessionsTopic());
    settings.put("topics.late", run.lateTopic());
    settings.put("topics.rejected", run.rejectedTopic());
    settings.put("ingest.group-id", run.id());
    settings.put("ingest.start-from", "earliest");
    settings.put("ingest.max-out-of-orderness", text(run.outOfOrderness()));
    settings.put("session.gap", text(run.gap()));
    settings.put("session.allowed-lateness", text(run.lateness()));
    settings.put("sink.transactional-id-prefix", run.id());
    settings.put("execution.checkpointing.interval", text(run.interval()));
    settings.put("execution.checkpointing.dir", run.directory().toUri().toString());
    settings.put("restart-strategy.type", "none");
    settings.putAll(run.encoding().settings(run.directory()));
    settings.putAll(given());
    return settings;
  }

  private static Map<String, String> given() {
    try {
      return JsonLines.readTexts(System.getProperty(SETTINGS, "{}"));
    } catch (IOException e) {
      throw new UncheckedIOException("-D" + SETTINGS + ": expected a JSON object", e);
    }
  }

  private static String text(Duration duration) {
    return duration.toMillis() + "ms";
  }

  @Override
  public void close() throws Exception {
    flink.close();
  }

  private record Running(FlinkInProcess.RunningJob job) implements RunningSystem {

    @Override
    public long read() {
      return job.read();
    }

    @Override
    public void awaitDrained(Duration timeout) throws Exception {
      job.awaitDrained(timeout);
    }

    @Override
    public List<CheckpointFigures> checkpoints() {
      return job.checkpoints();
    }

    @Override
    public List<Long> checkpointObjects() {
      return job.checkpointObjects();
    }

    @Override
    public Map<String, Long> accounts() {
      Map<String, Long> accounts = new LinkedHashMap<>();
      Map<String, Long> accumulators = job.accumulators();
      for (String metric :
          List.of(
              MetricNames.READ,
              MetricNames.IN_SESSIONS,
              MetricNames.DUPLICATES,
              MetricNames.LATE,
              MetricNames.REJECTED)) {
        Long value = accumulators.get(MetricNames.accumulator(metric));
        if (value == null) {
          throw new IllegalStateException(
              "the job has no accumulator " + MetricNames.accumulator(metric));
        }
        accounts.put(metric, value);
      }
      return accounts;
    }

    @Override
    public void close() throws Exception {
      job.close();
    }
  }
}
