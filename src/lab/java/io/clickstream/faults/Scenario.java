package io.clickstream.faults;

import io.clickstream.faults.FaultCluster.JobFiles;
import io.clickstream.tools.traffic.Defects;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Something that goes wrong in a cluster, and how it ends. */
enum Scenario {
  /** A TaskManager that runs the job's tasks is killed, and another one takes its place. */
  TASKMANAGER_KILLED {
    @Override
    void inflict(FaultRun run) throws Exception {
      JvmProcess worker = run.awaitWorker();
      run.awaitRandomMoment();
      run.hit(worker, "which runs tasks of the job");
      run.over();
      worker.kill();
      run.cluster().flink().addTaskManager();
    }
  },

  /** The JobManager is killed and started again; ZooKeeper remembers the job. */
  JOBMANAGER_KILLED {
    @Override
    void inflict(FaultRun run) throws Exception {
      FlinkProcesses flink = run.cluster().flink();
      run.awaitRandomMoment();
      run.hit(flink.jobManager(), "which leads the job");
      run.over();
      flink.jobManager().kill();
      flink.restartJobManager();
    }
  },

  /** The whole cluster is lost, and nobody remembers the job but its retained checkpoint. */
  CLUSTER_LOST {
    @Override
    void inflict(FaultRun run) throws Exception {
      FlinkProcesses flink = run.cluster().flink();
      run.awaitRandomMoment();
      run.hit(flink.jobManager(), "which leads the job, and all TaskManagers");
      run.over();
      flink.forgetEverything();
      List<String> retained = run.cluster().s3().checkpoints(run.job());
      run.restore(retained.get(retained.size() - 1), 2);
    }
  },

  /** Any broker is killed and comes back. */
  BROKER_KILLED {
    @Override
    void inflict(FaultRun run) throws Exception {
      killBroker(run, run.random().nextInt(KafkaProcesses.BROKERS), "one of the brokers");
    }
  },

  /** The broker that leads a partition of the sessions topic. */
  OUTPUT_LEADER_KILLED {
    @Override
    void inflict(FaultRun run) throws Exception {
      String topic = run.files().topic("sessions");
      int partition = run.random().nextInt(FaultCluster.PARTITIONS);
      int leader = run.cluster().kafka().leader(topic, partition);
      killBroker(run, leader, "which leads " + topic + "-" + partition);
    }
  },

  /** The broker that coordinates a transaction that is open. */
  COORDINATOR_KILLED {
    @Override
    void inflict(FaultRun run) throws Exception {
      String transaction = run.openTransaction();
      int coordinator = run.cluster().kafka().coordinator(transaction);
      killBroker(run, coordinator, "which coordinates the open transaction " + transaction);
    }
  },

  /** All brokers are gone for a minute. */
  BROKERS_DOWN {
    @Override
    void inflict(FaultRun run) throws Exception {
      KafkaProcesses kafka = run.cluster().kafka();
      run.awaitRandomMoment();
      run.hit(kafka.broker(0), "with all other brokers");
      kafka.killAll();
      pause(OUTAGE);
      kafka.startAll();
      run.over();
    }
  },

  /** A broker does nothing for longer than its session lasts, but its connections stay. */
  BROKER_STALLED {
    @Override
    void inflict(FaultRun run) throws Exception {
      KafkaProcesses kafka = run.cluster().kafka();
      String topic = run.files().topic("sessions");
      int partition = run.random().nextInt(FaultCluster.PARTITIONS);
      int leader = kafka.leader(topic, partition);
      JvmProcess broker = kafka.broker(leader);
      run.awaitRandomMoment();
      run.hit(broker, "which leads " + topic + "-" + partition);
      run.over();
      broker.suspend();
      pause(BROKER_STALL);
      kafka.awaitOtherLeader(topic, partition, leader);
      broker.resume();
      run.note("another broker leads the partition when it goes on");
      kafka.awaitAll();
    }
  },

