package io.clickstream.benchmark;

import io.clickstream.benchmark.Order.What;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A system in a JVM of its own, seen from the driver. */
final class SystemProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String name;
  private final ChildJvm jvm;
  private int runs;

  SystemProcess(String name, ChildJvm jvm) {
    this.name = name;
    this.jvm = jvm;
  }

  /** The run went wrong, and the system says how; its JVM may be alive. */
  static final class RunFailedException extends IOException {

    private static final long serialVersionUID = 1L;

    RunFailedException(String message) {
      super(message);
    }
  }

  long pid() {
    return jvm.pid();
  }

  String name() {
    return name;
  }

  /** Whether a whole run has been done. */
  boolean isWarm() {
    return runs > 0;
  }

  /** Its configuration, and whether it makes sessions. */
  Reply describe(Run run) throws IOException, InterruptedException {
    return ask(new Order(What.CONFIGURATION, run, 0, null), PATIENCE);
  }

  /** Runs it to the end of the topics. */
  Reply.Figures drain(Run run, long clicks, Duration timeout)
      throws IOException, InterruptedException {
    Reply reply = ask(new Order(What.DRAIN, run, clicks, timeout), timeout.plus(PATIENCE));
    runs++;
    return figures(reply);
  }

  void start(Run run) throws IOException, InterruptedException {
    Reply unused = ask(new Order(What.START, run, 0, null), PATIENCE);
  }

  void measure() throws IOException, InterruptedException {
    Reply unused = ask(new Order(What.MEASURE, null, 0, null), PATIENCE);
  }

  /** The figures since {@link #measure()}. */
  Reply.Figures figures() throws IOException, InterruptedException {
    return figures(ask(new Order(What.FIGURES, null, 0, null), PATIENCE));
  }

  void stop() throws IOException, InterruptedException {
    Reply unused = ask(new Order(What.STOP, null, 0, null), PATIENCE);
    runs++;
  }

  private static Reply.Figures figures(Reply reply) {
    if (reply.figures() == null) {
      throw new IllegalStateException("expected figures, got " + reply);
    }
    return reply.figures();
  }

  private Reply ask(Order order, Duration timeout) throws IOException, InterruptedException {
    jvm.send(JsonLines.write(order));
    Reply reply = JsonLines.read(jvm.receive(timeout), Reply.class);
    String error = reply.error();
    if (error != null) {
      throw new RunFailedException(name + ": " + error);
    }
    return reply;
  }

  /** The lines that say how it is configured. */
  static List<String> lines(Reply reply) {
    return reply.configuration() == null ? List.of() : reply.configuration();
  }

  @Override
  public void close() {
    jvm.close();
  }
}
