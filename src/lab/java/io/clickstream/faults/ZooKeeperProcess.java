package io.clickstream.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The ZooKeeper of Flink's own JAR, which remembers who leads and which jobs there are. */
final class ZooKeeperProcess implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);

  private final JvmProcess process;
  private final int port;

  private ZooKeeperProcess(JvmProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it; it answers when this returns. */
  static ZooKeeperProcess start(Path directory) throws IOException {
    int port = FreePorts.take(1).get(0);
    Path file = directory.resolve("zoo.cfg");
    Files.writeString(
        file,
        String.join(
            "\n",
            "tickTime=1000",
            "maxSessionTimeout=60000",
            "dataDir=" + Files.createDirectories(directory.resolve("data")),
            "clientPort=" + port,
            "clientPortAddress=127.0.0.1",
            "admin.enableServer=false",
            ""));
    JvmProcess process =
        JvmProcess.start(
            "zookeeper",
            List.of(
                "-Xmx64m",
                "-Dlog4j2.configurationFile=faults-log4j2.properties",
                "-cp",
                System.getProperty("java.class.path"),
                "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
                "--zkConfigFile",
                file.toString(),
                "--peerId",
                "1"),
            Map.of(),
            directory.resolve("zookeeper.log"));
    ZooKeeperProcess zooKeeper = new ZooKeeperProcess(process, port);
    process.awaitPort(port, START);
    return zooKeeper;
  }

  /** The settings for Flink. */
  Map<String, String> flinkSettings(String storage) {
    return Map.of(
        "high-availability.type",
        "zookeeper",
        "high-availability.zookeeper.quorum",
        "127.0.0.1:" + port,
        "high-availability.storageDir",
        storage,
        "high-availability.jobmanager.port",
        "0");
  }

  @Override
  public void close() {
    process.kill();
  }
}