  /**
   * The same of a TaskManager: the job goes on without it, and what it does afterwards must not
   * count.
   */
  TASKMANAGER_STALLED {
    @Override
    void inflict(FaultRun run) throws Exception {
      FlinkProcesses flink = run.cluster().flink();
      run.awaitRandomMoment();
      JvmProcess worker = run.awaitWorker();
      run.hit(worker, "which runs tasks of the job");
      run.over();
      worker.suspend();
      pause(TASKMANAGER_STALL);
      boolean noticed = run.failedFor(HEARTBEAT);
      run.awaitCheckpoints(2);
      worker.resume();
      if (!noticed) {
        throw new IllegalStateException(worker.name() + " was not taken for lost");
      }
      run.note("the job goes on elsewhere when it wakes up");
      if (!flink.comesBack(worker)) {
        run.note("it has ended by itself then, and another one takes its place");
        flink.addTaskManager();
      }
    }
  },

  /** The store for checkpoints is gone for a minute. */
  STORAGE_DOWN {
    @Override
    void inflict(FaultRun run) throws Exception {
      S3Process s3 = run.cluster().s3();
      run.awaitRandomMoment();
      if (run.random().nextBoolean()) {
        run.hit(s3.process(), "which takes the checkpoints, killed");
        s3.process().kill();
        pause(OUTAGE);
        s3.restart();
      } else {
        run.hit(s3.process(), "which takes the checkpoints, and does not answer any more");
        s3.process().suspend();
        pause(OUTAGE);
        s3.process().resume();
      }
      run.over();
    }
  },

  /**
   * Gone for longer than transactions last: what was written meanwhile must not be waited for, or
   * the next checkpoint would commit what is aborted.
   */
  STORAGE_DOWN_FOR_LONG {
    @Override
    Map<String, String> settings() {
      return Map.of("sink.transaction-timeout", "30s");
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      S3Process s3 = run.cluster().s3();
      run.awaitRandomMoment();
      run.hit(s3.process(), "which takes the checkpoints, killed");
      s3.process().kill();
      pause(OUTAGE);
      boolean noticed = run.failedFor(GIVEN_UP);
      s3.restart();
      run.over();
      if (!noticed) {
        throw new IllegalStateException("the job has waited for transactions that were aborted");
      }
      run.note("the job has restarted before the brokers aborted what it had written");
    }
  },

  /** Stopped with a savepoint and started from it at another parallelism, twice. */
  RESCALED {
    @Override
    void inflict(FaultRun run) throws Exception {
      for (int parallelism : new int[] {3, 1}) {
        String savepoint = stop(run);
        run.restore(savepoint, parallelism);
        run.awaitCheckpoints(2);
        run.note("from " + savepoint + " at parallelism " + parallelism);
      }
    }
  },

  /**
   * A later release, whose sessions have one more field in state, goes on at other parallelisms.
   */
  UPGRADED {
    @Override
    void inflict(FaultRun run) throws Exception {
      Path next =
          NextRelease.make(
              FaultCluster.jar(),
              run.cluster().directory().resolve("next"),
              NextRelease.WITH_COLUMN);
      for (int parallelism : new int[] {3, 1}) {
        String savepoint = stop(run);
        run.upgrade(next);
        run.restore(savepoint, parallelism);
        run.awaitCheckpoints(2);
        run.note("the next release from " + savepoint + " at parallelism " + parallelism);
      }
    }
  },

  /** Sessions end after a longer pause from now on, and then after a shorter one. */
  GAP_CHANGED {
    @Override
    void inflict(FaultRun run) throws Exception {
      for (Map<String, String> changed :
          List.of(
              Map.of("session.gap", "5s", "session.allowed-lateness", "2s"),
              Map.of("session.gap", "2s", "session.allowed-lateness", "6s"))) {
        String savepoint = stop(run);
        run.change(changed);
        run.restore(savepoint, 2);
        // Long enough for sessions that only this gap makes.
        run.awaitCheckpoints(15);
        run.note(new TreeMap<>(changed) + " from " + savepoint);
      }
    }
  },

