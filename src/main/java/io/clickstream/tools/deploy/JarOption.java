package io.clickstream.tools.deploy;

import io.clickstream.config.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A JAR on this machine or one on the cluster. */
final class JarOption {

  @Option(names = "--jar", paramLabel = "FILE", description = "The JAR to upload and run.")
  @Nullable Path file;

  @Option(
      names = "--jar-id",
      paramLabel = "ID",
      description = "One that was uploaded before, instead.")
  private @Nullable String id;

  /** The id of the JAR on the cluster, once it is there. */
  String onCluster(FlinkRestClient flink) throws IOException, InterruptedException {
    if (file != null) {
      return upload(flink, file);
    }
    String known = String.valueOf(id);
    List<String> all = flink.jars();
    if (!all.contains(known)) {
      throw new UserErrorException(
          "--jar-id %s: there is no such JAR on the cluster; expected one of %s"
              .formatted(known, all));
    }
    return known;
  }

  static String upload(FlinkRestClient flink, Path jar) throws IOException, InterruptedException {
    if (!Files.isRegularFile(jar)) {
      throw new UserErrorException("--jar %s: there is no such file".formatted(jar));
    }
    return flink.upload(jar);
  }
}
