#!/usr/bin/env bash
#
# Apache Beam 2.73.0: Sessions drops a click that lies in the middle of a session that is still open.
#
# With a gap of 30 minutes, a visitor clicks at 0, 20, 40 and 60 minutes, and the watermark is at 60: the session is open
# until 90, and nothing of it has been emitted. A click of minute 25 that comes now belongs between two of its clicks. It
# is dropped all the same, since Beam asks before it merges: the click's own window, from 25 to 55, is over. A click of
# minute 35 is taken. So allowed lateness, by default none, counts from a click's own end and not from its session's: the
# longer a session is, the more of it is closed to its own late clicks. Flink's EventTimeSessionWindows, Flink SQL's
# SESSION (2.3.0) and Kafka Streams (4.2.2) merge first, and take both.
#
# Those who compare engines, or move a pipeline from one to the other, get fewer page views and less revenue for the same
# sessions, without an error; only the counter droppedDueToLateness tells. An allowed lateness of ten minutes lets the
# click of minute 25 in.
#
# Related: https://github.com/apache/beam/issues/18677 (open), in which the same rule makes two sessions that overlap. No
# issue about a click in an open session was found.
#
# Runs on the DirectRunner, with a TestStream.
# Exit code 0: it behaves as said here. 1: it no longer does. 2: this could not be found out.
#
# Needs a JDK 17 or newer, Maven and Maven Central. Leaves nothing behind but what Maven has downloaded.

set -euo pipefail

BEAM=2.73.0
SLF4J=2.0.17
DEPENDENCY_PLUGIN=3.8.1
MAVEN_SECONDS=600
JAVA_SECONDS=180

fail() {
  echo "could not be found out: $1" >&2
  exit 2
}

for command in java javac mvn timeout; do
  command -v "$command" > /dev/null || fail "$command is not on the PATH; install it"
done

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
trap 'exit 2' INT TERM
cd "$directory"

cat > pom.xml << EOF
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.beam</groupId>
      <artifactId>beam-runners-direct-java</artifactId>
      <version>$BEAM</version>
    </dependency>
    <dependency>
      <groupId>org.apache.beam</groupId>
      <artifactId>beam-sdks-java-core</artifactId>
      <version>$BEAM</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>$SLF4J</version>
    </dependency>
  </dependencies>
</project>
EOF
timeout "$MAVEN_SECONDS" mvn -B -q -Dstyle.color=never \
  "org.apache.maven.plugins:maven-dependency-plugin:$DEPENDENCY_PLUGIN:copy-dependencies" \
  -DoutputDirectory="$directory/lib" > maven.log 2>&1 || {
  tail -20 maven.log >&2
  fail "the packages could not be had"
}

cat > LateInTheMiddle.java << 'JAVA'
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;

public final class LateInTheMiddle {

  private static final Instant START = Instant.parse("2026-11-30T09:00:00Z");

  /** What a run has emitted; it is in this JVM. */
  private static final Queue<String> EMITTED = new ConcurrentLinkedQueue<>();

  public static void main(String[] args) {
    System.out.println("Beam " + ReleaseInfo.getReleaseInfo().getVersion());
    require(run("no late click", 0, List.of()), "0 to 110 min: 5 clicks");
    require(run("minute 35, late", 0, List.of(35)), "0 to 110 min: 6 clicks");
    require(run("minute 25, late", 0, List.of(25)), "0 to 110 min: 5 clicks");
    require(run("minute 25, late, 10 min of lateness allowed", 10, List.of(25)), "0 to 110 min: 6 clicks");
    System.out.println("as described");
  }

  private static String run(String title, long latenessMinutes, List<Integer> late) {
    EMITTED.clear();
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
    TestStream.Builder<String> clicks = TestStream.create(StringUtf8Coder.of());
    for (int minute : List.of(0, 20, 40, 60)) {
      clicks = clicks.addElements(click(minute));
    }
    clicks = clicks.advanceWatermarkTo(START.plus(Duration.standardMinutes(60)));
    for (int minute : late) {
      clicks = clicks.addElements(click(minute));
    }
    clicks = clicks.addElements(click(80));
    pipeline
        .apply(clicks.advanceWatermarkToInfinity())
        .apply(
            Window.<String>into(Sessions.withGapDuration(Duration.standardMinutes(30)))
                .withAllowedLateness(Duration.standardMinutes(latenessMinutes))
                .discardingFiredPanes())
        .apply(Count.perElement())
        .apply(ParDo.of(new Emit()));
    PipelineResult.State state = pipeline.run().waitUntilFinish();
    if (state != PipelineResult.State.DONE) {
      throw new IllegalStateException("the pipeline ended as " + state);
    }
    String emitted = String.join(", ", EMITTED);
    System.out.println(title + ": " + emitted);
    return emitted;
  }

  private static TimestampedValue<String> click(int minute) {
    return TimestampedValue.of("visitor", START.plus(Duration.standardMinutes(minute)));
  }

  private static final class Emit extends DoFn<KV<String, Long>, Void> {
    @ProcessElement
    public void process(@Element KV<String, Long> visitor, BoundedWindow window) {
      IntervalWindow session = (IntervalWindow) window;
      EMITTED.add(
          String.format(
              "%d to %d min: %d clicks",
              new Duration(START, session.start()).getStandardMinutes(),
              new Duration(START, session.end()).getStandardMinutes(),
              visitor.getValue()));
    }
  }

  private static void require(String found, String expected) {
    if (!found.equals(expected)) {
      System.out.println("CHANGED: expected " + expected);
      System.exit(1);
    }
  }
}
JAVA

javac -d classes -cp "lib/*" LateInTheMiddle.java 2> javac.log || {
  cat javac.log >&2
  fail "the program does not compile"
}
status=0
timeout "$JAVA_SECONDS" java -cp "classes:lib/*" LateInTheMiddle 2> java.log || status=$?
[[ $status -le 1 ]] && ! grep -q '^Exception' java.log || {
  tail -20 java.log >&2
  fail "the run ended with code $status"
}
exit "$status"
