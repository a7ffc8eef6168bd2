package io.clickstream.faults;

import io.clickstream.local.SecuredListener;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Commands, variables and settings, with which the commands of src/docs work in a shell. */
final class PlaygroundFiles {

  static final String ENVIRONMENT = "env.sh";
  static final String REQUEST = ".request";
  static final String ANSWER = ".answer";

  /** Main classes of Kafka's commands. */
  private static final Map<String, String> KAFKA =
      Map.of(
          "kafka-acls.sh", "org.apache.kafka.tools.AclCommand",
          "kafka-configs.sh", "kafka.admin.ConfigCommand",
          "kafka-console-consumer.sh", "org.apache.kafka.tools.consumer.ConsoleConsumer",
          "kafka-console-producer.sh", "org.apache.kafka.tools.ConsoleProducer",
          "kafka-consumer-groups.sh", "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
          "kafka-get-offsets.sh", "org.apache.kafka.tools.GetOffsetShell",
          "kafka-leader-election.sh", "org.apache.kafka.tools.LeaderElectionCommand",
          "kafka-reassign-partitions.sh",
              "org.apache.kafka.tools.reassign.ReassignPartitionsCommand",
          "kafka-topics.sh", "org.apache.kafka.tools.TopicCommand",
          "kafka-transactions.sh", "org.apache.kafka.tools.TransactionsCommand");

  private final Path home;
  private final FaultCluster cluster;
  private final @Nullable SecuredListener listener;
  private final Path bin;

  private PlaygroundFiles(Path home, FaultCluster cluster, @Nullable SecuredListener listener) {
    this.home = home;
    this.cluster = cluster;
    this.listener = listener;
    this.bin = home.resolve("bin");
  }

  /**
   * Writes all of them into the directory of a cluster that runs.
   *
   * @param listener of its brokers, if it does not let everybody in
   */
  static void write(Path home, FaultCluster cluster, @Nullable SecuredListener listener)
      throws IOException {
    new PlaygroundFiles(home, cluster, listener).write();
  }

  static String rest(FaultCluster cluster) {
    return "http://127.0.0.1:" + cluster.flink().restPort();
  }

  private void write() throws IOException {
    Files.createDirectories(bin);
    writeLibraries();
    writeSettings();
    writeFlink();
    writeKafka();
    writeAws();
    writeCluster();
    writeEnvironment();
  }

  /** The folder that {@code FLINK_HOME} names: links to the JARs, as a distribution has them. */
  private void writeLibraries() throws IOException {
    Path lib = Files.createDirectories(home.resolve("flink").resolve("lib"));
    for (String jar : FlinkProcesses.libraries().split(File.pathSeparator)) {
      Path file = Path.of(jar);
      Files.createSymbolicLink(lib.resolve(file.getFileName()), file);
    }
  }

  private void writeSettings() throws IOException {
    StringBuilder properties = new StringBuilder();
    if (listener != null) {
      properties.append("  properties:\n");
      listener
          .transport()
          .forEach((name, value) -> properties.append("    %s: '%s'\n".formatted(name, value)));
      StringBuilder admin = new StringBuilder();
      listener
          .client(SecuredListener.ADMIN)
          .forEach((name, value) -> admin.append(name).append('=').append(value).append('\n'));
      Files.writeString(home.resolve("admin.properties"), admin);
    }
    Files.writeString(
        home.resolve("clickstream.yaml"),
        """
        # The settings of this cluster's job, with sessions that end soon.
        kafka:
          bootstrap-servers: %s
        %ssink:
          transactional-id-prefix: clickstream
        session:
          gap: 10s
        """
            .formatted(cluster.kafka().bootstrapServers(), properties));
  }

