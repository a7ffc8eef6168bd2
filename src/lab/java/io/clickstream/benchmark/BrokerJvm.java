package io.clickstream.benchmark;

import io.clickstream.local.EmbeddedBroker;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/** The JVM of the broker: says where it is on standard output, and ends when its input does. */
public final class BrokerJvm {

  /** Large segments and buffers: everything is written once and read by one system at a time. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "log.segment.bytes", Integer.toString(512 << 20),
          "socket.send.buffer.bytes", Integer.toString(1 << 20),
          "socket.receive.buffer.bytes", Integer.toString(1 << 20),
          "message.max.bytes", Integer.toString(64 << 20),
          "log.message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));

  private BrokerJvm() {}

  /** Takes the directory of the broker. */
  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err);
    try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]), PROPERTIES)) {
      ChildJvm.answer(answers, broker.bootstrapServers());
      while (System.in.read() >= 0) {
        // Nothing is asked of it.
      }
    }
    System.exit(0);
  }
}
