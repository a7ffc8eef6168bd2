package io.clickstream.topology;

import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/** Flink clusters for tests that kill a TaskManager; such a test closes its own. */
final class OwnCluster {

  private OwnCluster() {}

  /**
   * Starts one with TaskManagers of one slot each: a job that needs as many slots has tasks on all
   * of them.
   */
  static MiniCluster start(int taskManagers) throws Exception {
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(
                    new Configuration()
                        .set(RestOptions.BIND_PORT, "0")
                        .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64))
                        .set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(30)))
                .setNumTaskManagers(taskManagers)
                .setNumSlotsPerTaskManager(1)
                .build());
    cluster.start();
    return cluster;
  }
}
