package io.clickstream.local;

import io.clickstream.columns.GoalDefinition;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.metrics.MetricNames;
import io.clickstream.tools.traffic.Defects;
import io.clickstream.tools.traffic.ReferenceData;
import io.clickstream.tools.traffic.ShopperSettings;
import io.clickstream.tools.traffic.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.jspecify.annotations.Nullable;

/** Shoppers, broker and job in this JVM, and on the screen what comes out, until it is stopped. */
final class Live {

  /** Short, so that finished sessions are on the screen within seconds. */
  static final Map<String, String> DEFAULTS =
      Map.of("session.gap", "10s", "session.allowed-lateness", "30s");

  private static final int PRODUCTS = 2000;

  /** So that session.cut.user has something to tell apart. */
  private static final double SHARED_DEVICES = 0.02;

  private static final Duration THINK_TIME = Duration.ofSeconds(3);
  private static final int MOST_SUBTASKS = 4;
  private static final int SECONDS_OF_JOB_START = 5;
  private static final int SECONDS_BETWEEN_SESSIONS = 3;
  private static final int SECONDS_BETWEEN_QUERIES = 5;

  private final LocalOptions options;
  private final LocalSettings settings;
  private final @Nullable Function<ClickstreamSettings, LoaderSettings> loader;
  private final Screen screen;
  private final BooleanSupplier stopped;

  /** The shoppers do not wait for the machinery: what they did meanwhile is in the topic. */
  private final long began = System.currentTimeMillis();

  /**
   * @param loader how to load into ClickHouse, or null
   * @param stopped whether the user wants it to end; the running thread is interrupted then
   */
  Live(
      LocalOptions options,
      LocalSettings settings,
      @Nullable Function<ClickstreamSettings, LoaderSettings> loader,
      Screen screen,
      BooleanSupplier stopped) {
    this.options = options;
    this.settings = settings;
    this.loader = loader;
    this.screen = screen;
    this.stopped = stopped;
  }

  /** Returns when it is stopped, or after {@code --duration}; throws if the job fails. */
  void run(Workspace workspace) throws Exception {
    try {
      SessionSettings session = settings.settings().session();
      screen.say(
          "sessions end after a gap of %d s (--session.gap), late is what comes after %d s more"
              + " (--session.allowed-lateness)",
          session.gap().toSeconds(), session.allowedLateness().toSeconds());
      try (EmbeddedBroker broker =
          screen.step(
              "starting the broker",
              () -> EmbeddedBroker.start(workspace.directory("broker"), LocalTopics.BROKER))) {
        run(workspace, broker);
      }
    } catch (InterruptedException e) {
      if (!stopped.getAsBoolean()) {
        throw e;
      }
    }
  }

  private void run(Workspace workspace, EmbeddedBroker broker) throws Exception {
    screen.say("Kafka is at %s", broker.bootstrapServers());
    ClickstreamSettings job = settings.at(broker.bootstrapServers());
    TopicSettings topics = job.topics();
    LocalTopics.create(broker, topics, options.partitions(), 3);
    screen.say("loading profiles and products");
    Properties producer = new Properties();
    producer.setProperty("bootstrap.servers", broker.bootstrapServers());
    long now = System.currentTimeMillis();
    ReferenceData.send(
        producer, topics.profiles(), ReferenceData.profiles(options.visitors() / 2 + 1, now));
    ReferenceData.send(producer, topics.products(), ReferenceData.products(PRODUCTS, now));
    try (Shoppers shoppers = new Shoppers(job, producer)) {
      screen.say(
          "%d shoppers make %.0f events a second, and have since the first line",
          options.visitors(), options.rate());
      run(workspace, broker, job, shoppers);
    }
  }

  private void run(
      Workspace workspace, EmbeddedBroker broker, ClickstreamSettings job, Shoppers shoppers)
      throws Exception {
    int parallelism =
        settings
            .given()
            .flink()
            .getOptional(CoreOptions.DEFAULT_PARALLELISM)
            .orElse(Math.min(MOST_SUBTASKS, Runtime.getRuntime().availableProcessors()));
    Configuration flink = settings.flink(workspace.directory("checkpoints"));
    JobGraph graph = LocalJob.unbounded(job, flink, parallelism);
    LiveClickHouse clickHouse = loader == null ? null : LiveClickHouse.prepare(loader.apply(job));
    int slots = clickHouse == null ? parallelism : parallelism + 1;
    try (LocalCluster cluster =
        screen.step(
            "starting Flink with parallelism " + parallelism,
            () -> LocalCluster.start(workspace.directory("flink"), slots, options.restPort()))) {
      List<CompletableFuture<JobResult>> results = new ArrayList<>();
      results.add(cluster.run(graph));
      JobGraph loading = clickHouse == null ? null : clickHouse.graph(flink);
      if (loading != null) {
        results.add(cluster.run(loading));
      }
      screen.say("Flink's web UI is at %s", cluster.webUi());
      List<String> goals =
          job.session().definitions().goals().stream().map(GoalDefinition::name).toList();
      try (LivePage page =
          LivePage.start(cluster.webUi(), job.session().gap().toSeconds(), goals)) {
        screen.say("a page with charts is at %s", page.uri());
        screen.say("the first sessions come in about %d s", secondsToFirstSession(job));
        watch(broker, job, shoppers, clickHouse, results, cluster, graph.getJobID(), page);
      } finally {
        cluster.cancel(graph.getJobID());
        if (loading != null) {
          cluster.cancel(loading.getJobID());
        }
      }
    }
  }

