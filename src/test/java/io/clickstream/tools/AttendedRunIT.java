package io.clickstream.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AttendedRunIT {

  /** Says its process id and what it was given, then stays until it is ended. */
  static final class Staying {
    public static void main(String[] args) throws InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("ended")));
      System.out.println(ProcessHandle.current().pid() + " " + List.of(args));
      new CountDownLatch(1).await();
    }
  }

  /** Fails in its main method. */
  static final class Failing {
    public static void main(String[] args) {
      throw new IllegalStateException("broken on purpose");
    }
  }

  @Test
  void shouldRunShutdownHooksAndEndWhenItsParentIsKilled(@TempDir Path folder) throws Exception {
    // Given a shell that has started it and waits
    Path output = folder.resolve("output");
    Process shell =
        command("\"$@\" & wait", Staying.class.getName(), "a b", "")
            .redirectOutput(output.toFile())
            .start();
    await().until(() -> Files.readString(output).endsWith("\n"));
    String[] started = Files.readAllLines(output).get(0).split(" ", 2);
    ProcessHandle child = ProcessHandle.of(Long.parseLong(started[0])).orElseThrow();
    try {
      assertThat(started[1]).isEqualTo("[a b, ]");

      // When
      shell.destroyForcibly();

      // Then
      child.onExit().get(30, SECONDS);
      assertThat(Files.readAllLines(output)).containsExactly(String.join(" ", started), "ended");
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void shouldFailWithTheCauseWhenMainThrows() throws Exception {
    // When
    Process process = command("exec \"$@\" 2>&1", Failing.class.getName()).start();

    // Then
    assertThat(process.inputReader(UTF_8).readLine())
        .isEqualTo(
            "Exception in thread \"main\" java.lang.IllegalStateException: broken on purpose");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  void shouldNameTheClassWhenItDoesNotExist() throws Exception {
    // When
    Process process = command("exec \"$@\" 2>&1", "io.clickstream.tools.Nothing").start();

    // Then
    assertThat(process.inputReader(UTF_8).readLine())
        .isEqualTo(
            "There is no class io.clickstream.tools.Nothing: expected the name of a main class.");
    assertThat(process.waitFor()).isEqualTo(2);
  }

  private static ProcessBuilder command(String script, String... args) {
    List<String> java =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            AttendedRun.class.getName());
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(java);
    command.addAll(List.of(args));
    return new ProcessBuilder(command);
  }
}
