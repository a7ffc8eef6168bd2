package io.clickstream.tools;

import io.clickstream.config.Secrets;
import io.clickstream.config.UserErrorException;
import io.clickstream.tools.FlinkRestClient.Job;
import io.clickstream.tools.FlinkRestClient.Program;
import io.clickstream.tools.FlinkRestClient.RestException;
import io.clickstream.tools.FlinkRestClient.SavepointFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * Runs, stops and upgrades jobs through Flink's REST interface. This JAR alone is enough; Flink
 * need not be installed.
 *
 * <p>What a command is asked for is all that it prints on standard output: a job's id, a
 * savepoint's place. What it is doing goes to the error stream. Exit code 0 if it was done, 1 with
 * the reason if not, 2 for a wrong command line, 3 if an upgrade failed and what ran before runs
 * again.
 */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    subcommands = {
      Submit.ListJobs.class,
      Submit.Upload.class,
      Submit.Run.class,
      Submit.Savepoint.class,
      Submit.Stop.class,
      Submit.Cancel.class,
      Submit.Upgrade.class
    },
    description = {
      "Runs, stops and upgrades jobs through Flink's REST interface.",
      "",
      "Standard output is the result alone: a job's id, a savepoint's place. For an endpoint that is",
      "protected, the environment variable " + Submit.TOKEN + " has the bearer token.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  run --rest http://jobmanager:8081 --jar clickstream-job.jar --config /opt/clickstream.yaml",
      "  upgrade --rest http://jobmanager:8081 --job 'Clickstream sessionizer' --jar clickstream-job.jar",
      "  stop --rest http://jobmanager:8081 --job 4f1e… --to s3://bucket/savepoints"
    })
public final class Submit {

  static final String TOKEN = "FLINK_REST_TOKEN";

  private static final int ROLLED_BACK = 3;
  private static final String JOB_CLASS = "io.clickstream.ClickstreamJob";
  private static final Duration POLL = Duration.ofMillis(300);

  /** How long a job that was just over may still be told to run. */
  private static final Duration CACHED = Duration.ofMillis(3_500);

  private static final Pattern ARGUMENT = Pattern.compile("--([^\\s=]+)(?:=(.*))?", Pattern.DOTALL);

  private static final String PARAMETERS = "pipeline.global-job-parameters";

  private Submit() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command with an output of one's choice. */
  static CommandLine commandLine() {
    return new CommandLine(new Submit())
        .setExpandAtFiles(false)
        .setExecutionExceptionHandler(new UserErrors());
  }