  /** A copy, with topics of its own, beside the job that goes on, from a savepoint of that. */
  CLONED {
    @Override
    void inflict(FaultRun run) throws Exception {
      FlinkProcesses flink = run.cluster().flink();
      run.awaitRandomMoment();
      String savepoint = flink.rest().savepoint(run.job());
      String name = run.files().topic("sessions") + "-copy";
      Map<String, String> own = new HashMap<>(run.cluster().createOutputs(name));
      own.put("ingest.group-id", name);
      JobFiles same = run.files().with(own);
      refuse(flink, savepoint, same, "is in use");
      own.put("sink.transactional-id-prefix", name.replace(run.prefix(), "copy"));
      JobFiles renamed = run.files().with(own);
      refuse(flink, savepoint, renamed, "comes from a job that still runs");
      own.put("sink.restored-transactions", "leave");
      String copy =
          flink.run(
              FaultCluster.jar(), 2, List.of("-s", savepoint), run.files().with(own).arguments());
      run.awaitCheckpoints(copy, 5);
      run.note(
          "a copy from "
              + savepoint
              + ", which was refused under the same prefix, and under"
              + " another one before sink.restored-transactions was leave");
      flink.rest().cancel(copy);
      run.over();
    }
  },

  /**
   * Down for longer than the transactions last, with some of them written and not committed: the
   * job has to notice, and an earlier checkpoint has to bring everything back.
   */
  TRANSACTIONS_TIMED_OUT {
    @Override
    Map<String, String> settings() {
      return Map.of("sink.transaction-timeout", "10s");
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      KafkaProcesses kafka = run.cluster().kafka();
      FlinkProcesses flink = run.cluster().flink();
      boolean failed = false;
      // Not every checkpoint is hit between its completion and its commit.
      for (int attempt = 0; attempt < 10 && !failed; attempt++) {
        JvmProcess worker = run.awaitWorker();
        run.awaitTrigger();
        TimeUnit.MILLISECONDS.sleep(50 + run.random().nextInt(150));
        run.hit(worker, "with all TaskManagers and brokers");
        kafka.killAll();
        flink.killTaskManagers();
        kafka.startAll();
        run.awaitNoOpenTransaction();
        flink.addTaskManager();
        flink.addTaskManager();
        failed = !run.goesOn(2);
      }
      if (!failed) {
        throw new IllegalStateException("no checkpoint was hit before its commit");
      }
      String failure = flink.rest().failure(run.job());
      if (!failure.contains("is lost: the brokers have aborted it")) {
        throw new IllegalStateException("the job failed for another reason: " + failure);
      }
      List<String> retained = run.cluster().s3().checkpoints(run.job());
      String last = retained.get(retained.size() - 1);
      Matcher lost = LOST.matcher(refuse(flink, last, run.files(), "transactions are lost"));
      if (!lost.find()) {
        throw new IllegalStateException("the message does not say how many are lost");
      }
      if (!lost.group(1).equals(lost.group(2))) {
        // Committed records of that checkpoint are written again, and nothing can prevent it.
        run.expectRepetitions();
      }
      run.note(lost.group());
      String before = retained.get(retained.size() - 2);
      run.note("the job ended by itself; " + last + " was refused, " + before + " was not");
      run.over();
      run.restore(before, 2);
    }
  },

  /**
   * The adaptive scheduler takes what there is: a TaskManager comes, and another one dies. No
   * transaction of a subtask that is no more may keep readers waiting.
   */
  REACTIVE {
    @Override
    boolean isReactive() {
      return true;
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      FlinkProcesses flink = run.cluster().flink();
      String sessions = run.files().topic("sessions");
      try (SessionAges ages =
              SessionAges.watch(run.cluster().kafka().bootstrapServers(), sessions, null);
          StableOffsets offsets =
              StableOffsets.watch(
                  run.cluster().kafka().admin(), sessions, FaultCluster.PARTITIONS)) {
        run.awaitCheckpoints(15);
        JvmProcess added = flink.addTaskManager();
        run.awaitParallelism(4);
        run.awaitCheckpoints(15);
        run.awaitRandomMoment();
        run.hit(added, "which runs half of the subtasks");
        run.over();
        added.kill();
        run.awaitParallelism(2);
        run.awaitCheckpoints(1);
        long back = System.currentTimeMillis();
        run.awaitCheckpoints(20);
        run.chart(offsets.samples());
        run.chartAges(ages.samples());
        long held = offsets.longestHeldMs(back + ORPHANS_MS);
        run.note(
            "a last stable offset was held for "
                + held
                + " ms at most, "
                + ORPHANS_MS
                + " ms after the first checkpoint that followed");
        if (held > ORPHANS_MS) {
          throw new IllegalStateException(
              "a transaction of nobody holds readers back for " + held + " ms");
        }
      }
    }
  },

