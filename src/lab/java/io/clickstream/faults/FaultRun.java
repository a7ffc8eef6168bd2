package io.clickstream.faults;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.faults.CheckpointLog.Phase;
import io.clickstream.faults.FaultCluster.JobFiles;
import io.clickstream.reconcile.Reconciliation;
import io.clickstream.tools.traffic.Defects;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** One job under one load, to which something happens, and what became of it. */
final class FaultRun {

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int CHECKPOINTS_BEFORE = 5;
  private static final int CHECKPOINTS_AFTER = 3;
  private static final int PARALLELISM = 2;
  private static final Pattern IDLE_PARTITIONS = Pattern.compile("\\.idle-partitions$");

  /** About so many clicks are compared at once, which fit on the heap. */
  private static final long CLICKS_AT_ONCE = 1_500_000;

  private final FaultCluster cluster;
  private final Random random;
  private final Load load;
  private final List<Phase> phases = new ArrayList<>();
  private final List<String> hits = new ArrayList<>();
  private final List<StableOffsets.Sample> heldOffsets = new ArrayList<>();
  private final List<LongRun.Sample> longRun = new ArrayList<>();
  private final List<SessionAges.Sample> ages = new ArrayList<>();
  private final List<Duration> otherGaps = new ArrayList<>();
  private final List<Duration> otherLateness = new ArrayList<>();
  private JobFiles files;
  private String job;
  private Path jar = FaultCluster.jar();
  private @Nullable LoadedTable table;
  private boolean repetitionsExpected;
  private boolean drained;
  private Duration length = Duration.ofMinutes(30);
  private int partitions = FaultCluster.PARTITIONS;
  private long overAt;
  private long recoveryMs = -1;

  /**
   * The findings.
   *
   * @param recoveryMs the longest time from when the job could go on, mostly the hit itself, to the
   *     completion of the first checkpoint that was triggered after it
   * @param phases of checkpoints that were hit
   * @param hits which process, and what it was doing
   * @param heldOffsets how long last stable offsets were held, where that was watched
   * @param longRun what there was while it lasted
   * @param ages of the newest session, where a table was watched
   * @param tableDifferences between the topic and the table, if there is one
   * @param good whether nothing is lost or wrong, or there twice that must not be
   */
  record Outcome(
      long recoveryMs,
      List<Phase> phases,
      List<String> hits,
      Reconciliation.Report report,
      List<StableOffsets.Sample> heldOffsets,
      List<LongRun.Sample> longRun,
      List<SessionAges.Sample> ages,
      List<String> tableDifferences,
      boolean good) {}

  private FaultRun(FaultCluster cluster, JobFiles files, Random random, Load load, String job) {
    this.cluster = cluster;
    this.files = files;
    this.random = random;
    this.load = load;
    this.job = job;
  }

  /**
   * Starts a job and a load, and returns when checkpoints complete.
   *
   * @param name of its topics, which are new
   * @param own settings of this job
   * @param defects of the load
   * @param overRest whether the JAR is submitted over REST and not by {@code flink run}
   */
  static FaultRun start(
      FaultCluster cluster,
      String name,
      Map<String, String> own,
      Defects defects,
      double rate,
      long seed,
      boolean overRest)
      throws Exception {
    JobFiles files = cluster.createTopics(name, own);
    FlinkRest rest = cluster.flink().rest();
    Path jar = FaultCluster.jar();
    String job =
        overRest
            ? rest.run(rest.upload(jar), PARALLELISM, files.arguments(), null)
            : cluster.flink().run(jar, PARALLELISM, List.of(), files.arguments());
    return start(cluster, files, defects, rate, seed, job);
  }

