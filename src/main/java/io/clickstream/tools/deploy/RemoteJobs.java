package io.clickstream.tools.deploy;

import io.clickstream.config.UserErrorException;
import io.clickstream.tools.deploy.FlinkRestClient.Job;
import io.clickstream.tools.deploy.FlinkRestClient.Program;
import io.clickstream.tools.deploy.FlinkRestClient.RestException;
import io.clickstream.tools.deploy.FlinkRestClient.SavepointFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Jobs on a cluster: each method returns when the cluster is as it says, or throws the reason
 * within a bounded time. An answer that does not come is asked for again; a refusal is final.
 */
final class RemoteJobs {

  private static final Duration POLL = Duration.ofMillis(300);

  private final FlinkRestClient flink;
  private final Duration timeout;
  private final Consumer<String> progress;

  /**
   * Jobs of one cluster.
   *
   * @param timeout of each wait
   * @param progress takes a sentence where something takes longer
   */
  RemoteJobs(FlinkRestClient flink, Duration timeout, Consumer<String> progress) {
    this.flink = flink;
    this.timeout = timeout;
    this.progress = progress;
  }

  /** Submits, and returns when the cluster knows the job, also if its answer was lost. */
  void submit(Deployment deployment, Program program, String job)
      throws IOException, InterruptedException {
    try {
      String unused = flink.run(deployment.jar(), program, job);
    } catch (IOException e) {
      if (isFinal(e)) {
        throw e;
      }
      progress.accept("no answer (%s); looking for the job".formatted(e.getMessage()));
      String unused = await("job " + job, () -> isKnown(job) ? job : null);
    }
  }

  boolean isKnown(String job) throws IOException, InterruptedException {
    return flink.jobs().stream().anyMatch(each -> each.id().equals(job));
  }

  /** Waits until the job runs and, if asked for, has completed a checkpoint. */
  void awaitRunning(String job, boolean checkpoint) throws IOException, InterruptedException {
    try {
      await(
          "job %s: all tasks running%s".formatted(job, checkpoint ? " and a checkpoint" : ""),
          () -> {
            Job now = flink.job(job);
            if (now.isOver()) {
              throw new UserErrorException(
                  "job %s is %s: %s".formatted(job, now.state(), lastFailure(job)));
            }
            return flink.isRunning(job) && (!checkpoint || flink.completedCheckpoints(job) > 0)
                ? now
                : null;
          });
    } catch (UserErrorException e) {
      String failure = lastFailure(job);
      throw failure.isEmpty() || String.valueOf(e.getMessage()).contains(failure)
          ? e
          : new UserErrorException(e.getMessage() + "; it failed with: " + failure, e);
    }
  }

  private String lastFailure(String job) throws IOException, InterruptedException {
    List<String> failures = flink.failures(job);
    return failures.isEmpty() ? "" : ServerTrace.rootMessage(failures.get(0));
  }

  /** The job of an id or a name that is not over. */
  Job find(String job) throws IOException, InterruptedException {
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

  /** Stops the job with a savepoint, waits for its end, and returns where the savepoint lies. */
  String stop(Job job, @Nullable String directory) throws IOException, InterruptedException {
    String savepoint =
        untilTaken(
            job,
            () -> {
              String request = flink.beginStop(job.id(), directory);
              try {
                return awaitSavepoint(job, request);
              } catch (UserErrorException e) {
                throw new UserErrorException(
                    e.getMessage()
                        + "; it may still come, and the job then ends: Flink's web UI shows where"
                        + " it lies, and 'clickstream submit run --from' goes on from there",
                    e);
              }
            });
    progress.accept("savepoint %s".formatted(savepoint));
    try {
      Job unused =
          await("the end of job " + job.id(), () -> flink.job(job.id()).isOver() ? job : null);
    } catch (IOException | UserErrorException e) {
      throw new UserErrorException(
          "the savepoint is %s, but the job does not end: %s".formatted(savepoint, e.getMessage()),
          e);
    }
    return savepoint;
  }

  /** Takes a savepoint of a job that goes on, and returns where it lies. */
  String savepoint(Job job, @Nullable String directory) throws IOException, InterruptedException {
    return untilTaken(job, () -> awaitSavepoint(job, flink.beginSavepoint(job.id(), directory)));
  }

  /** Ends the job at once, and returns when it is over. */
  void cancel(String job) throws IOException, InterruptedException {
    if (flink.job(job).isOver()) {
      return;
    }
    flink.cancel(job);
    await("the end of job " + job, () -> flink.job(job).isOver() ? job : null);
  }

  /**
   * Asks for a savepoint until there is one or it will not be.
   *
   * <p>Flink refuses it while a task begins, ends or restarts. So it does at one moment after each
   * start, when the job has loaded its reference data and the task that did ends.
   */
  private String untilTaken(Job job, Attempt attempt) throws IOException, InterruptedException {
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
          progress.accept("no savepoint yet (%s); trying again".formatted(e.getMessage()));
          said = true;
        }
      }
      pause();
      awaitRunning(job.id(), false);
    }
  }

  private String awaitSavepoint(Job job, String request) throws IOException, InterruptedException {
    return await("a savepoint of job " + job.id(), () -> flink.savepoint(job.id(), request));
  }

  /** Asks until the answer is not null; that there is none for a while is no answer. */
  private <T> T await(String what, Ask<T> ask) throws IOException, InterruptedException {
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

  /** Whether it is an answer of Flink, and not one of something between. */
  private static boolean isFinal(IOException e) {
    return e instanceof SavepointFailedException
        || (e instanceof RestException refused && refused.status() < 502);
  }

  static void pause() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
  }

  /** A question whose answer may not be there yet. */
  private interface Ask<T> {
    @Nullable T ask() throws IOException, InterruptedException;
  }

  /** One savepoint that is asked for and waited for. */
  private interface Attempt {
    String savepoint() throws IOException, InterruptedException;
  }
}
