package io.clickstream.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A store that speaks S3, over a directory, with one bucket. */
final class S3Process implements AutoCloseable {

  static final String BUCKET = "flink";
  static final String ACCESS_KEY = "faults";
  static final String SECRET_KEY = "faults-secret";

  private static final Duration START = Duration.ofSeconds(60);

  private final Path directory;
  private final Path jar;
  private final int port;
  private JvmProcess process;

  private S3Process(Path directory, Path jar, int port) throws IOException {
    this.directory = directory;
    this.jar = jar;
    this.port = port;
    this.process = launch();
  }

  /** Starts it; it answers when this returns. */
  static S3Process start(Path directory, Path jar) throws IOException {
    int port = FreePorts.take(1).get(0);
    Files.createDirectories(directory.resolve("data").resolve(BUCKET));
    Files.writeString(
        directory.resolve("s3proxy.properties"),
        String.join(
            "\n",
            "s3proxy.endpoint=http://127.0.0.1:" + port,
            "s3proxy.authorization=aws-v2-or-v4",
            "s3proxy.identity=" + ACCESS_KEY,
            "s3proxy.credential=" + SECRET_KEY,
            "jclouds.provider=filesystem-nio2",
            "jclouds.filesystem.basedir=" + directory.resolve("data"),
            ""));
    S3Process s3 = new S3Process(directory, jar, port);
    s3.await();
    return s3;
  }

  private JvmProcess launch() throws IOException {
    return JvmProcess.start(
        "s3",
        List.of(
            "-Xmx192m",
            "-jar",
            jar.toString(),
            "--properties",
            directory.resolve("s3proxy.properties").toString()),
        Map.of(),
        directory.resolve("s3.log"));
  }

  /** Starts it anew, over the same directory and at the same address. */
  void restart() throws IOException {
    process = launch();
    await();
  }

  private void await() {
    process.awaitPort(port, START);
  }

  /** The checkpoints of a job that are complete, the newest last, as somebody finds them later. */
  List<String> checkpoints(String job) throws IOException {
    Path own = directory.resolve("data").resolve(BUCKET).resolve("checkpoints").resolve(job);
    try (Stream<Path> found = Files.list(own)) {
      return found
          .filter(checkpoint -> Files.exists(checkpoint.resolve("_metadata")))
          .map(checkpoint -> checkpoint.getFileName().toString())
          .filter(name -> name.startsWith("chk-"))
          .sorted(Comparator.comparingInt(name -> Integer.parseInt(name.substring(4))))
          .map(name -> "s3://" + BUCKET + "/checkpoints/" + job + "/" + name)
          .toList();
    }
  }

  JvmProcess process() {
    return process;
  }

  /** The settings for Flink. */
  Map<String, String> flinkSettings() {
    return Map.of(
        "s3.endpoint",
        "http://127.0.0.1:" + port,
        "s3.path-style-access",
        "true",
        "s3.access-key",
        ACCESS_KEY,
        "s3.secret-key",
        SECRET_KEY,
        "s3.region",
        "us-east-1");
  }

  @Override
  public void close() {
    process.kill();
  }
}
