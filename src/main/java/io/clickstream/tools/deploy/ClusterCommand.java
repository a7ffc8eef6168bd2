package io.clickstream.tools.deploy;

import io.clickstream.cli.DurationText;
import io.clickstream.config.UserErrorException;
import io.clickstream.tools.deploy.FlinkRestClient.RestException;
import io.clickstream.tools.deploy.FlinkRestClient.SavepointFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The common part of all commands to a cluster: its address, a token, patience, and answers. */
abstract class ClusterCommand implements Callable<Integer> {

  static final String TOKEN = "FLINK_REST_TOKEN";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rest",
      paramLabel = "URL",
      required = true,
      description = "Where the JobManager answers, such as http://jobmanager:8081. Required.")
  private String rest = "";

  @Option(
      names = "--wait-for-cluster",
      paramLabel = "DURATION",
      defaultValue = "0s",
      converter = DurationText.class,
      description = "How long to wait until it answers. Default: ${DEFAULT-VALUE}.")
  private Duration waitForCluster = Duration.ZERO;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "6min",
      converter = DurationText.class,
      description =
          "How long a savepoint, and how long a job until it runs, may take. A savepoint that Flink"
              + " refuses as tasks begin or end just then is asked for again within this time."
              + " Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ZERO;

  /** Does it, and returns the exit code. */
  abstract int run(FlinkRestClient flink, RemoteJobs jobs) throws IOException, InterruptedException;

  /** Settings of the job, which others will see. */
  List<String> settings() {
    return List.of();
  }

  @Override
  public Integer call() {
    VisibleArguments.requireNoSecret(settings());
    FlinkRestClient flink = new FlinkRestClient(address(), token());
    try {
      awaitCluster(flink);
      return run(flink, new RemoteJobs(flink, timeout, this::say));
    } catch (IOException e) {
      throw failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserErrorException("interrupted", e);
    } finally {
      spec.commandLine().getOut().flush();
    }
  }

  private static @Nullable String token() {
    String token = System.getenv(TOKEN);
    if (token != null && !token.strip().chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new UserErrorException(
          TOKEN + ": there is a character in it that no token has; expected the token alone");
    }
    return token;
  }

  private URI address() {
    try {
      URI address = URI.create(rest);
      if (address.getUserInfo() != null) {
        throw wrong(
            "--rest: expected a URL without user and password; a token belongs into " + TOKEN);
      }
      if (address.getHost() != null && String.valueOf(address.getScheme()).matches("https?")) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw wrong("--rest %s: expected a URL such as http://host:8081".formatted(rest));
  }

  private void awaitCluster(FlinkRestClient flink) throws IOException, InterruptedException {
    long end = System.nanoTime() + waitForCluster.toNanos();
    while (true) {
      try {
        flink.get("/overview");
        return;
      } catch (RestException e) {
        // A gateway before a JobManager that is not there yet.
        if (e.status() < 502 || System.nanoTime() >= end) {
          throw e;
        }
      } catch (IOException e) {
        if (System.nanoTime() >= end) {
          throw e;
        }
      }
      RemoteJobs.pause();
    }
  }

  /** The failure in the words of a user. */
  UserErrorException failed(IOException e) {
    if (e instanceof RestException refused
        && (refused.status() == 401 || refused.status() == 403)) {
      return new UserErrorException(
          "%s: it does not let us in (status %d): expected a valid token in the environment variable %s"
              .formatted(rest, refused.status(), TOKEN),
          e);
    }
    if (e instanceof RestException || e instanceof SavepointFailedException) {
      return new UserErrorException(String.valueOf(e.getMessage()), e);
    }
    return new UserErrorException(
        "%s: Flink does not answer (%s): expected the address of a JobManager's REST interface"
            .formatted(rest, e.getMessage()),
        e);
  }

  /** Tells progress. */
  void say(String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(message);
    err.flush();
  }

  /** Prints a result. */
  void print(String result) {
    spec.commandLine().getOut().println(result);
  }

  ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