  /** From now on; the job itself needs some to start. */
  private long secondsToFirstSession(ClickstreamSettings job) {
    Duration due = job.session().gap().plus(job.ingest().maxOutOfOrderness());
    long left = began + due.toMillis() - System.currentTimeMillis();
    return Math.max(SECONDS_OF_JOB_START, Duration.ofMillis(left).toSeconds()) + 2;
  }

  private void watch(
      EmbeddedBroker broker,
      ClickstreamSettings job,
      Shoppers shoppers,
      @Nullable LiveClickHouse clickHouse,
      List<CompletableFuture<JobResult>> results,
      LocalCluster cluster,
      JobID id,
      LivePage page)
      throws Exception {
    try (LiveOutput output = new LiveOutput(broker.bootstrapServers(), job, page::add)) {
      output.start();
      LiveFigures figures = new LiveFigures();
      long end =
          options.duration() == null
              ? Long.MAX_VALUE
              : System.nanoTime() + options.duration().toNanos();
      long nextSession = 0;
      for (long second = 1; System.nanoTime() < end; second++) {
        TimeUnit.SECONDS.sleep(1);
        for (CompletableFuture<JobResult> result : results) {
          check(result, shoppers.failure(), output.failure());
        }
        LiveFigures.Figures now =
            figures.of(
                ReadPosition.of(broker.admin(), job.ingest().groupId(), job.topics().clicks()),
                output.takeSecond());
        screen.say("%s", now.line());
        page.add(
            new LivePage.Point(
                System.currentTimeMillis(),
                now.eventsPerSecond(),
                now.sessionsPerSecond(),
                now.latency(50),
                now.latency(99),
                now.late(),
                now.rejected(),
                cluster.counter(id, MetricNames.accumulator(MetricNames.OPEN_SESSIONS)),
                cluster.lastCheckpointMs(id)));
        String session = second >= nextSession ? output.takeSession() : null;
        if (session != null) {
          screen.say("  session %s", session);
          nextSession = second + SECONDS_BETWEEN_SESSIONS;
        }
        if (clickHouse != null && second % SECONDS_BETWEEN_QUERIES == 0) {
          screen.say("  %s", clickHouse.line());
        }
      }
    }
  }

  private static void check(
      CompletableFuture<JobResult> result,
      @Nullable Exception trafficFailure,
      @Nullable Exception outputFailure)
      throws Exception {
    if (result.isDone()) {
      try {
        result.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
      throw new IllegalStateException("the job has ended by itself");
    }
    if (trafficFailure != null) {
      throw trafficFailure;
    }
    if (outputFailure != null) {
      throw outputFailure;
    }
  }

  /** Send clicks from another thread, until they are closed. */
  private final class Shoppers implements AutoCloseable {

    private final Traffic traffic = new Traffic();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Thread thread;

    Shoppers(ClickstreamSettings job, Properties producer) {
      thread = new Thread(() -> shop(job, producer), "local-mode-shoppers");
      thread.setDaemon(true);
      thread.start();
    }

    /** Why they cannot go on, null while they can. */
    @Nullable Exception failure() {
      return failure.get();
    }

    private void shop(ClickstreamSettings job, Properties producer) {
      SessionSettings session = job.session();
      Duration horizon =
          session.gap().plus(session.allowedLateness()).plus(job.ingest().maxOutOfOrderness());
      Defects defects =
          new Defects(
              0.002,
              0.001,
              0.01,
              0.01,
              session.allowedLateness(),
              0.002,
              horizon.plusSeconds(5),
              Duration.ofSeconds(1));
      try {
        traffic.send(
            producer,
            job.topics().clicks().get(0),
            new ShopperSettings(
                options.seed(),
                began,
                options.rate(),
                options.visitors(),
                THINK_TIME,
                PRODUCTS,
                null,
                SHARED_DEVICES),
            defects,
            Long.MAX_VALUE,
            Traffic.Pace.BY_THE_CLOCK);
      } catch (IOException | RuntimeException e) {
        failure.set(e);
      }
    }

    @Override
    public void close() {
      traffic.stop();
      thread.interrupt();
    }
  }
}
