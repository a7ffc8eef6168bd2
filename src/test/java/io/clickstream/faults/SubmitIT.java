package io.clickstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.CommandRun;
import io.clickstream.faults.FaultCluster.JobFiles;
import io.clickstream.tools.deploy.FlinkRestClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tool that submits, on a cluster of processes, and what its jobs have made. */
@Tag("full")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SubmitIT {

  private static final String SAVEPOINTS = "s3://" + S3Process.BUCKET + "/savepoints";

  @TempDir private static Path directory;

  private static FaultCluster cluster;
  private static URI rest;
  private static FlinkRestClient flink;

  @BeforeAll
  static void start() throws Exception {
    cluster = FaultCluster.start(directory.resolve("cluster"), FaultCluster.CALM, 1);
    rest = URI.create("http://127.0.0.1:" + cluster.flink().restPort());
    flink = new FlinkRestClient(rest, null);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void endJobs() throws Exception {
    cluster.flink().rest().endJobs();
  }

  private static CommandRun submit(String command, List<String> settings, String... options) {
    List<String> arguments = new ArrayList<>(List.of("submit", command, "--rest", rest.toString()));
    arguments.addAll(List.of(options));
    arguments.addAll(settings);
    return CommandRun.of(arguments);
  }

  private static CommandRun submit(String command, String... options) {
    return submit(command, List.of(), options);
  }

  private static FaultRun started(String name) throws Exception {
    JobFiles files = cluster.createTopics(name, Map.of());
    CommandRun run =
        submit(
            "run", files.arguments(), "--jar", FaultCluster.jar().toString(), "--parallelism", "2");
    assertThat(run.exitCode()).as(run.err()).isZero();
    return FaultRun.start(cluster, files, Load.USUAL, 500, 7, run.out());
  }

  private static void requireAgreement(FaultRun run) throws Exception {
    FaultRun.Outcome outcome = run.finish();
    assertThat(outcome.good()).as("%s", outcome.report().differences()).isTrue();
    assertThat(outcome.report().sessions()).isGreaterThan(100);
  }

  @Test
  void shouldGoOnAsNextReleaseAndLoseNothing() throws Exception {
    FaultRun run = started("upgraded");
    Path next =
        NextRelease.make(FaultCluster.jar(), directory.resolve("next"), NextRelease.WITH_COLUMN);

    CommandRun upgrade =
        submit(
            "upgrade",
            "--job",
            run.job(),
            "--jar",
            next.toString(),
            "--parallelism",
            "3",
            "--to",
            SAVEPOINTS);

    assertThat(upgrade.exitCode()).as(upgrade.err()).isZero();
    assertThat(upgrade.err())
        .contains("savepoint " + SAVEPOINTS + "/savepoint-")
        .contains(run.job() + " goes on as " + upgrade.out());
    assertThat(flink.job(run.job()).state()).isEqualTo("FINISHED");
    assertThat(flink.parallelism(upgrade.out())).isEqualTo(3);
    run.goesOnAs(upgrade.out());
    requireAgreement(run);
  }

  @Test
  void shouldRollBackReleaseThatCannotReadTheStateAndLoseNothing() throws Exception {
    FaultRun run = started("rolled-back");
    Path broken =
        NextRelease.make(FaultCluster.jar(), directory.resolve("broken"), NextRelease.BROKEN);
    // Without it, a new job that restarts for ever is over when --timeout is.
    List<String> settings = new ArrayList<>(run.files().arguments());
    settings.add("--restart-strategy.type=none");

    CommandRun upgrade =
        submit(
            "upgrade",
            settings,
            "--job",
            "Clickstream sessionizer",
            "--jar",
            broken.toString(),
            "--to",
            SAVEPOINTS);

    assertThat(upgrade.exitCode()).as(upgrade.err()).isEqualTo(3);
    assertThat(upgrade.err())
        .contains("the new job does not come up: ")
        .containsPattern(
            "session state of layout version=\\d+ cannot be read, expected version=1 to")
        .contains("rolled back: what ran before goes on as " + upgrade.out());
    assertThat(flink.parallelism(upgrade.out())).isEqualTo(2);
    assertThat(flink.jobs()).filteredOn(job -> !job.isOver()).hasSize(1);
    run.goesOnAs(upgrade.out());
    requireAgreement(run);
  }

  @Test
  void shouldGoOnFromSavepointAndRunNothingTwice() throws Exception {
    FaultRun run = started("stopped");
    List<String> settings = run.files().arguments();
    String jar = FaultCluster.jar().toString();

    CommandRun again = submit("run", settings, "--jar", jar, "--unless-running");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.out()).isEqualTo(run.job());
    assertThat(submit("list").out()).contains(run.job() + "  RUNNING  Clickstream sessionizer");

    CommandRun kept = submit("savepoint", "--job", run.job(), "--to", SAVEPOINTS);
    assertThat(kept.out()).as(kept.err()).startsWith(SAVEPOINTS + "/savepoint-");
    CommandRun nowhere = submit("savepoint", "--job", run.job(), "--to", "file:///proc/nowhere");
    assertThat(nowhere.exitCode()).isEqualTo(1);
    assertThat(nowhere.err()).contains("/proc/nowhere").doesNotContain("trying again", "\tat ");
    assertThat(flink.isRunning(run.job())).isTrue();

    CommandRun stop = submit("stop", "--job", run.job(), "--to", SAVEPOINTS);
    assertThat(stop.exitCode()).as(stop.err()).isZero();
    assertThat(submit("stop", "--job", run.job()).err())
        .startsWith("--job " + run.job() + ": there is no such job; expected the id or the name");

    CommandRun restored = submit("run", settings, "--jar", jar, "--from", stop.out());
    assertThat(restored.exitCode()).as(restored.err()).isZero();
    run.goesOnAs(restored.out());
    requireAgreement(run);
  }

  @Test
  void shouldStopNothingForWhatWouldNotRun() throws Exception {
    FaultRun run = started("kept");

    CommandRun wrong =
        submit("upgrade", List.of("--session.gapp", "3s"), "--job", run.job(), "--to", SAVEPOINTS);
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err())
        .contains("session.gapp")
        .contains("session.gap")
        .doesNotContain("\tat ");

    CommandRun missing = submit("upgrade", "--job", run.job(), "--jar", "no-such.jar");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).isEqualToIgnoringNewLines("--jar no-such.jar: there is no such file");

    assertThat(flink.isRunning(run.job())).isTrue();
    requireAgreement(run);
  }
}
