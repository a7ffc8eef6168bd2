package io.clickstream.topology;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * One Flink cluster for all tests of a JVM that kill none of its parts: a TaskManager with four
 * slots. It ends with the JVM.
 */
final class SharedCluster {

  private static @Nullable MiniCluster cluster;

  private SharedCluster() {}

  /** Starts it when it is asked for first. Every job on it is ended by its test. */
  static synchronized MiniCluster get() throws Exception {
    MiniCluster running = cluster;
    if (running == null) {
      running =
          new MiniCluster(
              new MiniClusterConfiguration.Builder()
                  .setConfiguration(
                      new Configuration()
                          .set(RestOptions.BIND_PORT, "0")
                          .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64)))
                  .setNumTaskManagers(1)
                  .setNumSlotsPerTaskManager(4)
                  .build());
      running.start();
      cluster = running;
      Runtime.getRuntime().addShutdownHook(new Thread(running::closeAsync, "shared-cluster-end"));
    }
    return running;
  }
}
