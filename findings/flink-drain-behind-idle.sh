#!/usr/bin/env bash
#
# Flink 2.3.0: the last watermark of a drain does not reach an operator behind an idle status.
#
# `flink stop --drain` sends Long.MAX_VALUE as the last watermark, so that all event-time timers fire and all windows
# leave (Flink's documentation, Deployment, Command-Line Interface, "Terminating a Job"). But
# SourceOperatorStreamTask.advanceToEndOfEventTime() emits that watermark alone, and ChainingOutput and
# RecordWriterOutput drop every watermark while the status that they announced last is IDLE; StatusWatermarkValve would
# ignore it as well. So no timer fires after an idle source, although the savepoint is complete and the job FINISHED.
# An operator is told of the end by finish(), whatever became of the watermark.
#
# Upstream: https://issues.apache.org/jira/browse/FLINK-40499, and https://github.com/apache/flink/pull/29037, which was
# opened in August 2026 and is not in 2.3.0.
#
# Runs two jobs on a MiniCluster, an idle one and one that is not, and drains both.
# Exit code 0: it behaves as said here. 1: it no longer does. 2: this could not be found out.
#
# Needs a JDK 17 or newer, Maven and Maven Central. Leaves nothing behind but what Maven has downloaded.

set -euo pipefail

FLINK=2.3.0
SLF4J=1.7.36
DEPENDENCY_PLUGIN=3.8.1
MAVEN_SECONDS=600
JAVA_SECONDS=300

fail() {
  echo "could not be found out: $1" >&2
  exit 2
}

for command in java javac mvn timeout; do
  command -v "$command" > /dev/null || fail "$command is not on the PATH; install it"
done

directory=$(mktemp -d)
child=
end() {
  if [[ -n $child ]] && kill -0 "$child" 2> /dev/null; then
    kill "$child" 2> /dev/null || true
    wait "$child" 2> /dev/null || true
  fi
  rm -rf "$directory"
}
trap end EXIT
trap 'exit 2' INT TERM

# In the background, so that a signal ends it, too.
run() {
  timeout "$@" &
  child=$!
  local status=0
  wait "$child" || status=$?
  child=
  return "$status"
}

cat > "$directory/pom.xml" << EOF
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.flink</groupId>
      <artifactId>flink-streaming-java</artifactId>
      <version>$FLINK</version>
    </dependency>
    <dependency>
      <groupId>org.apache.flink</groupId>
      <artifactId>flink-connector-datagen</artifactId>
      <version>$FLINK</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>$SLF4J</version>
    </dependency>
  </dependencies>
</project>
EOF

cat > "$directory/DrainBehindIdle.java" << 'EOF'
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.Collector;

/** Ten records, each with a timer an hour later, from a source that then has no more. */
public final class DrainBehindIdle {

  private static final int RECORDS = 10;
  private static final long PATIENCE_SECONDS = 60;

  /** What an operator of a job has seen; it runs in this JVM. */
  private static final class Seen {
    final CountDownLatch records = new CountDownLatch(RECORDS);
    final CountDownLatch ready = new CountDownLatch(1);
    final AtomicInteger fired = new AtomicInteger();
    final AtomicInteger finished = new AtomicInteger();
    volatile boolean last;
  }

  private static final Map<String, Seen> SEEN = new ConcurrentHashMap<>();

