#!/usr/bin/env bash
# Kafka 4.2.2: a topic with max.decompressed.message.bytes takes a record beyond it, and look-ups by time then fail.
#
# The limit is asked of records that come compressed. One that comes uncompressed is taken whatever its size, also by
# a topic that compresses by itself (compression.type=zstd). From then on ListOffsets by timestamp and for the largest
# timestamp, which read that batch, fail with InvalidRecordException, as does kafka-consumer-groups --to-datetime. The
# same record from a producer that compresses is refused, with all others of its batch.
# Seen:
#   lz4, 30000 bytes: InvalidRecordException
#   none, 30000 bytes: offset 1
#   look-up of its time: InvalidRecordException
#   look-up of the largest time: InvalidRecordException
#
# The setting's description says that look-ups fail where the limit was lowered below what is stored. Here it never was.
# Introduced by https://github.com/apache/kafka/pull/23429. No ticket about this was found.
#
# Needs a JDK from 17 on and Maven. Exit code 0: the behaviour is as described.
# 2: it has changed. Others: it could not be tried.
set -euo pipefail

dir=$(mktemp -d)
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
  rm -rf "$dir"
}
trap end EXIT

fail() {
  echo "could not be tried: $1" >&2
  for log in broker.log err; do
    [[ -f $dir/$log ]] && tail -20 "$dir/$log" >&2
  done
  exit 3
}

cat > "$dir/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>broker</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.2.2</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q -Dstyle.color=never -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies \
  -DoutputDirectory="$dir/lib" || fail "the packages could not be had"

cat > "$dir/FreePorts.java" <<'JAVA'
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
read -r port controller < <(java "$dir/FreePorts.java")
cat > "$dir/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$dir/data
offsets.topic.replication.factor=1
log.cleaner.dedupe.buffer.size=4194304
PROPERTIES
jvm=(-Xmx256m -cp "$dir/lib/*")
java "${jvm[@]}" kafka.tools.StorageTool format -t "$(java "${jvm[@]}" kafka.tools.StorageTool random-uuid 2> "$dir/err")" \
  -c "$dir/server.properties" > "$dir/broker.log" 2>&1 || fail "the storage could not be formatted"
java "${jvm[@]}" kafka.Kafka "$dir/server.properties" >> "$dir/broker.log" 2>&1 &
broker=$!

cat > "$dir/LookUp.java" <<'JAVA'
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class LookUp {
  static final TopicPartition PARTITION = new TopicPartition("limited", 0);

  public static void main(String[] args) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
      Map<String, String> configs =
          Map.of("compression.type", "zstd", "max.decompressed.message.bytes", "20000");
      admin
          .createTopics(List.of(new NewTopic("limited", 1, (short) 1).configs(configs)))
          .all()
          .get(60, TimeUnit.SECONDS);
      long time = System.currentTimeMillis() - 1_000_000;
      send(args[0], "lz4", time, 100);
      System.out.println("lz4, 30000 bytes: " + send(args[0], "lz4", time + 1_000, 30_000));
      System.out.println("none, 30000 bytes: " + send(args[0], "none", time + 2_000, 30_000));
      System.out.println(
          "look-up of its time: " + look(admin, OffsetSpec.forTimestamp(time + 2_000)));
      System.out.println("look-up of the largest time: " + look(admin, OffsetSpec.maxTimestamp()));
    }
  }

  static String send(String servers, String compression, long time, int bytes) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "compression.type", compression),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      return "offset "
          + producer
              .send(new ProducerRecord<>("limited", 0, time, null, new byte[bytes]))
              .get(60, TimeUnit.SECONDS)
              .offset();
    } catch (ExecutionException e) {
      return e.getCause().getClass().getSimpleName();
    }
  }

  static String look(Admin admin, OffsetSpec spec) throws Exception {
    try {
      return "offset "
          + admin
              .listOffsets(Map.of(PARTITION, spec))
              .partitionResult(PARTITION)
              .get(60, TimeUnit.SECONDS)
              .offset();
    } catch (ExecutionException e) {
      return e.getCause().getClass().getSimpleName();
    }
  }
}
JAVA
java "${jvm[@]}" "$dir/LookUp.java" "127.0.0.1:$port" 2> "$dir/err" > "$dir/out" || fail "the program ended"
cat "$dir/out"
if ! diff - "$dir/out" <<'SEEN'
lz4, 30000 bytes: InvalidRecordException
none, 30000 bytes: offset 1
look-up of its time: InvalidRecordException
look-up of the largest time: InvalidRecordException
SEEN
then
  echo "it has changed" >&2
  exit 2
fi
echo "as described"
