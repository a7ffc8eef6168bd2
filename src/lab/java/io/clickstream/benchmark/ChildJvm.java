package io.clickstream.benchmark;

import io.clickstream.tools.AttendedRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that this one starts, talks to in lines, and ends. One that dies is noticed by whoever
 * waits for its answer; one whose parent dies goes as well.
 */
final class ChildJvm implements AutoCloseable {

  /** Options that Flink and RocksDB need on a JDK 17. */
  private static final List<String> OPENS =
      List.of(
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.time=ALL-UNNAMED");

  /** Begins every line that is meant for the parent: a JVM may print others by itself. */
  private static final String MARK = "@benchmark ";

  private static final String LOG_CONFIGURATION = "benchmark-log4j2.properties";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Set<ChildJvm> ALIVE = ConcurrentHashMap.newKeySet();

  private static volatile boolean ending;

  private final String name;
  private final Path log;
  private final Process process;
  private final Writer input;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private ChildJvm(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::readAnswers, "benchmark-" + name);
    reader.setDaemon(true);
    reader.start();
  }

  /** Thrown to who waits for the answer of a JVM that is gone or does not answer. */
  static final class ChildEndedException extends IOException {

    private static final long serialVersionUID = 1L;

    ChildEndedException(String message) {
      super(message);
    }
  }

  /**
   * Starts a JVM with the class path of this one.
   *
   * @param temporary its directory for temporary files; exists
   * @param log takes what it prints on its error stream
   */
  static ChildJvm start(
      String name,
      Class<?> main,
      List<String> arguments,
      String heap,
      List<String> jvmArguments,
      Path temporary,
      Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.addAll(OPENS);
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-Dlog4j2.configurationFile=" + LOG_CONFIGURATION);
    command.addAll(jvmArguments);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(AttendedRun.class.getName());
    command.add(main.getName());
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.to(log.toFile())).start();
    ChildJvm child = new ChildJvm(name, log, process);
    ALIVE.add(child);
    return child;
  }

  /** In the child: writes a line to its parent. */
  static void answer(PrintStream out, String line) {
    out.println(MARK + line);
    out.flush();
  }

  /** Ends what is still running, within a few seconds: this JVM ends. */
  static void endAll() {
    ending = true;
    ALIVE.forEach(child -> child.process.destroy());
    ALIVE.forEach(child -> child.end(Duration.ofSeconds(3)));
  }

  long pid() {
    return process.pid();
  }

  void send(String line) throws IOException {
    try {
      input.write(line);
      input.write('\n');
      input.flush();
    } catch (IOException e) {
      throw ended();
    }
  }

  /**
   * Waits for its next line.
   *
   * @throws ChildEndedException if there will be none
   * @throws InterruptedException also if everything is being ended
   */
  String receive(Duration timeout) throws IOException, InterruptedException {
    long until = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < until) {
      String answer = answers.poll(200, TimeUnit.MILLISECONDS);
      if (answer != null) {
        return answer;
      }
      if (ending) {
        throw new InterruptedException("everything ends");
      }
      if (!process.isAlive() && answers.isEmpty()) {
        throw ended();
      }
    }
    throw new ChildEndedException(
        "the JVM of "
            + name
            + " has not answered within "
            + timeout.toSeconds()
            + " s; see "
            + log);
  }

  private ChildEndedException ended() {
    String code;
    try {
      code =
          process.waitFor(5, TimeUnit.SECONDS)
              ? "with exit code " + process.exitValue()
              : "its pipes but is alive";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      code = "";
    }
    String last = "";
    try {
      List<String> lines = Files.readAllLines(log);
      last = lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1).strip();
    } catch (IOException e) {
      // The name of the file has to do.
    }
    return new ChildEndedException(
        "the JVM of " + name + " has ended " + code + last + "; see " + log);
  }

  private void readAnswers() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith(MARK)) {
          answers.add(line.substring(MARK.length()));
        }
      }
    } catch (IOException e) {
      // It is gone; who waits for an answer finds out.
    }
  }

  private void end(Duration patience) {
    ALIVE.remove(this);
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Closes its input, and ends it if that is not enough. */
  @Override
  public void close() {
    try {
      input.close();
    } catch (IOException e) {
      // It is gone.
    }
    end(PATIENCE);
  }
}