  public static void main(String[] args) throws Exception {
    System.out.println("Flink " + EnvironmentInformation.getVersion());
    Configuration configuration = new Configuration().set(RestOptions.BIND_PORT, "0");
    Seen active;
    Seen idle;
    try (MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build())) {
      cluster.start();
      active = drain(cluster, "active", Path.of(args[0]));
      idle = drain(cluster, "idle", Path.of(args[0]));
    }
    if (!active.last || active.fired.get() != RECORDS) {
      System.out.println("CHANGED: the drain of an active job no longer fires all timers");
      System.exit(1);
    }
    if (idle.finished.get() != 1) {
      System.out.println("CHANGED: finish() is no longer called at the drain of an idle job");
      System.exit(1);
    }
    if (idle.last || idle.fired.get() != 0) {
      System.out.println("CHANGED: the last watermark now reaches an operator behind an idle source");
      System.exit(1);
    }
    System.out.println("as it was: the last watermark of a drain does not pass an idle status");
  }

  private static Seen drain(MiniCluster cluster, String name, Path directory) throws Exception {
    Seen seen = new Seen();
    SEEN.put(name, seen);
    JobGraph job = job(name);
    cluster.submitJob(job).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    await(seen.records, name + ": the records");
    await(seen.ready, name + ": its status");
    String savepoint =
        cluster
            .stopWithSavepoint(
                job.getJobID(),
                directory.resolve(name).toUri().toString(),
                true,
                SavepointFormatType.CANONICAL)
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    String state =
        cluster
            .requestJobResult(job.getJobID())
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
            .getJobStatus()
            .orElseThrow()
            .toString();
    System.out.printf(
        "%-6s drained: savepoint=%s state=%s last_watermark=%s finish=%d timers_fired=%d of %d%n",
        name,
        savepoint.isEmpty() ? "none" : "complete",
        state,
        seen.last ? "came" : "did not come",
        seen.finished.get(),
        seen.fired.get(),
        RECORDS);
    return seen;
  }

  private static void await(CountDownLatch latch, String what) throws InterruptedException {
    if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      System.err.println(what + " did not come within " + PATIENCE_SECONDS + " s");
      System.exit(2);
    }
  }

  private static JobGraph job(String name) {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setParallelism(1);
    WatermarkStrategy<Long> watermarks =
        WatermarkStrategy.<Long>forMonotonousTimestamps()
            .withTimestampAssigner((record, ignored) -> record * 1_000);
    env.fromSource(
            new DataGeneratorSource<>(
                number -> number, Long.MAX_VALUE, parallelism -> new SomeOnly(), Types.LONG),
            name.equals("idle") ? watermarks.withIdleness(Duration.ofMillis(200)) : watermarks,
            "Read")
        .keyBy(record -> record)
        .transform("Watch", Types.LONG, new Watch(name))
        .print();
    return env.getStreamGraph().getJobGraph();
  }

  /** Lets a few records pass, and then none: the source waits for the next one. */
  private static final class SomeOnly implements RateLimiter<SourceSplit> {
    private int left = RECORDS;

    @Override
    public CompletableFuture<Void> acquire(int records) {
      return left-- > 0 ? CompletableFuture.completedFuture(null) : new CompletableFuture<>();
    }
  }

  private static final class TimerEach extends KeyedProcessFunction<Long, Long, Long> {
    private final String name;

    TimerEach(String name) {
      this.name = name;
    }

    @Override
    public void processElement(Long record, Context context, Collector<Long> out) {
      context.timerService().registerEventTimeTimer(context.timestamp() + 3_600_000);
      SEEN.get(name).records.countDown();
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Long> out) {
      SEEN.get(name).fired.incrementAndGet();
    }
  }

  /** The operator of the function above, which tells what reaches it. */
  private static final class Watch extends KeyedProcessOperator<Long, Long, Long> {
    private final String name;

    Watch(String name) {
      super(new TimerEach(name));
      this.name = name;
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
      super.processWatermark(mark);
      if (mark.equals(Watermark.MAX_WATERMARK)) {
        SEEN.get(name).last = true;
      } else if (name.equals("active")) {
        SEEN.get(name).ready.countDown();
      }
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) throws Exception {
      super.processWatermarkStatus(status);
      if (status.isIdle()) {
        SEEN.get(name).ready.countDown();
      }
    }

    @Override
    public void finish() throws Exception {
      SEEN.get(name).finished.incrementAndGet();
      super.finish();
    }
  }
}
EOF

run "$MAVEN_SECONDS" mvn -q -B -f "$directory/pom.xml" \
  "org.apache.maven.plugins:maven-dependency-plugin:$DEPENDENCY_PLUGIN:build-classpath" \
  "-Dmdep.outputFile=$directory/classpath" > "$directory/maven.log" 2>&1 ||
  { cat "$directory/maven.log" >&2; fail "Maven did not download Flink $FLINK"; }
classpath=$(< "$directory/classpath")
mkdir "$directory/classes"
run "$JAVA_SECONDS" javac -nowarn -Xlint:-deprecation -d "$directory/classes" -cp "$classpath" \
  "$directory/DrainBehindIdle.java" || fail "the program does not compile"

status=0
run "$JAVA_SECONDS" java -Xmx512m --add-opens=java.base/java.util=ALL-UNNAMED \
  --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.time=ALL-UNNAMED \
  "-Djava.io.tmpdir=$directory" -cp "$directory/classes:$classpath" DrainBehindIdle "$directory" || status=$?
case $status in
  0 | 1) exit "$status" ;;
  *) fail "the program ended with $status" ;;
esac