  /** Starts a load for the one job of a cluster of its own, with Flink itself. */
  static FaultRun startApplication(FaultCluster cluster, String name, double rate, long seed)
      throws Exception {
    JobFiles files = cluster.createTopics(name, Map.of());
    cluster.startFlink(FlinkProcesses.application(FaultCluster.jar(), files.arguments()), 1);
    FlinkRest rest = cluster.flink().rest();
    Awaitility.await("the job of the cluster")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> !rest.jobs().isEmpty());
    return start(cluster, files, Load.USUAL, rate, seed, rest.jobs().get(0));
  }

  /** Starts a load for a job that runs. */
  static FaultRun start(
      FaultCluster cluster, JobFiles files, Defects defects, double rate, long seed, String job) {
    Load load =
        Load.start(cluster.kafka().bootstrapServers(), files.topic("clicks"), rate, seed, defects);
    FaultRun run = new FaultRun(cluster, files, new Random(seed), load, job);
    run.awaitCheckpoints(CHECKPOINTS_BEFORE);
    return run;
  }

  FaultCluster cluster() {
    return cluster;
  }

  JobFiles files() {
    return files;
  }

  Random random() {
    return random;
  }

  String job() {
    return job;
  }

  /** Waits until so many more checkpoints have completed. */
  void awaitCheckpoints(int count) {
    awaitCheckpoints(job, count);
  }

  /** The same of another job. */
  void awaitCheckpoints(String of, int count) {
    int wanted = checkpoints(of).completed() + count;
    Awaitility.await(count + " more checkpoints of " + of)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> checkpoints(of).completed() >= wanted);
  }

  /** Waits for as many more checkpoints; false if the job fails before. */
  boolean goesOn(int count) {
    int wanted = checkpoints().completed() + count;
    FlinkRest rest = cluster.flink().rest();
    Awaitility.await(count + " more checkpoints of " + job + ", or its end")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> checkpoints().completed() >= wanted || rest.state(job).equals("FAILED"));
    return checkpoints().completed() >= wanted;
  }

  /** Whether the job has failed for a reason. */
  boolean failedFor(Pattern reason) throws IOException, InterruptedException {
    return cluster.flink().rest().failures(job).stream()
        .anyMatch(failure -> reason.matcher(failure).find());
  }

  /** Waits until the job runs at a parallelism. */
  void awaitParallelism(int parallelism) {
    FlinkRest rest = cluster.flink().rest();
    Awaitility.await(job + " runs at parallelism " + parallelism)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> rest.isRunning(job) && rest.parallelism(job) == parallelism);
  }

  /** Keeps what was seen of the last stable offsets. */
  void chart(List<StableOffsets.Sample> samples) {
    heldOffsets.addAll(samples);
  }

  /** Keeps what was seen of the ages of sessions. */
  void chartAges(List<SessionAges.Sample> samples) {
    ages.addAll(samples);
  }

  /** Starts a loader of the job's sessions; what it has loaded is compared in the end. */
  LoadedTable loadTable() throws Exception {
    LoadedTable started = LoadedTable.start(cluster, files);
    table = started;
    return started;
  }

  /** Keeps what was seen in a long run. */
  void chartLongRun(List<LongRun.Sample> samples) {
    longRun.addAll(samples);
  }

  /** Waits until a checkpoint was triggered just now. */
  void awaitTrigger() {
    int before = checkpoints().triggered();
    Awaitility.await("a checkpoint of " + job + " is triggered")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> checkpoints().triggered() > before);
  }

  CheckpointLog checkpoints() {
    return checkpoints(job);
  }

  private CheckpointLog checkpoints(String of) {
    return CheckpointLog.of(cluster.flink().jobManager().log(), of);
  }

  /** Waits for a random moment within two intervals of checkpoints. */
  void awaitRandomMoment() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
  }

  /** Takes note that a process is about to be hit. */
  void hit(JvmProcess process, String doing) {
    phases.add(checkpoints().at(System.currentTimeMillis()));
    hits.add(process.name() + " (pid " + process.pid() + "), " + doing);
  }

  /** Takes note of something that was seen. */
  void note(String what) {
    hits.add(what);
  }

  /** Takes note that from now on it is up to the job to recover. */
  void over() {
    recovered();
    overAt = System.currentTimeMillis();
  }

  /** How long it took from then until a checkpoint that was triggered later had completed. */
  private void recovered() {
    if (overAt > 0) {
      long completed = checkpoints().firstCompletedAfter(overAt);
      recoveryMs = Math.max(recoveryMs, completed < 0 ? -1 : completed - overAt);
    }
  }

  /** A transactional id of the job with a transaction that is open at this moment. */
  String openTransaction() throws Exception {
    List<String> found = new ArrayList<>();
    Awaitility.await("an open transaction of " + job)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(
            () -> {
              found.addAll(openTransactions());
              return !found.isEmpty();
            });
    return found.get(random.nextInt(found.size()));
  }

  String prefix() {
    return String.valueOf(files.settings().get("sink.transactional-id-prefix"));
  }

  /** The job goes on from a savepoint or checkpoint, as another one. */
  void restore(String from, int parallelism) throws IOException {
    job = cluster.flink().run(jar, parallelism, List.of("-s", from), files.arguments());
  }

  /** The job goes on as another one, which somebody has started. */
  void goesOnAs(String another) {
    job = another;
  }

  /** From now on the job is started with other settings; the gap and the lateness may change. */
  void change(Map<String, String> settings) {
    ClickstreamSettings before = files.read();
    otherGaps.add(before.session().gap());
    otherLateness.add(before.session().allowedLateness());
    files = files.with(settings);
  }

  /** From now on a record may be there twice; none may be lost or wrong. */
  void expectRepetitions() {
    repetitionsExpected = true;
  }

  /** Whether what was found is as it has to be. */
  private boolean isGood(Reconciliation.Report report) {
    return report.lost() == 0
        && report.wrong() == 0
        && (repetitionsExpected || report.duplicated() == 0)
        && report.read() == sent();
  }

  /** From now on the job is run from another JAR. */
  void upgrade(Path next) {
    jar = next;
  }

  /** Waits until no transaction of the job is open any more. */
  void awaitNoOpenTransaction() {
    Awaitility.await("no open transaction of " + job)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> openTransactions().isEmpty());
  }

  /** The transactional ids of the job with a transaction that is open. */
  List<String> openTransactions() throws Exception {
    return transactionalIds(listing -> listing.state() == TransactionState.ONGOING);
  }

  /** All transactional ids of the job. */
  List<String> transactionalIds() throws Exception {
    return transactionalIds(listing -> true);
  }

  private List<String> transactionalIds(Predicate<TransactionListing> wanted) throws Exception {
    try (Admin admin = cluster.kafka().admin()) {
      Collection<TransactionListing> all = admin.listTransactions().all().get(10, TimeUnit.SECONDS);
      return all.stream()
          .filter(wanted)
          .map(TransactionListing::transactionalId)
          .filter(id -> id.startsWith(prefix() + "-"))
          .toList();
    }
  }

  Load load() {
    return load;
  }

  /** How long the long run is. */
  Duration length() {
    return length;
  }

  void setLength(Duration wanted) {
    length = wanted;
  }

  /** From now on the click topic has more partitions. */
  void setPartitions(int count) {
    partitions = count;
  }

  /**
   * The process of a TaskManager that runs tasks of the job, any of them, as soon as Flink knows of
   * one: what it answers may be seconds old.
   */
  JvmProcess awaitWorker() {
    FlinkRest rest = cluster.flink().rest();
    List<String> workers =
        Awaitility.await("a task manager that runs tasks of " + job)
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(200))
            .ignoreExceptions()
            .until(() -> List.copyOf(rest.workers(job)), found -> !found.isEmpty());
    return cluster.flink().taskManager(workers.get(random.nextInt(workers.size())));
  }

  /** Waits until the job has read all that was sent. */
  void awaitRead() {
    FlinkRest rest = cluster.flink().rest();
    Awaitility.await(job + " has read " + load.sent() + " clicks")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> rest.total(job, "clickstream.read") == load.sent());
  }

  /** Whether so many partitions that had clicks are idle, by the metric, which is seconds old. */
  boolean isIdle(int count) throws IOException, InterruptedException {
    return cluster.flink().rest().sum(job, IDLE_PARTITIONS) == count;
  }

  /** Waits for that. */
  void awaitIdle(int count) {
    Awaitility.await(count + " partitions of " + job + " are idle")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> isIdle(count));
  }

  /** Ends the job for good, with a savepoint; the time that this takes is that of its recovery. */
  void drain(String savepoints) throws IOException, InterruptedException {
    FlinkRest rest = cluster.flink().rest();
    String open = "clickstream.open-sessions";
    long before = rest.total(job, open);
    over();
    String savepoint = rest.drain(job, savepoints);
    rest.awaitState(job, "FINISHED");
    recoveryMs = System.currentTimeMillis() - overAt;
    drained = true;
    note(
        "drained with %d open sessions, of which %d were not closed: %s"
            .formatted(before, rest.total(job, open), savepoint));
  }

  /** Ends the load at once, without closing anything, after a test that has failed. */
  void abandon() {
    load.stop();
  }

  /** Waits until the job has recovered, ends the load, and compares. */
  Outcome finish() throws Exception {
    if (!drained) {
      awaitCheckpoints(CHECKPOINTS_AFTER);
      recovered();
    }
    load.finish(partitions);
    Reconciliation.Report report =
        drained ? Reconciliation.compare(files.read(), scope()) : awaitAgreement();
    awaitTotals(report);
    if (!drained) {
      cluster.flink().rest().cancel(job);
    }
    List<String> differences = compareTable();
    return new Outcome(
        recoveryMs,
        List.copyOf(phases),
        List.copyOf(hits),
        report,
        List.copyOf(heldOffsets),
        List.copyOf(longRun),
        List.copyOf(ages),
        differences,
        isGood(report) && differences.isEmpty());
  }

  private List<String> compareTable() throws Exception {
    if (table == null) {
      return List.of();
    }
    LoadedTable.Comparison found = table.finish();
    hits.add(
        "%d sessions in the table, of %d later revisions and %d retractions; the whole topic loaded again: %d differences"
            .formatted(
                found.sessions(),
                found.revisions(),
                found.retractions(),
                found.differences().size()));
    if (found.retractions() == 0) {
      throw new IllegalStateException("no session was retracted: nothing is shown of retractions");
    }
    return found.differences();
  }

  /** The last comparison, in which all agrees unless it never does. */
  private Reconciliation.Report awaitAgreement() {
    Reconciliation.@Nullable Report[] last = new Reconciliation.Report[1];
    try {
      Awaitility.await("agreement of " + job)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                Reconciliation.Report report = Reconciliation.compare(files.read(), scope());
                last[0] = report;
                return isGood(report);
              });
    } catch (ConditionTimeoutException e) {
      if (last[0] == null) {
        throw e;
      }
    }
    Reconciliation.Report report = last[0];
    if (report == null) {
      throw new IllegalStateException("nothing was compared");
    }
    return report;
  }

  private Reconciliation.Scope scope() {
    return new Reconciliation.Scope(
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        1 + (int) (sent() / CLICKS_AT_ONCE),
        20,
        List.copyOf(otherGaps),
        List.copyOf(otherLateness),
        false,
        Long.MIN_VALUE);
  }

  /** The job's own totals, which come with a delay, must be what was found. */
  private void awaitTotals(Reconciliation.Report report) {
    FlinkRest rest = cluster.flink().rest();
    // A job that is drained never reads the clicks that close all others.
    long unread = drained ? partitions : 0;
    Map<String, Long> expected =
        Map.of(
            "clickstream.read", report.read() - unread,
            "clickstream.in-sessions", report.inSessions() - unread,
            "clickstream.duplicates", report.duplicates(),
            "clickstream.late", report.late(),
            "clickstream.rejected", report.rejected());
    Awaitility.await("totals of " + job + " are " + expected)
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .until(
            () -> {
              for (Map.Entry<String, Long> total : expected.entrySet()) {
                if (rest.total(job, total.getKey()) != total.getValue()) {
                  return false;
                }
              }
              return true;
            });
  }

  /** All records of the input topic. */
  private long sent() {
    return load.sent() + partitions;
  }
}