  /** All that producers do wrong, at once; the topic gets more partitions meanwhile. */
  BAD_INPUT {
    @Override
    Map<String, String> settings() {
      return Map.of("kafka.properties.partition.discovery.interval.ms", "2000");
    }

    @Override
    Defects defects() {
      return Load.defects(0.05, 0.01);
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      KafkaProcesses kafka = run.cluster().kafka();
      BadInput input = new BadInput(run.load());
      input.sendLarge(40);
      run.note("40 records of a megabyte");
      input.sendBrokenReferences(kafka.bootstrapServers(), run.files().topic("profiles"), 50);
      input.sendBrokenReferences(kafka.bootstrapServers(), run.files().topic("products"), 50);
      run.note("100 broken records of reference data");
      kafka.addPartitions(run.files().topic("clicks"), FaultCluster.PARTITIONS + 2);
      run.setPartitions(FaultCluster.PARTITIONS + 2);
      run.note("2 more partitions");
      input.sendVisitor(1_000_000);
      run.note("a visitor with a million clicks");
      run.awaitCheckpoints(3);
      run.over();
    }
  },

  /** Drained when it has read all clicks, and every partition is idle, as at night. */
  DRAINED_IDLE {
    @Override
    Map<String, String> settings() {
      return DRAINED;
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      readAll(run);
      run.drain(SAVEPOINTS);
    }
  },

  /** The same of a job that goes on from a checkpoint: a TaskManager was killed. */
  DRAINED_AFTER_KILL {
    @Override
    Map<String, String> settings() {
      return DRAINED;
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      JvmProcess worker = run.awaitWorker();
      run.hit(worker, "which runs tasks of the job");
      worker.kill();
      run.cluster().flink().addTaskManager();
      run.awaitCheckpoints(5);
      DRAINED_IDLE.inflict(run);
    }
  },

  /**
   * The same of one that was stopped with a savepoint when it was idle, and restored at another
   * parallelism: it has read nothing since, and no watermark has come.
   */
  DRAINED_RESTORED {
    @Override
    Map<String, String> settings() {
      return DRAINED;
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      readAll(run);
      String savepoint = run.cluster().flink().rest().stop(run.job(), SAVEPOINTS);
      run.restore(savepoint, 3);
      run.awaitCheckpoints(2);
      // Partitions that had no click since are in no metric.
      pause(IDLE_TIMEOUT.plusSeconds(2));
      run.note("from " + savepoint + " at parallelism 3");
      run.drain(SAVEPOINTS);
    }
  },

  /** Drained while every other partition is idle, those of one subtask of the source. */
  DRAINED_BUSY {
    @Override
    Map<String, String> settings() {
      return DRAINED;
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      List<Integer> busy = List.of(0, 2);
      int idle = FaultCluster.PARTITIONS - busy.size();
      run.load().end();
      while (!run.isIdle(idle)) {
        run.load().sendInto(busy);
        pause(Duration.ofMillis(500));
      }
      run.awaitRead();
      run.awaitIdle(idle);
      run.note(idle + " partitions are idle");
      run.drain(SAVEPOINTS);
    }
  },

