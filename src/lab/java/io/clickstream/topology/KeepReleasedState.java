package io.clickstream.topology;

import io.clickstream.local.EmbeddedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.util.FileUtils;

/**
 * Keeps a savepoint of the present state, from which jobs of all later releases must go on. It is
 * done once for each release.
 *
 * <p>Exit code 0 if it was kept, 2 if no version was named.
 */
final class KeepReleasedState {

  private KeepReleasedState() {}

  public static void main(String[] args) throws Exception {
    if (args.length != 1 || args[0].startsWith("-")) {
      System.err.println(
          "Expected one argument, the version of the release, such as 0.1.0; found "
              + args.length
              + ".");
      System.exit(2);
    }
    Path directory = Files.createTempDirectory("clickstream-state-");
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        MiniCluster cluster = ReleasedState.cluster()) {
      cluster.start();
      ReleasedState.keep(args[0], broker, cluster, directory);
    } finally {
      FileUtils.deleteDirectory(directory.toFile());
    }
    System.out.println("kept in " + ReleasedState.RELEASES.resolve(args[0]));
    System.exit(0);
  }
}
