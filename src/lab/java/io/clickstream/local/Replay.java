package io.clickstream.local;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.EnrichmentSettings;
import io.clickstream.config.ReferenceEncoding;
import io.clickstream.config.TopicSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.ingest.ClickDeserializer;
import io.clickstream.ingest.LateCauses;
import io.clickstream.ingest.MappingDiagnosis;
import io.clickstream.ingest.RejectionCounts;
import io.clickstream.ingest.WallClock;
import io.clickstream.ingest.framing.FormatOfSettings;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.registry.SchemaFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Runs a file through the production graph, to its end, and writes what came out.
 *
 * <p>With one partition the same file gives the same records however often it is replayed, {@code
 * emitted_at} aside: one reader passes the lines on in their order, and a watermark after each.
 */
final class Replay {

  private static final String SESSIONS = "enriched-sessions.jsonl";
  private static final String LATE = "late-clicks.jsonl";

  /** Only where {@code topics.duplicates} is set. */
  private static final String DUPLICATES = "duplicates.jsonl";

  private static final String REJECTED = "rejected-clicks.jsonl";
  private static final String SUMMARY = "summary.json";
  private static final int BUFFER = 1 << 18;

  private final LocalOptions options;
  private final LocalSettings settings;
  private final Path clicks;
  private final Path out;
  private final Screen screen;

  /**
   * Checks what can be checked without starting anything.
   *
   * @throws UserErrorException if a file cannot be read or the directory cannot be written
   */
  Replay(LocalOptions options, LocalSettings settings, Path clicks, Path out, Screen screen) {
    this.options = options;
    this.settings = settings;
    this.clicks = readable("--replay", clicks);
    this.out = out;
    this.screen = screen;
    if (size(clicks) == 0) {
      throw new UserErrorException(
          "--replay " + clicks + ": the file is empty; expected one JSON object a line.");
    }
    if (options.profiles() != null) {
      readable("--profiles", options.profiles());
    }
    if (options.products() != null) {
      readable("--products", options.products());
    }
    prepareOut();
  }

  /**
   * Runs to the end of the file, and shows in the end what came out and what looks wrong.
   *
   * @throws IllegalStateException if something does not add up
   */
  void run(Workspace workspace) throws Exception {
    try (EmbeddedBroker broker =
        screen.step(
            "starting the broker",
            () -> EmbeddedBroker.start(workspace.directory("broker"), LocalTopics.BROKER))) {
      ClickstreamSettings job = settings.at(broker.bootstrapServers());
      LocalTopics.create(broker, job.topics(), options.partitions(), options.partitions());
      long lines = load(broker, job);
      JobResult result = execute(workspace, broker, job, lines);
      collect(broker, job, lines, result);
    }
  }

  private long load(EmbeddedBroker broker, ClickstreamSettings job) throws IOException {
    LineLoader loader = new LineLoader(broker.bootstrapServers());
    TopicSettings topics = job.topics();
    EnrichmentSettings enrichment = job.enrichment();
    reference(
        loader,
        options.profiles(),
        topics.profiles(),
        keyField("user_id", enrichment.profilesFormat(), enrichment.profilesFields().keySet()));
    reference(
        loader,
        options.products(),
        topics.products(),
        keyField("product_id", enrichment.productsFormat(), enrichment.productsFields().keySet()));
    long size = size(clicks);
    screen.say("loading %s (%,d bytes)", clicks, size);
    long lines =
        loader.load(
            clicks,
            topics.clicks().get(0),
            options.partitions(),
            null,
            (count, bytes) ->
                screen.progress(
                    "loading: %,d lines, %d %%", count, 100 * bytes / Math.max(1, size)));
    screen.say("loaded %,d lines", lines);
    return lines;
  }

  /** The field that names a line; null if the format alone knows where the id is. */
  private static @Nullable String keyField(
      String id, ReferenceEncoding format, Set<String> mapped) {
    return format == ReferenceEncoding.JSON && !mapped.contains(id) ? id : null;
  }

  private void reference(LineLoader loader, @Nullable Path file, String topic, String keyField)
      throws IOException {
    if (file != null) {
      long lines =
          loader.load(
              file,
              topic,
              1,
              keyField,
              (count, bytes) -> screen.progress("loading %s: %,d lines", file, count));
      screen.say("loaded %,d lines of %s", lines, file);
    }
  }

