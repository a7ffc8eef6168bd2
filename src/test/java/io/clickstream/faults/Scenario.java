package io.clickstream.faults;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Something that goes wrong in a cluster, and how it ends. */
enum Scenario {
  /** A TaskManager that runs the job's tasks is killed, and another one takes its place. */
  TASKMANAGER_KILLED {
    @Override
    void inflict(FaultRun run) throws Exception {
      JvmProcess worker = run.worker();
      run.awaitRandomMoment();
      run.hit(worker, "which runs tasks of the job");
      worker.kill();
      run.cluster().flink().addTaskManager();
      run.over();
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
      for (int broker = 0; broker < KafkaProcesses.BROKERS; broker++) {
        run.hit(kafka.broker(broker), "as all brokers");
        kafka.broker(broker).kill();
      }
      pause(OUTAGE);
      for (int broker = 0; broker < KafkaProcesses.BROKERS; broker++) {
        kafka.start(broker);
      }
      kafka.awaitAll();
      run.over();
    }
  },

  /** A broker does nothing for longer than its session lasts, but its connections stay. */
  BROKER_STALLED {
    @Override
    void inflict(FaultRun run) throws Exception {
      JvmProcess broker =
          run.cluster().kafka().broker(run.random().nextInt(KafkaProcesses.BROKERS));
      stall(run, broker, "one of the brokers");
    }
  },

  /** The same of a TaskManager: what it does afterwards must not count. */
  TASKMANAGER_STALLED {
    @Override
    void inflict(FaultRun run) throws Exception {
      stall(run, run.worker(), "which runs tasks of the job");
    }
  },

  /** The store for checkpoints is gone for a minute. */
  STORAGE_DOWN {
    @Override
    void inflict(FaultRun run) throws Exception {
      S3Process s3 = run.cluster().s3();
      run.awaitRandomMoment();
      run.hit(s3.process(), "which takes the checkpoints");
      s3.process().kill();
      pause(OUTAGE);
      s3.restart();
      run.over();
    }
  },

  /** Stopped with a savepoint and started from it at another parallelism, twice. */
  RESCALED {
    @Override
    void inflict(FaultRun run) throws Exception {
      for (int parallelism : new int[] {3, 1}) {
        run.awaitRandomMoment();
        String savepoint =
            run.cluster()
                .flink()
                .rest()
                .stop(run.job(), "s3://" + S3Process.BUCKET + "/savepoints");
        run.restore(savepoint, parallelism);
        run.awaitCheckpoints(2);
      }
      run.over();
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
      rest.cancel(run.job());
      rest.awaitState(run.job(), "CANCELED");
      // One may have completed between the question and the end.
      String latest = rest.latestCheckpoint(run.job()).orElse(checkpoint);
      run.restore(latest, 2);
      run.over();
    }
  };

  private static final Duration OUTAGE = Duration.ofSeconds(60);
  private static final Duration STALL = Duration.ofSeconds(20);
  private static final Duration BROKER_AWAY = Duration.ofSeconds(8);

  /** Lets it happen, and returns when nothing is wrong any more. */
  abstract void inflict(FaultRun run) throws Exception;

  /** As the command line and the results have it: {@code taskmanager-killed}. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void killBroker(FaultRun run, int broker, String doing) throws Exception {
    KafkaProcesses kafka = run.cluster().kafka();
    run.awaitRandomMoment();
    run.hit(kafka.broker(broker), doing);
    kafka.broker(broker).kill();
    pause(BROKER_AWAY);
    kafka.start(broker);
    kafka.awaitAll();
    run.over();
  }

  private static void stall(FaultRun run, JvmProcess process, String doing) throws Exception {
    run.awaitRandomMoment();
    run.hit(process, doing);
    process.suspend();
    pause(STALL);
    process.resume();
    run.over();
  }

  /** As long as a fault lasts. */
  private static void pause(Duration duration) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(duration.toMillis());
  }
}
