package io.clickstream.local;

import org.jspecify.annotations.Nullable;

/**
 * One broker for all tests of a JVM that need no settings of their own. It ends with the JVM.
 *
 * <p>Names of topics, groups and transactional ids are not those of another test: those that a job
 * has by default belong to tests with a broker of their own.
 */
public final class SharedBroker {

  private static @Nullable EmbeddedBroker broker;

  private SharedBroker() {}

  /** Starts it when it is asked for first. Nobody closes it. */
  public static synchronized EmbeddedBroker get() {
    EmbeddedBroker running = broker;
    if (running == null) {
      running = EmbeddedBroker.start();
      broker = running;
      Runtime.getRuntime().addShutdownHook(new Thread(running::close, "shared-broker-end"));
    }
    return running;
  }
}