  /** A TaskManager that runs tasks of the loader is killed. */
  LOADER_KILLED {
    @Override
    boolean needsClickHouse() {
      return true;
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      LoadedTable table = run.loadTable();
      run.awaitCheckpoints(table.job(), 3);
      table.keepAllRows();
      run.load().sendMerges(MERGES);
      for (int kills = 0; table.repeatedRows() == 0; kills++) {
        if (kills == MOST_KILLS) {
          throw new IllegalStateException(
              "the loader was never hit between an insert and its checkpoint");
        }
        run.awaitRandomMoment();
        JvmProcess worker = table.worker(run.random());
        table.awaitInsert();
        run.hit(worker, "which runs tasks of the loader");
        run.over();
        worker.kill();
        run.cluster().flink().addTaskManager();
        run.awaitCheckpoints(table.job(), 3);
      }
      run.load().sendMerges(MERGES);
      run.note(table.repeatedRows() + " rows were inserted twice");
      table.keepNoRows();
    }
  },

  /** ClickHouse is killed and comes back. */
  CLICKHOUSE_KILLED {
    @Override
    boolean needsClickHouse() {
      return true;
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      LoadedTable table = run.loadTable();
      for (int time = 0; time < 3; time++) {
        run.awaitCheckpoints(table.job(), 2);
        run.awaitRandomMoment();
        run.load().sendMerges(MERGES);
        run.note("ClickHouse is killed");
        table.server().kill();
        table.server().restart();
        run.over();
      }
      run.awaitCheckpoints(table.job(), 3);
    }
  },

  /** ClickHouse is down for two minutes, and nobody who reads the topic knows. */
  CLICKHOUSE_DOWN {
    @Override
    boolean needsClickHouse() {
      return true;
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      LoadedTable table = run.loadTable();
      run.awaitCheckpoints(table.job(), 3);
      try (SessionAges ages =
          SessionAges.watch(
              run.cluster().kafka().bootstrapServers(), run.files().topic("sessions"), table)) {
        pause(CLICKHOUSE_OUTAGE.dividedBy(4));
        long down = System.currentTimeMillis();
        table.server().kill();
        run.load().sendMerges(MERGES);
        pause(Duration.ofMillis(down + CLICKHOUSE_OUTAGE.toMillis() - System.currentTimeMillis()));
        long up = System.currentTimeMillis();
        run.over();
        table.server().restart();
        run.awaitCheckpoints(table.job(), 5);
        pause(CLICKHOUSE_OUTAGE.dividedBy(8));
        long before = ages.oldest(SessionAges.Sample::topicMs, time -> time < down);
        long meanwhile =
            ages.oldest(SessionAges.Sample::topicMs, time -> time >= down && time < up);
        run.note(
            "the newest session of the topic was at most %d ms old before, %d ms while ClickHouse was down"
                .formatted(before, meanwhile));
        run.note(
            "the newest session of the table was at most %d ms old"
                .formatted(ages.oldest(SessionAges.Sample::tableMs, time -> true)));
        run.chartAges(ages.samples());
        if (meanwhile > 2 * before + UNNOTICED_MS) {
          throw new IllegalStateException(
              "the topic was delayed by " + meanwhile + " ms, although only ClickHouse was down");
        }
      }
    }
  },

  /** Processes are killed again and again, for half an hour or as long as one wants. */
  LONG_RUN {
    @Override
    Map<String, String> settings() {
      return LongRun.settings();
    }

    @Override
    void inflict(FaultRun run) throws Exception {
      List<LongRun.Sample> samples = new LongRun(run).inflict(run.length());
      run.over();
      run.chartLongRun(samples);
      List<String> grown = LongRun.growth(samples, 2);
      run.note(grown.isEmpty() ? "nothing has grown" : String.join(", ", grown));
      if (!grown.isEmpty()) {
        throw new IllegalStateException(String.join(", ", grown));
      }
    }
  },

  /** Cancelled, and started from the checkpoint that was retained. */
  RESTORED_AFTER_CANCEL {
    @Override
    void inflict(FaultRun run) throws Exception {
      FlinkRest rest = run.cluster().flink().rest();
      run.awaitRandomMoment();
      String checkpoint =
          rest.latestCheckpoint(run.job())
              .orElseThrow(() -> new IllegalStateException("there is no checkpoint"));
      run.over();
      rest.cancel(run.job());
      rest.awaitState(run.job(), "CANCELED");
      // One may have completed between the question and the end.
      String latest = rest.latestCheckpoint(run.job()).orElse(checkpoint);
      run.restore(latest, 2);
      run.note("from " + latest);
    }
  };