  private JobResult execute(
      Workspace workspace, EmbeddedBroker broker, ClickstreamSettings job, long lines)
      throws Exception {
    // A subtask without a partition would have no event time and hold back that of all others.
    int parallelism = Math.min(options.partitions(), Runtime.getRuntime().availableProcessors());
    Configuration flink = settings.flink(workspace.directory("checkpoints"));
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    JobGraph graph = LocalJob.bounded(job, flink, parallelism);
    try (LocalCluster cluster =
        screen.step(
            "starting Flink with parallelism " + parallelism,
            () ->
                LocalCluster.start(
                    workspace.directory("flink"), parallelism, options.restPort()))) {
      CompletableFuture<JobResult> result = cluster.run(graph);
      screen.say("sessionizing; Flink's web UI is at %s", cluster.webUi());
      try {
        return await(result, broker, job, lines);
      } finally {
        if (!result.isDone()) {
          cluster.cancel(graph.getJobID());
        }
      }
    }
  }

  private JobResult await(
      CompletableFuture<JobResult> result,
      EmbeddedBroker broker,
      ClickstreamSettings job,
      long lines)
      throws Exception {
    while (true) {
      try {
        return result.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        long read = ReadPosition.of(broker.admin(), job.ingest().groupId(), job.topics().clicks());
        screen.progress("sessionizing: %,d of %,d lines", read, lines);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
  }

  private void collect(EmbeddedBroker broker, ClickstreamSettings job, long lines, JobResult result)
      throws Exception {
    screen.say("writing the results to %s", out);
    TopicSettings topics = job.topics();
    TopicReader reader = new TopicReader(broker.bootstrapServers());
    FoldedSessions folded = new FoldedSessions();
    RejectionCounts rejected = new RejectionCounts();
    RejectionCounts rejectedReference = new RejectionCounts();
    LateCauses causes =
        new LateCauses(
            job.ingest().watermarkWitnesses(),
            job.ingest().maxOutOfOrderness(),
            job.session().gap(),
            job.session().allowedLateness());
    dump(
        reader,
        topics.sessions(),
        SESSIONS,
        record -> {
          SessionRecord session = SessionRecord.of(record.value());
          folded.add(session.id(), session.revision(), session.isDeleted(), session.eventCount());
        });
    long late =
        dump(
            reader,
            topics.late(),
            LATE,
            record -> {
              long watermark = Long.parseLong(header(record, "watermark"));
              causes.addLate(watermark - Long.parseLong(header(record, "lateness_ms")), watermark);
            });
    dump(
        reader,
        topics.rejected(),
        REJECTED,
        record ->
            (isClick(record, topics) ? rejected : rejectedReference)
                .add(header(record, "reason"), header(record, "detail")));

    String duplicates = topics.duplicates();
    if (duplicates != null) {
      dump(reader, duplicates, DUPLICATES, record -> {});
    }

    Map<String, Long> counters = LocalCluster.counters(result);
    double seconds = Math.max(1, result.getNetRuntime()) / 1000.0;
    long read = counter(counters, MetricNames.READ);
    ReplayResult summary =
        new ReplayResult(
            counter(counters, MetricNames.RECORDS),
            read,
            counter(counters, MetricNames.IN_SESSIONS),
            counter(counters, MetricNames.DUPLICATES),
            counter(counters, MetricNames.LATE),
            counter(counters, MetricNames.REJECTED),
            counter(counters, MetricNames.SKIPPED),
            folded.sessions(),
            folded.retractions(),
            Math.round(read / seconds));
    List<String> discrepancies =
        summary.discrepancies(lines, late, rejected.total(), folded.eventCount());
    if (!discrepancies.isEmpty()) {
      throw new IllegalStateException(
          "the results do not add up: " + String.join("; ", discrepancies));
    }
    SortedMap<String, Long> fieldProblems =
        fieldProblems(counters, ClickFields.of(Columns.BUILT_IN));
    ReplayFindings findings =
        new ReplayFindings(
            options.partitions(),
            rejected,
            rejectedReference,
            fieldProblems,
            readAgain(reader, job, lines, fieldProblems, causes),
            // Only a job whose clicks wait counts it.
            counters.getOrDefault(MetricNames.accumulator(MetricNames.UNMARKED), 0L),
            causes);
    summary.write(out.resolve(SUMMARY), findings);
    show(summary, findings);
  }

  /**
   * Reads the clicks once more, as the job did, to find what the settings found in them and which
   * of them made others late: in the job itself that would cost time for every click.
   */
  private MappingDiagnosis readAgain(
      TopicReader reader,
      ClickstreamSettings job,
      long lines,
      Map<String, Long> fieldProblems,
      LateCauses causes)
      throws IOException {
    Columns columns = Columns.of(job.session().definitions());
    MappingDiagnosis mapping = new MappingDiagnosis(job.ingest(), columns);
    fieldProblems.forEach(mapping::addUnreadable);
    ClickDeserializer deserializer =
        new ClickDeserializer(
            FormatOfSettings.of(job.ingest(), columns, SchemaFile::read), WallClock.system());
    Collected collected = new Collected();
    long[] read = new long[1];
    reader.read(
        job.topics().clicks().get(0),
        record -> {
          deserializer.deserialize(record, collected);
          for (Ingested ingested : collected.ingested) {
            mapping.add(ingested);
            Click click = ingested.click();
            if (click != null) {
              causes.addRead(record.partition(), line(record), click.visitor(), click.timestamp());
            }
          }
          collected.ingested.clear();
          screen.progress("looking for mistakes: %,d of %,d lines", ++read[0], lines);
        });
    return mapping;
  }

  private static final class Collected implements Collector<Ingested> {

    private final List<Ingested> ingested = new ArrayList<>();

    @Override
    public void collect(Ingested one) {
      ingested.add(one);
    }

    @Override
    public void close() {
      // Nothing is held open.
    }
  }

  /** Where a record stands in the file, from 1: the lines went to the partitions in turn. */
  private long line(ConsumerRecord<byte[], byte[]> record) {
    return record.offset() * options.partitions() + record.partition() + 1;
  }

  private void show(ReplayResult result, ReplayFindings findings) {
    screen.say(
        "%,d records read%s, %,d events/s: %,d in %,d sessions, %,d duplicates, %,d late, %,d"
            + " rejected%s%s",
        result.records(),
        result.read() == result.records() ? "" : ", %,d clicks".formatted(result.read()),
        result.eventsPerSecond(),
        result.inSessions(),
        result.sessions(),
        result.duplicates(),
        result.late(),
        result.rejected(),
        result.skipped() == 0 ? "" : ", %,d skipped".formatted(result.skipped()),
        findings.rejectedReference().total() == 0
            ? ""
            : " (and %,d of profiles and products)"
                .formatted(findings.rejectedReference().total()));
    findings.lines().forEach(screen::note);
  }

  /** The fields that could not be read in some clicks, by our name; empty if there are none. */
  private static SortedMap<String, Long> fieldProblems(
      Map<String, Long> counters, ClickFields fields) {
    SortedMap<String, Long> problems = new TreeMap<>();
    for (ClickField field : fields.all()) {
      long count =
          counters.getOrDefault(
              MetricNames.accumulator(MetricNames.fieldProblems(field.name())), 0L);
      if (count > 0) {
        problems.put(field.name(), count);
      }
    }
    return problems;
  }

  /** The rejected topic also takes reference data that could not be used. */
  private static boolean isClick(ConsumerRecord<byte[], byte[]> record, TopicSettings topics) {
    return topics.clicks().contains(header(record, "source_topic"));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    if (header == null) {
      throw new IllegalStateException(
          "%s-%d at offset %d has no header %s"
              .formatted(record.topic(), record.partition(), record.offset(), name));
    }
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  private static long counter(Map<String, Long> counters, String metric) {
    Long value = counters.get(MetricNames.accumulator(metric));
    if (value == null) {
      throw new IllegalStateException(
          "the job has no accumulator "
              + MetricNames.accumulator(metric)
              + ", only "
              + counters.keySet());
    }
    return value;
  }

  private long dump(TopicReader reader, String topic, String name, TopicReader.Action also)
      throws IOException {
    try (OutputStream file =
        new BufferedOutputStream(Files.newOutputStream(out.resolve(name)), BUFFER)) {
      RecordLines lines = new RecordLines(file);
      return reader.read(
          topic,
          record -> {
            lines.write(record);
            also.take(record);
            screen.progress("writing %s", name);
          });
    }
  }

  private void prepareOut() {
    try {
      Files.createDirectories(out);
      for (String name : List.of(SESSIONS, LATE, DUPLICATES, REJECTED, SUMMARY)) {
        Files.deleteIfExists(out.resolve(name));
      }
      Path probe = Files.createTempFile(out, "probe", null);
      Files.delete(probe);
    } catch (IOException e) {
      throw new UserErrorException(
          "--out " + out + ": expected a directory that can be written; " + reason(e) + ".", e);
    }
  }

  private static Path readable(String option, Path file) {
    if (!Files.exists(file)) {
      throw new UserErrorException(
          option + " " + file + ": there is no such file; expected one JSON object a line.");
    }
    if (Files.isDirectory(file)) {
      throw new UserErrorException(option + " " + file + ": this is a directory; expected a file.");
    }
    if (!Files.isReadable(file)) {
      throw new UserErrorException(
          option + " " + file + ": the file cannot be read; check its permissions.");
    }
    return file;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UserErrorException(file + ": the file cannot be read: " + reason(e) + ".", e);
    }
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
  }
}
