package io.clickstream.faults;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A JVM of its own, which ends with this one at the latest. */
public final class JvmProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * For JVMs that are many on a small machine, and have little to do: no thread of the collector or
   * of the second compiler takes a core from the others while they start.
   */
  static final List<String> SHORT_LIVED = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private static final Set<JvmProcess> ALIVE = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> ALIVE.forEach(JvmProcess::kill), "faults-end"));
  }

  private final String name;
  private final Process process;
  private final Path log;

  private JvmProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a JVM.
   *
   * @param arguments behind {@code java}
   * @param log takes what it prints, behind what an earlier one has printed there
   */
  static JvmProcess start(
      String name, List<String> arguments, Map<String, String> environment, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SHORT_LIVED);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    JvmProcess jvm = new JvmProcess(name, builder.start(), log);
    ALIVE.add(jvm);
    return jvm;
  }

  /** A class path of these JARs. */
  static String classPath(List<Path> jars) {
    return String.join(File.pathSeparator, jars.stream().map(Path::toString).toList());
  }

  public String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  /** To be asked when it has ended. */
  void requireSuccess() throws IOException {
    if (process.exitValue() != 0) {
      throw new IOException(name + " has failed: " + log());
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** All that it has printed. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new IllegalStateException("no log of " + name, e);
    }
  }

  /**
   * Waits until something holds, or the process is gone.
   *
   * @throws IllegalStateException with the end of its log if it is gone before
   */
  void await(String what, Duration timeout, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await(name + ": " + what)
        .atMost(timeout)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> !isAlive() || condition.call());
    if (!isAlive()) {
      throw new IllegalStateException(name + " has ended: " + lastLines());
    }
  }

  /** Waits until somebody listens at a port of this machine, or the process is gone. */
  void awaitPort(int port, Duration timeout) {
    await(
        "answer",
        timeout,
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
          }
        });
  }

  private String lastLines() {
    List<String> lines = log().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  /** SIGKILL: it has no chance to do anything more. */
  void kill() {
    process.destroyForcibly();
    waitForEnd();
  }

  /** SIGSTOP: it does nothing more, but is there, with all its connections. */
  void suspend() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).inheritIO().start();
    if (!kill.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IOException("kill -" + signal + " " + pid() + " of " + name + " failed");
    }
  }

  /** SIGTERM, and SIGKILL if that is not enough. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    waitForEnd();
  }

  private void waitForEnd() {
    try {
      if (process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        ALIVE.remove(this);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
