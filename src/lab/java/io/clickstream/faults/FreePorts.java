package io.clickstream.faults;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports on the loopback interface that were free a moment ago, each only once.
 *
 * <p>They lie below those that a system gives to clients, and most processes have other ones: a
 * cluster that starts beside this one does not take a port before its process listens.
 */
final class FreePorts {

  private static final int FIRST = 10_000;

  /** Of a process. */
  private static final int COUNT = 500;

  /** Neighbours have other ids modulo this. */
  private static final int PROCESSES = 43;

  private static int taken;

  private FreePorts() {}

  /**
   * As many different ones.
   *
   * @throws IOException if so many are not free
   */
  static synchronized List<Integer> take(int count) throws IOException {
    List<Integer> ports = new ArrayList<>();
    int first = FIRST + (int) (ProcessHandle.current().pid() % PROCESSES) * COUNT;
    while (ports.size() < count) {
      if (taken == COUNT) {
        throw new IOException("no port is free from " + first + " to " + (first + COUNT - 1));
      }
      int port = first + taken;
      taken++;
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        ports.add(socket.getLocalPort());
      } catch (BindException e) {
        // Somebody has it.
      }
    }
    return ports;
  }
}
