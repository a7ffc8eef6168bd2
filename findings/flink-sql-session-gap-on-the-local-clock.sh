#!/usr/bin/env bash
# Flink SQL 2.3.0: SESSION over a TIMESTAMP_LTZ column measures the gap on the local clock of table.local-time-zone,
# not in time. Where clocks skip an hour, clicks 15 minutes apart are two sessions with a gap of 40 minutes; where
# they repeat one, clicks 90 minutes apart are one. Over TIMESTAMP, or with the zone UTC, both come out right.
# Seen:
#   Europe/Berlin, TIMESTAMP_LTZ, 15 min apart over 2026-03-29T01:00Z: [1, 1]
#   Europe/Berlin, TIMESTAMP_LTZ, 90 min apart over 2026-10-25T01:00Z: [2]
#   UTC, TIMESTAMP_LTZ, 15 min apart over 2026-03-29T01:00Z: [2]
#   UTC, TIMESTAMP_LTZ, 90 min apart over 2026-10-25T01:00Z: [1, 1]
#
# Flink's page on time zones says that TIMESTAMP_LTZ supports daylight saving time in windows, and shows a tumbling one.
# Related: FLINK-38075, lost data in the other windows over TIMESTAMP_LTZ. No ticket about SESSION was found.
#
# Needs a JDK from 17 on and Maven. Exit code 0: the behaviour is as described.
# 2: it has changed. Others: it could not be tried.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail() {
  echo "could not be tried: $1" >&2
  [[ -f $dir/err ]] && tail -20 "$dir/err" >&2
  exit 3
}

cat > "$dir/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>flink-sql</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.flink</groupId><artifactId>flink-clients</artifactId><version>2.3.0</version></dependency>
    <dependency><groupId>org.apache.flink</groupId><artifactId>flink-table-api-java-bridge</artifactId><version>2.3.0</version></dependency>
    <dependency><groupId>org.apache.flink</groupId><artifactId>flink-table-planner-loader</artifactId><version>2.3.0</version></dependency>
    <dependency><groupId>org.apache.flink</groupId><artifactId>flink-table-runtime</artifactId><version>2.3.0</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q -Dstyle.color=never -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies \
  -DoutputDirectory="$dir/lib" || fail "the packages could not be had"

cat > "$dir/Gap.java" <<'JAVA'
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

public class Gap {
  public static void main(String[] args) throws Exception {
    for (String zone : List.of("Europe/Berlin", "UTC")) {
      show(zone, "2026-03-29T00:50:00Z", 15, "2026-03-29T01:00Z");
      show(zone, "2026-10-25T00:20:00Z", 90, "2026-10-25T01:00Z");
    }
  }

  static void show(String zone, String first, int minutes, String over) throws Exception {
    long start = Instant.parse(first).toEpochMilli();
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    tables.getConfig().set("table.local-time-zone", zone);
    tables.createTemporaryView(
        "clicks",
        env.fromData(Types.LONG, start, start + Duration.ofMinutes(minutes).toMillis()),
        Schema.newBuilder()
            .column("f0", "BIGINT")
            .columnByExpression("clicked", "TO_TIMESTAMP_LTZ(f0, 3)")
            .watermark("clicked", "clicked")
            .build());
    List<Long> counts = new ArrayList<>();
    try (CloseableIterator<Row> rows =
        tables
            .executeSql(
                "SELECT COUNT(*) FROM TABLE(SESSION(TABLE clicks, DESCRIPTOR(clicked),"
                    + " INTERVAL '40' MINUTE)) GROUP BY window_start, window_end")
            .collect()) {
      rows.forEachRemaining(row -> counts.add((Long) row.getField(0)));
    }
    System.out.printf(
        "%s, TIMESTAMP_LTZ, %d min apart over %s: %s%n", zone, minutes, over, counts);
  }
}
JAVA
java -Xmx512m --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED \
  -cp "$dir/lib/*" "$dir/Gap.java" 2> "$dir/err" > "$dir/out" || fail "the program ended"
cat "$dir/out"
if ! diff - "$dir/out" <<'SEEN'
Europe/Berlin, TIMESTAMP_LTZ, 15 min apart over 2026-03-29T01:00Z: [1, 1]
Europe/Berlin, TIMESTAMP_LTZ, 90 min apart over 2026-10-25T01:00Z: [2]
UTC, TIMESTAMP_LTZ, 15 min apart over 2026-03-29T01:00Z: [2]
UTC, TIMESTAMP_LTZ, 90 min apart over 2026-10-25T01:00Z: [1, 1]
SEEN
then
  echo "it has changed" >&2
  exit 2
fi
echo "as described"