  /** It logs to a file, as in a distribution. */
  private void writeFlink() throws IOException {
    Path logging = home.resolve("flink").resolve("log4j-cli.properties");
    Files.writeString(
        logging,
        """
        rootLogger.level = INFO
        rootLogger.appenderRef.file.ref = file
        appender.file.type = File
        appender.file.name = file
        appender.file.fileName = ${sys:log.file}
        appender.file.layout.type = PatternLayout
        appender.file.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n
        """);
    StringBuilder script = new StringBuilder();
    Map<String, String> environment = cluster.flink().environment();
    // Of the shell that runs it.
    environment.remove(FaultCluster.LOGIN);
    environment.forEach(
        (name, value) ->
            script.append("export ").append(name).append('=').append(quoted(value)).append('\n'));
    List<String> options =
        List.of(
            "-Xmx256m",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "-Dlog4j2.configurationFile=" + logging.toUri(),
            "-Dlog.file=" + home.resolve("flink").resolve("client.log"));
    command(
        "flink",
        script
            + java(options, FlinkProcesses.libraries(), "org.apache.flink.client.cli.CliFrontend"));
  }

  private void writeKafka() throws IOException {
    String classPath =
        System.getProperty("java.class.path")
            + File.pathSeparator
            + FaultCluster.program("kafka-tools");
    for (Map.Entry<String, String> command : KAFKA.entrySet()) {
      command(command.getKey(), java(List.of("-Xmx256m"), classPath, command.getValue()));
    }
  }

  /** As much of it as the runbook needs, over the files of the store. */
  private void writeAws() throws IOException {
    command(
        "aws",
        """
        if [ "$1 $2" != "s3 ls" ] || [ $# -ne 3 ]; then
          echo "This one knows only: aws s3 ls s3://bucket/folder/" >&2
          exit 2
        fi
        cd %s/"${3#s3://}" || exit 1
        for each in *; do
          if [ -d "$each" ]; then echo "PRE $each/"; elif [ -e "$each" ]; then echo "$each"; fi
        done
        """
            .formatted(quoted(home.resolve("s3").resolve("data").toString())));
  }

  private void writeCluster() throws IOException {
    command(
        "cluster",
        """
        request=%s/$$
        ended() {
          echo "the cluster has ended" >&2
          exit 1
        }
        kill -0 %d 2>/dev/null || ended
        { echo "$*"; env | grep "^CLICKSTREAM_"; } >"$request.new"
        [ -s "$request.new" ] && mv "$request.new" "$request%s" || ended
        while [ ! -e "$request%s" ]; do
          kill -0 %2$d 2>/dev/null || ended
          sleep 0.1
        done
        { read -r code; cat; } <"$request%4$s"
        rm -f "$request"*
        exit "$code"
        """
            .formatted(
                quoted(home.resolve("requests").toString()),
                ProcessHandle.current().pid(),
                REQUEST,
                ANSWER));
  }

  private void writeEnvironment() throws IOException {
    String servers = cluster.kafka().bootstrapServers();
    String logins =
        listener == null
            ? ""
            : "export ADMIN_LOGIN=%s\nexport %s=%s\n"
                .formatted(
                    quoted(listener.login(SecuredListener.ADMIN)),
                    FaultCluster.LOGIN,
                    quoted(listener.login(FaultCluster.JOB)));
    Files.writeString(
        home.resolve(ENVIRONMENT),
        """
        # To be read by a shell, in which the commands of src/docs then work.
        export FLINK_HOME=%s
        export FLINK_REST=%s
        export BOOTSTRAP_SERVERS=%s
        %sexport PATH=%s:"$PATH"
        echo "brokers, as \\$BOOTSTRAP_SERVERS: $BOOTSTRAP_SERVERS"
        echo "Flink, as \\$FLINK_REST: $FLINK_REST"
        echo "settings to copy and change: "%s
        """
            .formatted(
                quoted(home.resolve("flink").toString()),
                quoted(rest(cluster)),
                quoted(servers),
                logins,
                quoted(bin.toString()),
                quoted(home.resolve("clickstream.yaml").toString())));
  }

  private void command(String name, String script) throws IOException {
    Path file = bin.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String java(List<String> options, String classPath, String mainClass) {
    StringBuilder line = new StringBuilder("exec ");
    line.append(quoted(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    JvmProcess.SHORT_LIVED.forEach(option -> line.append(' ').append(option));
    options.forEach(option -> line.append(' ').append(quoted(option)));
    return line + " -cp " + quoted(classPath) + " " + mainClass + " \"$@\"\n";
  }

  /** A word of the shell. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
