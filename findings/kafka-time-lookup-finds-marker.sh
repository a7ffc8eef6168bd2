#!/usr/bin/env bash
# Kafka's look-up by time finds the end of a transaction, where no record can be read.
#
# Records with CreateTime of last year are written in a transaction today. offsetsForTimes for a time
# after all of these records, but before today, returns the offset of the commit marker: a control
# record, whose time is that of the broker's clock at the commit. Its Javadoc promises "the earliest
# offset whose timestamp is greater than or equal to the given timestamp", and no record that a
# consumer can read has that offset. Who stops reading there misses all records behind it that are
# older than the time, such as those of the next transaction of the same import.
#
# Related: KAFKA-5522 (https://github.com/apache/kafka/pull/3456) bounds the look-up by the last stable
# offset for readers of committed records, and leaves markers in. No ticket about markers was found.
#
# Needs a JDK 17 or later, mvn and Maven Central. Exit code 0: the behaviour is as described.
# 2: it has changed. Others: it could not be tried.
set -euo pipefail

readonly KAFKA=4.2.1
readonly SCALA=2.13

work=$(mktemp -d)
broker=

end() {
  if [[ -n $broker ]] && kill -0 "$broker" 2>/dev/null; then
    kill "$broker" 2>/dev/null || true
    for _ in $(seq 100); do
      kill -0 "$broker" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$broker" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap end EXIT

fail() {
  echo "could not be tried: $1" >&2
  [[ -f $work/broker.log ]] && tail -20 "$work/broker.log" >&2
  exit 3
}

cat > "$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_$SCALA</artifactId>
      <version>$KAFKA</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -B -q -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath \
  -Dmdep.outputFile="$work/classpath" > "$work/mvn.log" 2>&1 || {
  tail -20 "$work/mvn.log" >&2
  fail "the packages could not be had"
}
classpath=$(cat "$work/classpath")

cat > "$work/FreePorts.java" <<'JAVA'
import java.net.InetAddress;
import java.net.ServerSocket;

public class FreePorts {
  public static void main(String[] args) throws Exception {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket two = new ServerSocket(0, 1, loopback)) {
      System.out.println(one.getLocalPort() + " " + two.getLocalPort());
    }
  }
}
JAVA
read -r port controller < <(java "$work/FreePorts.java")

cat > "$work/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$work/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=4194304
PROPERTIES
jvm=(-Xmx256m -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$classpath")
java "${jvm[@]}" kafka.tools.StorageTool format -t "$(java "${jvm[@]}" kafka.tools.StorageTool random-uuid)" \
  -c "$work/server.properties" > "$work/broker.log" 2>&1 || fail "the storage could not be formatted"
java "${jvm[@]}" kafka.Kafka "$work/server.properties" >> "$work/broker.log" 2>&1 &
broker=$!

cat > "$work/LookUp.java" <<'JAVA'
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;

public class LookUp {

  private static final TopicPartition PARTITION = new TopicPartition("history", 0);

  public static void main(String[] args) throws Exception {
    String servers = args[0];
    long now = System.currentTimeMillis();
    long year = TimeUnit.DAYS.toMillis(365);
    long first = now - year;
    long after = first + TimeUnit.DAYS.toMillis(1);
    System.out.println("kafka-clients " + AppInfoParser.getVersion() + ", Java " + Runtime.version());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(PARTITION.topic(), 1, (short) 1)
                      .configs(
                          Map.of("message.timestamp.type", "CreateTime", "retention.ms", "-1"))))
          .all()
          .get(60, TimeUnit.SECONDS);
    }
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "transactional.id", "import"),
            new StringSerializer(),
            new StringSerializer())) {
      producer.initTransactions();
      for (int transaction = 0; transaction < 2; transaction++) {
        producer.beginTransaction();
        for (int i = 0; i < 3; i++) {
          int number = 3 * transaction + i;
          producer.send(
              new ProducerRecord<>(PARTITION.topic(), 0, first + number, null, "record " + number));
        }
        producer.commitTransaction();
      }
    }
    for (String isolation : List.of("read_uncommitted", "read_committed")) {
      look(servers, isolation, after, now);
    }
    System.out.println("as described");
  }

  private static void look(String servers, String isolation, long after, long now) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "isolation.level", isolation),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      // The broker answers a commit before it has written the marker.
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (consumer.endOffsets(List.of(PARTITION)).get(PARTITION) < 8) {
        require(System.nanoTime() < deadline, "two transactions of 3 records end at offset 8");
      }
      OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(PARTITION, after)).get(PARTITION);
      System.out.println(isolation);
      boolean isRecord = false;
      int behind = 0;
      while (consumer.position(PARTITION) < 8) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          System.out.printf(
              "  %s offset %d, %s %s%n",
              record.value(),
              record.offset(),
              record.timestampType(),
              Instant.ofEpochMilli(record.timestamp()));
          isRecord |= found != null && record.offset() == found.offset();
          behind += found != null && record.offset() > found.offset() && record.timestamp() < after ? 1 : 0;
        }
        require(System.nanoTime() < deadline, "8 offsets are read within 30 s");
      }
      System.out.printf(
          "  offsetsForTimes(%s) = %s%n",
          Instant.ofEpochMilli(after).truncatedTo(ChronoUnit.MILLIS), found);
      require(found != null, "the look-up finds something, though no record is that late");
      require(found.offset() == 3, "it finds offset 3, the end of the first transaction");
      require(found.timestamp() >= now, "its time is that of the commit");
      require(!isRecord, "no record can be read at that offset");
      require(behind == 3, "3 records lie behind it that are before the time");
    }
  }

  private static void require(boolean condition, String expected) {
    if (!condition) {
      System.out.println("changed: expected that " + expected);
      System.exit(2);
    }
  }
}
JAVA

for _ in $(seq 600); do
  kill -0 "$broker" 2>/dev/null || fail "the broker has ended"
  if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    break
  fi
  sleep 0.1
done

echo "broker kafka_$SCALA $KAFKA, KRaft"
java -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$classpath" "$work/LookUp.java" "127.0.0.1:$port"