  private static final String SAVEPOINTS = "s3://" + S3Process.BUCKET + "/savepoints";
  private static final Pattern LOST = Pattern.compile("(\\d+) of its (\\d+) transactions are lost");
  private static final Duration OUTAGE = Duration.ofSeconds(60);

  /** The default: longer than a job needs to say what it has read, or to start again. */
  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);

  private static final Map<String, String> DRAINED =
      Map.of("ingest.idle-timeout", IDLE_TIMEOUT.toSeconds() + "s");

  private static final Pattern GIVEN_UP =
      Pattern.compile("waits for a checkpoint to complete since \\d+ s");

  /** How long what a dead subtask has left may keep readers waiting. */
  private static final long ORPHANS_MS = 5_000;

  private static final Duration CLICKHOUSE_OUTAGE = Duration.ofMinutes(2);

  /** Visitors of whom two sessions become one. */
  private static final int MERGES = 20;

  private static final int MOST_KILLS = 10;

  /** By which the age of a topic's newest session may differ for no reason. */
  private static final long UNNOTICED_MS = 1_000;

  /** Longer than the brokers' sessions, and than three requests of a client that time out. */
  private static final Duration BROKER_STALL = Duration.ofSeconds(45);

  /** Longer than the heartbeat's timeout of config/flink/config.yaml. */
  private static final Duration TASKMANAGER_STALL = Duration.ofSeconds(40);

  private static final Pattern HEARTBEAT =
      Pattern.compile("[Hh]eartbeat of TaskManager with id \\S+ timed out");
  private static final Duration BROKER_AWAY = Duration.ofSeconds(8);

  /**
   * Lets it happen, and returns when nothing is wrong any more. {@link FaultRun#over} is called
   * when from then on the job can go on: mostly right before the hit, of which it has to notice.
   */
  abstract void inflict(FaultRun run) throws Exception;

  /** The settings that it needs. */
  Map<String, String> settings() {
    return Map.of();
  }

  /** The faults of the clicks. */
  Defects defects() {
    return Load.USUAL;
  }

  /** Whether it needs a cluster of its own that adapts to the TaskManagers there are. */
  boolean isReactive() {
    return false;
  }

  /** Whether it needs a ClickHouse server. */
  boolean needsClickHouse() {
    return false;
  }

  /** As the command line and the results have it: {@code taskmanager-killed}. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Stops the job with a savepoint at a random moment; returns where that is. */
  private static String stop(FaultRun run) throws Exception {
    run.awaitRandomMoment();
    run.over();
    return run.cluster().flink().rest().stop(run.job(), SAVEPOINTS);
  }

  /** No more clicks come, and returns when all are read and every partition is idle. */
  private static void readAll(FaultRun run) throws Exception {
    run.load().end();
    run.awaitRead();
    run.awaitIdle(FaultCluster.PARTITIONS);
  }

  private static void killBroker(FaultRun run, int broker, String doing) throws Exception {
    KafkaProcesses kafka = run.cluster().kafka();
    run.awaitRandomMoment();
    run.hit(kafka.broker(broker), doing);
    run.over();
    kafka.broker(broker).kill();
    pause(BROKER_AWAY);
    kafka.start(broker);
    kafka.awaitAll();
  }

  /** The job is not started from there, and the message, which is returned, says why. */
  private static String refuse(FlinkProcesses flink, String from, JobFiles files, String why)
      throws IOException {
    String printed = flink.tryToRun(FaultCluster.jar(), 2, List.of("-s", from), files.arguments());
    if (!printed.contains(why) || printed.contains("JobID")) {
      throw new IllegalStateException("expected that it is refused, as it " + why + ": " + printed);
    }
    return printed;
  }

  /** As long as a fault lasts. */
  private static void pause(Duration duration) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(duration.toMillis());
  }
}