  /** What all commands have in common. */
  private abstract static class OnCluster implements Callable<Integer> {

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--rest",
        paramLabel = "URL",
        required = true,
        description = "Where the JobManager answers, such as http://jobmanager:8081.")
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
        description = {
          "How long a savepoint, and how long a job until it runs, may take. A savepoint that",
          "Flink refuses as tasks begin or end just then is asked for again within this time.",
          "Default: ${DEFAULT-VALUE}."
        })
    private Duration timeout = Duration.ZERO;

    abstract void run(FlinkRestClient flink) throws IOException, InterruptedException;

    int exitCode() {
      return 0;
    }

    /** Settings of the job, which others will see. */
    List<String> settings() {
      return List.of();
    }

    @Override
    public Integer call() {
      messageFor(settings())
          .ifPresent(
              message -> {
                throw new UserErrorException(message);
              });
      FlinkRestClient flink = new FlinkRestClient(address(), token());
      try {
        awaitCluster(flink);
        run(flink);
        return exitCode();
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
      throw new ParameterException(
          spec.commandLine(), "--rest %s: expected a URL such as http://host:8081".formatted(rest));
    }

    private void awaitCluster(FlinkRestClient flink) throws IOException, InterruptedException {
      long end = System.nanoTime() + waitForCluster.toNanos();
      while (true) {
        try {
          flink.get("/overview");
          return;
        } catch (RestException e) {
          // What stands before a JobManager that is not there yet.
          if (e.status() < 502 || System.nanoTime() >= end) {
            throw e;
          }
        } catch (IOException e) {
          if (System.nanoTime() >= end) {
            throw e;
          }
        }
        pause();
      }
    }

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
      String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new UserErrorException(
          "%s: Flink does not answer (%s): expected the address of a JobManager's REST interface"
              .formatted(rest, message),
          e);
    }

    void say(String message) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(message);
      err.flush();
    }

    void print(String result) {
      spec.commandLine().getOut().println(result);
    }

    ParameterException wrong(String message) {
      return new ParameterException(spec.commandLine(), message);
    }

    /** Asks until the answer is not null; that there is none for a while is no answer. */
    <T> T await(String what, Ask<T> ask) throws IOException, InterruptedException {
      long end = System.nanoTime() + timeout.toNanos();
      while (true) {
        IOException failure = null;
        try {
          T answer = ask.ask();
          if (answer != null) {
            return answer;
          }
        } catch (IOException e) {
          if (isFinal(e)) {
            throw e;
          }
          failure = e;
        }
        if (System.nanoTime() >= end) {
          throw new UserErrorException(
              "%s did not happen within %d s (--timeout)%s"
                  .formatted(
                      what,
                      timeout.toSeconds(),
                      failure == null ? "" : "; Flink does not answer: " + failure.getMessage()),
              failure);
        }
        pause();
      }
    }

    /** Whether it is an answer of Flink, and not that of something between. */
    static boolean isFinal(IOException e) {
      return e instanceof SavepointFailedException
          || (e instanceof RestException refused && refused.status() < 502);
    }

    /** Submits, and returns when the cluster knows the job, also if its answer was lost. */
    void submit(FlinkRestClient flink, Deployment deployment, Program program, String job)
        throws IOException, InterruptedException {
      try {
        String unused = flink.run(deployment.jar(), program, job);
      } catch (IOException e) {
        if (isFinal(e)) {
          throw e;
        }
        say("no answer (%s); looking for the job".formatted(e.getMessage()));
        String unused = await("job " + job, () -> isKnown(flink, job) ? job : null);
      }
    }

    static boolean isKnown(FlinkRestClient flink, String job)
        throws IOException, InterruptedException {
      return flink.jobs().stream().anyMatch(each -> each.id().equals(job));
    }

    static void pause() throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }

    /** The job of an id or a name that is not over. */
    Job find(FlinkRestClient flink, String job) throws IOException, InterruptedException {
      List<Job> known = flink.jobs();
      List<Job> meant =
          known.stream()
              .filter(each -> !each.isOver())
              .filter(each -> each.id().equals(job) || each.name().equals(job))
              .toList();
      if (meant.size() == 1) {
        return meant.get(0);
      }
      StringBuilder all = new StringBuilder();
      known.forEach(
          each ->
              all.append("\n  ")
                  .append(each.id())
                  .append("  ")
                  .append(each.state())
                  .append("  ")
                  .append(each.name()));
      throw new UserErrorException(
          "--job %s: %s; expected the id or the name of one that runs%s"
              .formatted(
                  job,
                  meant.isEmpty() ? "there is no such job" : "there are " + meant.size() + " of it",
                  known.isEmpty() ? ", but there is none" : ":" + all));
    }

    /** Waits until the job runs and, if asked for, has completed a checkpoint. */
    void awaitRunning(FlinkRestClient flink, String job, boolean checkpoint)
        throws IOException, InterruptedException {
      try {
        await(
            "job %s: all tasks running%s".formatted(job, checkpoint ? " and a checkpoint" : ""),
            () -> {
              Job now = flink.job(job);
              if (now.isOver()) {
                throw new UserErrorException(
                    "job %s is %s: %s".formatted(job, now.state(), lastFailure(flink, job)));
              }
              return flink.isRunning(job) && (!checkpoint || flink.completedCheckpoints(job) > 0)
                  ? now
                  : null;
            });
      } catch (UserErrorException e) {
        String failure = lastFailure(flink, job);
        throw failure.isEmpty() || String.valueOf(e.getMessage()).contains(failure)
            ? e
            : new UserErrorException(e.getMessage() + "; it failed with: " + failure, e);
      }
    }

    static String lastFailure(FlinkRestClient flink, String job)
        throws IOException, InterruptedException {
      List<String> failures = flink.failures(job);
      return failures.isEmpty() ? "" : ServerTrace.rootMessage(failures.get(0));
    }

    /**
     * Asks for a savepoint until there is one or it will not be.
     *
     * <p>Flink refuses it while a task begins, ends or restarts. So it does at one moment after
     * each start, when the job has loaded its reference data and the task that did ends.
     */
    String untilTaken(FlinkRestClient flink, Job job, Attempt attempt)
        throws IOException, InterruptedException {
      long end = System.nanoTime() + timeout.toNanos();
      boolean said = false;
      while (true) {
        try {
          return attempt.savepoint();
        } catch (SavepointFailedException e) {
          if (!e.isPassing() || System.nanoTime() >= end) {
            throw e;
          }
          if (!said) {
            say("no savepoint yet (%s); trying again".formatted(e.getMessage()));
            said = true;
          }
        }
        pause();
        awaitRunning(flink, job.id(), false);
      }
    }

    String awaitSavepoint(FlinkRestClient flink, Job job, String request)
        throws IOException, InterruptedException {
      return await("a savepoint of job " + job.id(), () -> flink.savepoint(job.id(), request));
    }

    String stop(FlinkRestClient flink, Job job, @Nullable String directory)
        throws IOException, InterruptedException {
      String savepoint =
          untilTaken(
              flink,
              job,
              () -> {
                String request = flink.beginStop(job.id(), directory);
                try {
                  return awaitSavepoint(flink, job, request);
                } catch (UserErrorException e) {
                  throw new UserErrorException(
                      e.getMessage()
                          + "; it may still come, and the job then ends: Flink's web UI shows where"
                          + " it lies, and 'run --from' goes on from there",
                      e);
                }
              });
      say("savepoint %s".formatted(savepoint));
      try {
        Job unused =
            await("the end of job " + job.id(), () -> flink.job(job.id()).isOver() ? job : null);
      } catch (IOException | UserErrorException e) {
        throw new UserErrorException(
            "the savepoint is %s, but the job does not end: %s"
                .formatted(savepoint, e.getMessage()),
            e);
      }
      return savepoint;
    }

    void cancel(FlinkRestClient flink, String job) throws IOException, InterruptedException {
      if (flink.job(job).isOver()) {
        return;
      }
      flink.cancel(job);
      await("the end of job " + job, () -> flink.job(job).isOver() ? job : null);
    }
  }

  /** The new job has to be looked at before anything else runs. */
  private static final class NotRolledBackException extends UserErrorException {
    private static final long serialVersionUID = 1L;

    NotRolledBackException(String message, Exception reason) {
      super(message, reason);
    }
  }

  /** A question whose answer may not be there yet. */
  private interface Ask<T> {
    @Nullable T ask() throws IOException, InterruptedException;
  }

  /** One savepoint that is asked for and waited for. */
  private interface Attempt {
    String savepoint() throws IOException, InterruptedException;
  }

  /** A JAR on this machine or one on the cluster. */
  private static final class Jar {
    @Option(names = "--jar", paramLabel = "FILE", description = "The JAR to upload and run.")
    private @Nullable Path file;

    @Option(names = "--jar-id", paramLabel = "ID", description = "One that was uploaded before.")
    private @Nullable String id;

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
  }

  /** The job that is meant. */
  private static final class Which {
    @Option(
        names = "--job",
        paramLabel = "ID|NAME",
        required = true,
        description = "Id or name of a job that runs.")
    private String job = "";

    @Option(
        names = "--to",
        paramLabel = "URI",
        description =
            "Directory for the savepoint. Default: the cluster's execution.checkpointing.savepoint-dir.")
    private @Nullable String directory;
  }

  private static String upload(FlinkRestClient flink, Path jar)
      throws IOException, InterruptedException {
    if (!Files.isRegularFile(jar)) {
      throw new UserErrorException("--jar %s: there is no such file".formatted(jar));
    }
    return flink.upload(jar);
  }

  /** What is to be said of arguments that are secret, or that this tool needs itself. */
  static Optional<String> messageFor(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      Matcher argument = ARGUMENT.matcher(arguments.get(i));
      if (!argument.matches()) {
        continue;
      }
      String key = argument.group(1);
      String given = argument.group(2);
      String value = given != null ? given : i + 1 < arguments.size() ? arguments.get(i + 1) : "";
      if (key.equals(PARAMETERS)) {
        return Optional.of("--" + key + ": this tool keeps there how a job was submitted");
      }
      if (Secrets.isNotForOthers(key, value)) {
        return Optional.of(
            "--%s: arguments are seen in Flink's web UI; give it to the JobManager as the environment variable CLICKSTREAM_%s"
                .formatted(key, key.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT)));
      }
    }
    return Optional.empty();
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Prints the jobs that the cluster knows: id, state, name.")
  static final class ListJobs extends OnCluster {
    @Override
    void run(FlinkRestClient flink) throws IOException, InterruptedException {
      flink.jobs().forEach(job -> print(job.id() + "  " + job.state() + "  " + job.name()));
    }
  }

  @Command(
      name = "upload",
      mixinStandardHelpOptions = true,
      description = "Uploads a JAR and prints the id under which it can be run.")
  static final class Upload extends OnCluster {
    @Option(names = "--jar", paramLabel = "FILE", required = true, description = "The JAR.")
    private Path jar = Path.of("");

    @Override
    void run(FlinkRestClient flink) throws IOException, InterruptedException {
      print(upload(flink, jar));
    }
  }

  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Runs a job and prints its id once all its tasks run. Nothing is submitted if its settings",
        "or its preflight are not right.",
        ""
      },
      footer = {"", "All other arguments are settings of the job."})
  static final class Run extends OnCluster {
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Jar jar = new Jar();

    @Option(
        names = "--class",
        paramLabel = "NAME",
        defaultValue = JOB_CLASS,
        description = "Main class. Default: ${DEFAULT-VALUE}.")
    private String entryClass = "";

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
        description = "Go on although state of the savepoint belongs to no operator; it is lost.")
    private boolean allowNonRestoredState;

    @Option(
        names = "--unless-running",
        description = "Do nothing and print the id if a job of the same name runs.")
    private boolean unlessRunning;

    @Unmatched private List<String> settings = new ArrayList<>();

    @Override
    List<String> settings() {
      return settings;
    }

    @Override
    void run(FlinkRestClient flink) throws IOException, InterruptedException {
      Deployment deployment =
          new Deployment(jar.onCluster(flink), entryClass, settings, parallelism);
      if (unlessRunning) {
        String name = flink.plan(deployment.jar(), deployment.plan());
        Optional<Job> running =
            flink.jobs().stream()
                .filter(job -> job.name().equals(name) && !job.isOver())
                .findFirst();
        if (running.isPresent()) {
          if (jar.file != null) {
            flink.delete(deployment.jar());
          }
          say("'%s' runs already".formatted(name));
          print(running.get().id());
          return;
        }
      }
      String job = FlinkRestClient.newJobId();
      submit(flink, deployment, deployment.program(savepoint, allowNonRestoredState), job);
      say("submitted as %s".formatted(job));
      try {
        awaitRunning(flink, job, false);
      } catch (UserErrorException e) {
        throw new UserErrorException(
            e.getMessage() + "; unless it is over it is still there, and 'cancel --job' ends it",
            e);
      }
      print(job);
    }
  }

  @Command(
      name = "savepoint",
      mixinStandardHelpOptions = true,
      description = "Takes a savepoint of a job that goes on, and prints where it lies.")
  static final class Savepoint extends OnCluster {
    @Mixin private Which which = new Which();

    @Override
    void run(FlinkRestClient flink) throws IOException, InterruptedException {
      Job job = find(flink, which.job);
      print(
          untilTaken(
              flink,
              job,
              () -> awaitSavepoint(flink, job, flink.beginSavepoint(job.id(), which.directory))));
    }
  }

  @Command(
      name = "stop",
      mixinStandardHelpOptions = true,
      description = {
        "Stops a job with a savepoint and prints where it lies. Sessions that are open stay open in",
        "it."
      })
  static final class Stop extends OnCluster {
    @Mixin private Which which = new Which();

    @Override
    void run(FlinkRestClient flink) throws IOException, InterruptedException {
      print(stop(flink, find(flink, which.job), which.directory));
    }
  }

  @Command(
      name = "cancel",
      mixinStandardHelpOptions = true,
      description = {
        "Ends a job at once. Its last checkpoint remains, but what it has written since is read",
        "again by whoever starts from there."
      })
  static final class Cancel extends OnCluster {
    @Option(
        names = "--job",
        paramLabel = "ID|NAME",
        required = true,
        description = "Id or name of a job that is not over.")
    private String job = "";

    @Override
    void run(FlinkRestClient flink) throws IOException, InterruptedException {
      cancel(flink, find(flink, job).id());
    }
  }

  @Command(
      name = "upgrade",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Replaces a job by another JAR, other settings or another parallelism, and prints the new",
        "job's id: stops it with a savepoint, goes on from there, and waits for the first checkpoint.",
        "If that does not come, what ran before goes on from the same savepoint (exit code 3).",
        "Nothing is stopped if the new job's settings or its preflight are not right.",
        ""
      },
      footer = {
        "",
        "All other arguments are settings of the job. Without any, those that it was submitted with",
        "remain."
      })
  static final class Upgrade extends OnCluster {
    @Mixin private Which which = new Which();

    @ArgGroup(exclusive = true)
    private @Nullable Jar jar;

    @Option(
        names = "--class",
        paramLabel = "NAME",
        description = "Main class. Default: as it was submitted.")
    private @Nullable String entryClass;

    @Option(
        names = "--parallelism",
        paramLabel = "N",
        description = "Parallelism of the job. Default: as it was submitted.")
    private @Nullable Integer parallelism;

    @Option(
        names = "--allow-non-restored-state",
        description = "Go on although state of the savepoint belongs to no operator; it is lost.")
    private boolean allowNonRestoredState;

    @Option(
        names = "--previous-jar",
        paramLabel = "FILE",
        description = "The JAR to roll back to, if the cluster does not have it any more.")
    private @Nullable Path previousJar;

    @Option(
        names = "--no-roll-back",
        description = "Leave a new job that does not come up as it is.")
    private boolean noRollBack;

    @Unmatched private List<String> settings = new ArrayList<>();

    @Override
    List<String> settings() {
      return settings;
    }

    private boolean rolledBack;

    @Override
    int exitCode() {
      return rolledBack ? ROLLED_BACK : 0;
    }

    @Override
    void run(FlinkRestClient flink) throws IOException, InterruptedException {
      Job old = find(flink, which.job);
      Optional<Deployment> recorded = Deployment.of(flink.parameters(old.id()));
      Deployment before = noRollBack ? null : rollBackTo(flink, old, recorded);
      Deployment wanted = wanted(flink, recorded);
      String planned = flink.plan(wanted.jar(), wanted.plan());
      say("settings and preflight of '%s' are right".formatted(planned));

      String savepoint = stop(flink, old, which.directory);
      say("stopped %s".formatted(old.id()));
      try {
        String job = start(flink, wanted, savepoint, true);
        say("%s goes on as %s".formatted(old.id(), job));
        print(job);
      } catch (NotRolledBackException e) {
        throw e;
      } catch (IOException | UserErrorException e) {
        String reason = String.valueOf((e instanceof IOException io ? failed(io) : e).getMessage());
        if (before == null) {
          throw new UserErrorException(
              "the new job does not come up, and nothing else runs; the savepoint is %s: %s"
                  .formatted(savepoint, reason),
              e);
        }
        say("the new job does not come up: %s".formatted(reason));
        rollBack(flink, before, savepoint);
      }
    }

    /** What is to run if the new job does not; to be known before anything is stopped. */
    private Deployment rollBackTo(FlinkRestClient flink, Job old, Optional<Deployment> recorded)
        throws IOException, InterruptedException {
      if (recorded.isEmpty()) {
        throw new UserErrorException(
            ("--job %s: it was not submitted by this tool, so that nobody knows what to roll back"
                    + " to; give --no-roll-back, with all settings")
                .formatted(old.id()));
      }
      Deployment before = recorded.get();
      if (previousJar != null) {
        return before.withJar(upload(flink, previousJar));
      }
      if (!flink.jars().contains(before.jar())) {
        throw new UserErrorException(
            "the cluster does not have %s any more, which runs now: give it as --previous-jar, or --no-roll-back"
                .formatted(before.jar()));
      }
      return before;
    }

    private Deployment wanted(FlinkRestClient flink, Optional<Deployment> recorded)
        throws IOException, InterruptedException {
      if (recorded.isEmpty()) {
        if (jar == null) {
          throw wrong("--jar is missing: the job was not submitted by this tool");
        }
        return new Deployment(
            jar.onCluster(flink),
            entryClass == null ? JOB_CLASS : entryClass,
            settings,
            parallelism);
      }
      Deployment before = recorded.get();
      return new Deployment(
          jar == null ? before.jar() : jar.onCluster(flink),
          entryClass == null ? before.entryClass() : entryClass,
          settings.isEmpty() ? before.arguments() : settings,
          parallelism == null ? before.parallelism() : parallelism);
    }

    private String start(
        FlinkRestClient flink, Deployment deployment, String savepoint, boolean endIfNot)
        throws IOException, InterruptedException {
      String job = FlinkRestClient.newJobId();
      try {
        submit(flink, deployment, deployment.program(savepoint, allowNonRestoredState), job);
        awaitRunning(flink, job, true);
        return job;
      } catch (IOException | UserErrorException e) {
        if (endIfNot && !noRollBack) {
          end(flink, job, savepoint, e);
        }
        throw e;
      }
    }

    /** Returns if the job is over and has committed nothing. */
    private void end(FlinkRestClient flink, String job, String savepoint, Exception reason)
        throws InterruptedException {
      long checkpoints;
      try {
        if (!isKnown(flink, job)) {
          return;
        }
        cancel(flink, job);
        TimeUnit.MILLISECONDS.sleep(CACHED.toMillis());
        checkpoints = flink.completedCheckpoints(job);
      } catch (IOException | UserErrorException e) {
        reason.addSuppressed(e);
        throw new NotRolledBackException(
            "the new job %s does not come up (%s) and could not be cancelled (%s): nothing was rolled back; the savepoint is %s"
                .formatted(job, reason.getMessage(), e.getMessage(), savepoint),
            reason);
      }
      if (checkpoints > 0) {
        throw new NotRolledBackException(
            "the new job %s was cancelled (%s), but had completed %d checkpoints: what it wrote is committed, so that it has to go on from its last one, under execution.checkpointing.dir, and not from the savepoint before it, %s"
                .formatted(job, reason.getMessage(), checkpoints, savepoint),
            reason);
      }
    }

    private void rollBack(FlinkRestClient flink, Deployment before, String savepoint)
        throws IOException, InterruptedException {
      try {
        String job = start(flink, before, savepoint, false);
        say("rolled back: what ran before goes on as %s".formatted(job));
        print(job);
        rolledBack = true;
      } catch (IOException | UserErrorException e) {
        throw new UserErrorException(
            "what ran before does not come up either; it stands at savepoint %s: %s"
                .formatted(savepoint, e.getMessage()),
            e);
      }
    }
  }
}
