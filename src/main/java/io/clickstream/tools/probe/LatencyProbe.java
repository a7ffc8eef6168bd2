package io.clickstream.tools.probe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.cli.DurationText;
import io.clickstream.cli.ExitCodes;
import io.clickstream.cli.SettingsArguments;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.SettingsReader;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Measures a job as its users see it, on any cluster: sends a click of a visitor of its own now and
 * then, and reads the sessions topic until that visitor's session is there.
 *
 * <p>Every probe is one session more, with {@code app_id} {@value ProbeClick#APP_ID}.
 */
@Command(
    name = "probe",
    header = "Measure the latency of a job from outside.",
    customSynopsis = "clickstream probe [OPTION]... [--KEY VALUE]...",
    description = {
      "Sends a click of a visitor of its own now and then, and measures how long it takes until that"
          + " visitor's session can be read: since the click, and since the session's end, which is"
          + " its last click and the gap. Every probe is one session more; consumers filter them by"
          + " app_id '"
          + ProbeClick.APP_ID
          + "'.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:Every probe came back.",
      "1:A probe did not come back, or nothing could be measured.",
      ExitCodes.WRONG_LINE
    },
    footer = {
      "",
      "--KEY VALUE are settings of the job: give the same as to the job itself.",
      "",
      "Example:",
      "  clickstream probe --config clickstream.yaml --every 1s --prometheus-port 9404"
    })
public final class LatencyProbe implements Callable<Integer> {

  private static final JsonFactory JSON = new JsonFactory();
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int MEASURED = 10_000;
  private static final double[] SECONDS = {
    0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 1_800, 3_600, 7_200
  };
  private static final byte[] MARK = "\"clickstream-probe-".getBytes(StandardCharsets.US_ASCII);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      defaultValue = "1s",
      converter = DurationText.class,
      description = "How often a probe is sent. Default: ${DEFAULT-VALUE}.")
  private Duration every = Duration.ZERO;

  @Option(
      names = "--probes",
      paramLabel = "N",
      description = "How many are sent. Default: until it is stopped.")
  private @Nullable Integer probes;

  @Option(
      names = "--report",
      paramLabel = "DURATION",
      defaultValue = "10s",
      converter = DurationText.class,
      description = "How often the percentiles are printed. Default: ${DEFAULT-VALUE}.")
  private Duration report = Duration.ZERO;

  @Option(
      names = "--patience",
      paramLabel = "DURATION",
      defaultValue = "1min",
      converter = DurationText.class,
      description =
          "How much longer than gap, out-of-orderness and idle timeout together a probe "
              + "may take, until it counts as missing. Default: ${DEFAULT-VALUE}.")
  private Duration patience = Duration.ZERO;

  @Option(
      names = "--prometheus-port",
      paramLabel = "PORT",
      description = "Tell Prometheus the latencies at this port. Default: do not.")
  private @Nullable Integer port;

  @Mixin private SettingsArguments settings = new SettingsArguments();

  private final Map<String, Long> sent = new HashMap<>();
  private final Deque<Long> sinceClick = new ArrayDeque<>();
  private final Deque<Long> sinceEnd = new ArrayDeque<>();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Histogram clickSeconds =
      histogram(
          "clickstream_probe_click_to_session_seconds",
          "From a probe's click to its session being readable.");
  private final Histogram endSeconds =
      histogram(
          "clickstream_probe_end_to_session_seconds",
          "From the end of a probe's session, its click and the gap, to its being readable.");
  private final Counter sentCounter =
      Counter.builder()
          .name("clickstream_probe_sent_total")
          .help("Probes sent.")
          .register(registry);
  private final Counter missingCounter =
      Counter.builder()
          .name("clickstream_probe_missing_total")
          .help("Probes whose session did not come in time.")
          .register(registry);
  private long back;
  private long missing;

  private Histogram histogram(String name, String help) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .classicOnly()
        .classicUpperBounds(SECONDS)
        .register(registry);
  }

  @Override
  @SuppressWarnings("try") // The server is only there.
  public Integer call() throws Exception {
    require(!every.isZero(), "--every 0: expected more than 0");
    require(!report.isZero(), "--report 0: expected more than 0");
    require(probes == null || probes >= 1, "--probes " + probes + ": expected 1 or more");
    require(port == null || (port > 0 && port < 65_536), "--prometheus-port: expected 1 to 65535");
    ClickstreamSettings job =
        SettingsReader.read(settings.invocation(), System.getenv()).settings();
    Properties client = new Properties();
    client.putAll(job.kafka().clientProperties());
    try (HTTPServer unused = port == null ? null : serve(port);
        KafkaProducer<byte[], byte[]> producer = producer(client);
        KafkaConsumer<byte[], byte[]> consumer = consumer(client)) {
      seekToEnd(consumer, job.topics().sessions());
      measure(job, producer, consumer);
    } catch (KafkaException e) {
      throw new UserErrorException(
          job.kafka()
              .withoutSecrets(
                  "%s: the probe could not be sent or read: %s"
                      .formatted(job.kafka().bootstrapServers(), e.getMessage())),
          e);
    }
    return missing == 0 ? 0 : 1;
  }

  private HTTPServer serve(int wanted) {
    try {
      return HTTPServer.builder().port(wanted).registry(registry).buildAndStart();
    } catch (IOException e) {
      throw new UserErrorException(
          "--prometheus-port %d: it cannot be listened at: %s".formatted(wanted, e.getMessage()),
          e);
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(Properties client) {
    Properties all = new Properties();
    all.setProperty("linger.ms", "0");
    all.setProperty("acks", "all");
    all.setProperty("max.block.ms", "15000");
    all.putAll(client);
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Properties client) {
    Properties all = new Properties();
    all.putAll(client);
    all.setProperty("isolation.level", "read_committed");
    all.setProperty("allow.auto.create.topics", "false");
    all.setProperty("enable.auto.commit", "false");
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static void seekToEnd(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<PartitionInfo> known = consumer.partitionsFor(topic);
    if (known.isEmpty()) {
      throw new UserErrorException(
          "topics.sessions %s: there is no such topic; expected the one that the job writes"
              .formatted(topic));
    }
    List<TopicPartition> partitions =
        known.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // The end as of now, not as of the first poll.
    partitions.forEach(consumer::position);
  }

  private void measure(
      ClickstreamSettings job,
      KafkaProducer<byte[], byte[]> producer,
      KafkaConsumer<byte[], byte[]> consumer)
      throws IOException {
    ProbeClick click = new ProbeClick(job.ingest());
    long gapMs = job.session().gap().toMillis();
    long patienceMs =
        gapMs
            + job.ingest().maxOutOfOrderness().toMillis()
            + job.ingest().idleTimeout().toMillis()
            + patience.toMillis();
    long start = System.nanoTime();
    long nextReport = report.toNanos();
    for (long number = 0; !isOver(number); ) {
      long elapsed = System.nanoTime() - start;
      if ((probes == null || number < probes) && elapsed >= number * every.toNanos()) {
        send(producer, job.topics().clicks().get(0), click);
        number++;
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        take(record.value(), gapMs);
      }
      giveUp(patienceMs);
      if (elapsed >= nextReport || isOver(number)) {
        print();
        nextReport += report.toNanos();
      }
      Exception failed = failure.get();
      if (failed != null) {
        throw new KafkaException(failed.getMessage(), failed);
      }
    }
  }

  private boolean isOver(long number) {
    return probes != null && number >= probes && sent.isEmpty();
  }

  private void send(KafkaProducer<byte[], byte[]> producer, String topic, ProbeClick click)
      throws IOException {
    String visitor = ProbeClick.APP_ID + "-" + UUID.randomUUID();
    long now = System.currentTimeMillis();
    sent.put(visitor, now);
    sentCounter.inc();
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic, visitor.getBytes(StandardCharsets.UTF_8), click.of(visitor, now)),
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  private void take(byte @Nullable [] session, long gapMs) throws IOException {
    long now = System.currentTimeMillis();
    if (session == null || !isMarked(session)) {
      return;
    }
    String visitor = visitor(session);
    Long at = visitor == null ? null : sent.remove(visitor);
    if (at != null) {
      back++;
      add(sinceClick, now - at);
      add(sinceEnd, now - at - gapMs);
      clickSeconds.observe((now - at) / 1e3);
      endSeconds.observe((now - at - gapMs) / 1e3);
    }
  }

  private static boolean isMarked(byte[] session) {
    for (int at = 0; at <= session.length - MARK.length; at++) {
      if (session[at] == '"'
          && Arrays.equals(session, at, at + MARK.length, MARK, 0, MARK.length)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String visitor(byte[] session) throws IOException {
    try (JsonParser parser = JSON.createParser(session)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME && parser.currentName().equals("anonymous_id")) {
          return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
        }
      }
    }
    return null;
  }

  private static void add(Deque<Long> measured, long value) {
    measured.addLast(value);
    if (measured.size() > MEASURED) {
      measured.removeFirst();
    }
  }

  private void giveUp(long patienceMs) {
    long now = System.currentTimeMillis();
    for (Iterator<Long> times = sent.values().iterator(); times.hasNext(); ) {
      if (now - times.next() > patienceMs) {
        times.remove();
        missing++;
        missingCounter.inc();
      }
    }
  }

  private void print() {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT, "%,d probes back, %,d under way, %,d missing%n", back, sent.size(), missing);
    if (!sinceClick.isEmpty()) {
      out.printf(Locale.ROOT, "  click to session:          %s%n", percentiles(sinceClick));
      out.printf(Locale.ROOT, "  end of session to session: %s%n", percentiles(sinceEnd));
    }
    out.flush();
  }

  private static String percentiles(Deque<Long> measured) {
    long[] sorted = measured.stream().mapToLong(Long::longValue).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "p50 %,d ms   p90 %,d ms   p99 %,d ms   max %,d ms",
        percentile(sorted, 0.5),
        percentile(sorted, 0.9),
        percentile(sorted, 0.99),
        sorted[sorted.length - 1]);
  }

  private static long percentile(long[] sorted, double share) {
    return sorted[
        (int) Math.min(sorted.length - 1L, Math.round(Math.ceil(share * sorted.length)) - 1)];
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
