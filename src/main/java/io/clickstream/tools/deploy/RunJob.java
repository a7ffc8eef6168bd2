package io.clickstream.tools.deploy;

import io.clickstream.cli.ExitCodes;
import io.clickstream.cli.SettingsArguments;
import io.clickstream.config.UserErrorException;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a job by Flink's own client, as {@code flink run -d} does, and returns its exit code. */
@Command(
    name = "run",
    header = "Run the job on the cluster of this Flink installation.",
    customSynopsis = "clickstream run [OPTION]... [--KEY VALUE]...",
    description = {
      "Runs the job on the cluster that this Flink installation is set up for, by its own client:"
          + " 'flink run -d' with the JAR of this command. So conf/config.yaml decides where it"
          + " goes, also to YARN or Kubernetes, --config is a file of this machine, and the"
          + " preflight sees the cluster's settings.",
      "",
      "'clickstream submit run' needs the cluster's REST address and no Flink here, waits until all"
          + " tasks run, and keeps how the job was submitted, so that 'clickstream submit upgrade'"
          + " can roll back.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The cluster has the job.",
      "1:Not submitted; the error stream says why.",
      ExitCodes.WRONG_LINE
    },
    footer = {
      "",
      "--KEY VALUE are settings of the job; --help-settings lists them.",
      "",
      "Examples:",
      "  clickstream run --config clickstream.yaml --parallelism 4",
      "  clickstream run --config clickstream.yaml --from s3://bucket/savepoints/savepoint-4f1e",
      "  clickstream run --loader --config clickstream.yaml"
    })
public final class RunJob implements Callable<Integer> {

  @Option(
      names = "--loader",
      description =
          "Run the loader, which writes the sessions into ClickHouse. Default: the sessionizer.")
  private boolean loader;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Parallelism of the job. Default: the settings', else the cluster's.")
  private @Nullable Integer parallelism;

  @Option(
      names = "--from",
      paramLabel = "URI",
      description = "Savepoint or checkpoint to go on from. Default: begin anew.")
  private @Nullable String savepoint;

  @Option(
      names = "--allow-non-restored-state",
      description =
          "Go on although state of the savepoint belongs to no operator; it is lost. Default:"
              + " refuse.")
  private boolean allowNonRestoredState;

  @Option(
      names = "--attached",
      description = "Wait until the job ends. Default: until the cluster has it.")
  private boolean attached;

  @Mixin private SettingsArguments settings = new SettingsArguments();

  @Override
  public Integer call() {
    List<String> command = command(flink(System.getenv()), jar());
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UserErrorException(
          "%s cannot be started: %s".formatted(command.get(0), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserErrorException("interrupted", e);
    }
  }

  private List<String> command(Path flink, Path jar) {
    List<String> command = new ArrayList<>(List.of(flink.toString(), "run"));
    if (!attached) {
      command.add("-d");
    }
    if (parallelism != null) {
      command.addAll(List.of("-p", parallelism.toString()));
    }
    if (savepoint != null) {
      command.addAll(List.of("-s", savepoint));
    }
    if (allowNonRestoredState) {
      command.add("-n");
    }
    command.addAll(List.of("-c", loader ? Deployment.LOADER_CLASS : Deployment.JOB_CLASS));
    command.add(jar.toString());
    command.addAll(settings.arguments());
    return command;
  }

  /** Flink's client: of the installation that is named, else the one on the path. */
  private static Path flink(Map<String, String> environment) {
    List<Path> places = new ArrayList<>();
    String home = environment.getOrDefault("FLINK_HOME", "");
    if (!home.isEmpty()) {
      places.add(Path.of(home, "bin", "flink"));
    }
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!folder.isEmpty()) {
        places.add(Path.of(folder, "flink"));
      }
    }
    return places.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new UserErrorException(
                    "there is no program flink; expected it in bin of the folder that FLINK_HOME"
                        + " names, or on the PATH. 'clickstream submit run' needs none"));
  }

  /** The JAR that this class is in. */
  private static Path jar() {
    CodeSource source = RunJob.class.getProtectionDomain().getCodeSource();
    try {
      Path jar = source == null ? Path.of("") : Path.of(source.getLocation().toURI());
      if (Files.isRegularFile(jar)) {
        return jar;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new UserErrorException(
        "this command does not run from the JAR, which it would submit; build it with ./mvnw"
            + " package -DskipTests and run target/clickstream");
  }
}
