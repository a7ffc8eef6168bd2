#!/usr/bin/env bash
#
# Spark 4.2.0: whether session_window counts a late click depends on where micro-batches are cut, even in the middle of a
# session that is still open.
#
# With a gap of 30 minutes and a watermark ten minutes behind, a visitor clicks at 0, 20, 40, 60, 80 and 81 minutes, and
# the click of minute 25 comes last. The session is open until 111. The same clicks in the same order give
# - 7 clicks, if the late one is in the batch of that of minute 81,
# - 6 clicks, if it is in a batch of its own.
# Spark asks before it merges whether the click's own window, from 25 to 55, is behind the watermark, and takes for that
# the one with which the batch before ran, and which knows nothing of the clicks in that batch. So the click is dropped
# although its session is there to take it, or taken although it is late, by what the trigger, the load or a restart
# made of the stream. A replay that reads the same topic in larger batches counts more clicks than the live query did.
#
# Flink's session windows and Kafka Streams' merge first, and would take it in both cases.
#
# The watermark of the batch before came with https://github.com/apache/spark/pull/38405 (SPARK-40925). Spark's guide says
# that data within the delay is never dropped, and that later data may be dropped or not. No issue about clicks in an open
# session was found.
#
# Runs a local query over files of JSON, one a batch.
# Exit code 0: it behaves as said here. 1: it no longer does. 2: this could not be found out.
#
# Needs a JDK 17 or 21, Maven and Maven Central (some 280 MB). Leaves nothing behind but what Maven has downloaded.

set -euo pipefail

SPARK=4.2.0
SCALA=2.13
DEPENDENCY_PLUGIN=3.8.1
MAVEN_SECONDS=1200
JAVA_SECONDS=600

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
      <groupId>org.apache.spark</groupId>
      <artifactId>spark-sql_$SCALA</artifactId>
      <version>$SPARK</version>
    </dependency>
  </dependencies>
</project>
EOF
timeout "$MAVEN_SECONDS" mvn -B -q -Dstyle.color=never \
  "org.apache.maven.plugins:maven-dependency-plugin:$DEPENDENCY_PLUGIN:copy-dependencies" \
  -DincludeScope=runtime -DoutputDirectory="$directory/lib" > maven.log 2>&1 || {
  tail -20 maven.log >&2
  fail "the packages could not be had"
}

cat > LateByBatch.java << 'JAVA'
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.session_window;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

public final class LateByBatch {

  /** Clicks of somebody else, hours later, which let the visitor's session leave. */
  private static final List<List<Integer>> LATER = List.of(List.of(600), List.of(700));

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.local.dir", root.resolve("local").toString())
            .config("spark.sql.warehouse.dir", root.resolve("warehouse").toString())
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "1")
            .getOrCreate();
    System.out.println("Spark " + spark.version());
    List<Integer> first = List.of(0, 20, 40, 60, 80);
    String together = run(spark, root, "together", List.of(first, List.of(81, 25)));
    String apart = run(spark, root, "apart", List.of(first, List.of(81), List.of(25)));
    require(together, "09:00 to 10:51: 7 clicks");
    require(apart, "09:00 to 10:51: 6 clicks");
    System.out.println("as described");
    System.exit(0);
  }

  private static String run(SparkSession spark, Path root, String name, List<List<Integer>> batches)
      throws Exception {
    Path in = Files.createDirectories(root.resolve(name + "/in"));
    int number = 0;
    for (List<Integer> batch : batches) {
      write(in, number++, "visitor", batch);
    }
    for (List<Integer> batch : LATER) {
      write(in, number++, "other", batch);
    }
    Dataset<Row> sessions =
        spark
            .readStream()
            .schema(new StructType().add("who", "string").add("time", "timestamp"))
            .option("maxFilesPerTrigger", 1)
            .json(in.toString())
            .withWatermark("time", "10 minutes")
            .groupBy(session_window(col("time"), "30 minutes"), col("who"))
            .count();
    StreamingQuery query =
        sessions
            .writeStream()
            .format("memory")
            .queryName(name)
            .outputMode("append")
            .option("checkpointLocation", root.resolve(name + "/checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    List<Row> rows =
        spark
            .sql(
                "SELECT date_format(session_window.start, 'HH:mm'), date_format(session_window.end, 'HH:mm'), count FROM "
                    + name
                    + " WHERE who = 'visitor' ORDER BY 1")
            .collectAsList();
    StringBuilder found = new StringBuilder();
    for (Row row : rows) {
      found.append(found.isEmpty() ? "" : ", ");
      found.append(String.format("%s to %s: %d clicks", row.get(0), row.get(1), row.getLong(2)));
    }
    System.out.println("batches " + batches + ": " + found);
    return found.toString();
  }

  private static void write(Path in, int number, String who, List<Integer> minutes) throws Exception {
    StringBuilder text = new StringBuilder();
    for (int minute : minutes) {
      text.append(
          String.format(
              Locale.ROOT,
              "{\"who\":\"%s\",\"time\":\"2026-11-30T%02d:%02d:00Z\"}%n",
              who,
              9 + minute / 60,
              minute % 60));
    }
    Path file = in.resolve("batch-" + number + ".json");
    Files.writeString(file, text);
    // The source reads files by their age.
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_790_000_000_000L + number * 60_000L));
  }

  private static void require(String found, String expected) {
    if (!found.equals(expected)) {
      System.out.println("CHANGED: expected " + expected);
      System.exit(1);
    }
  }
}
JAVA

# What Spark's own launcher opens of the JDK.
opens=()
for package in java.io java.lang java.lang.invoke java.lang.reflect java.net java.nio java.util java.util.concurrent \
  java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done

javac -d classes -cp "lib/*" LateByBatch.java 2> javac.log || {
  cat javac.log >&2
  fail "the program does not compile"
}
status=0
timeout "$JAVA_SECONDS" java "${opens[@]}" -cp "classes:lib/*" LateByBatch "$directory/run" 2> java.log || status=$?
[[ $status -le 1 ]] && ! grep -q '^Exception in' java.log || {
  tail -20 java.log >&2
  fail "the run ended with code $status"
}
exit "$status"
