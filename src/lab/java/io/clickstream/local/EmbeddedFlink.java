package io.clickstream.local;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/** Flink in this JVM, with a web UI that only this machine reaches. */
public final class EmbeddedFlink {

  private EmbeddedFlink() {}

  /**
   * The settings of a cluster, to which others can be added.
   *
   * @param directory for its files
   * @param ports of the web UI, the first that is free: a port, a range such as 8081-8199, or 0 for
   *     any
   */
  public static Configuration configuration(String directory, String ports) {
    return new Configuration()
        .set(CoreOptions.TMP_DIRS, directory)
        .set(WebOptions.TMP_DIR, directory)
        .set(JobManagerOptions.ADDRESS, "localhost")
        .set(RestOptions.ADDRESS, "localhost")
        .set(RestOptions.BIND_ADDRESS, "localhost")
        .set(RestOptions.BIND_PORT, ports);
  }

  /** Starts a cluster of one TaskManager. */
  public static MiniCluster start(Configuration configuration, int slots) throws Exception {
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    try {
      cluster.start();
    } catch (Exception e) {
      var unused = cluster.closeAsync();
      throw e;
    }
    return cluster;
  }
}
