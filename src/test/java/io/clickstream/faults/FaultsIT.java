package io.clickstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.reconcile.Reconciliation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Faults of a real cluster of processes, each followed by a reconciliation. */
@DisplayName("S22: nothing is lost and nothing is twice")
@Tag("full")
class FaultsIT {

  private static final double RATE = 800;

  private static FaultCluster cluster;

  private @Nullable FaultRun run;

  @BeforeAll
  static void start() throws Exception {
    Path directory = Files.createTempDirectory("clickstream-faults-");
    cluster = FaultCluster.start(directory, Map.of(), 2);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** What a test that has failed has left: its job needs the slots of the next one. */
  @AfterEach
  void endWhatIsLeft() throws Exception {
    if (run != null) {
      run.abandon();
    }
    cluster.flink().rest().endJobs();
  }

  @Test
  void shouldLoseNothingWhenTaskManagerIsKilled() throws Exception {
    check(Scenario.TASKMANAGER_KILLED, false);
  }

  @Test
  @Tag("long")
  void shouldLoseNothingWhenTransactionCoordinatorIsKilled() throws Exception {
    check(Scenario.COORDINATOR_KILLED, true);
  }

  @Test
  void shouldLoseNothingWhenJobManagerIsKilled() throws Exception {
    check(Scenario.JOBMANAGER_KILLED, false);
  }

  @Test
  @Tag("long")
  void shouldLoseNothingWhenUpgradedAndRescaled() throws Exception {
    check(Scenario.UPGRADED, false);
  }

  @Test
  @Tag("long")
  void shouldNoticeAndBringBackWhatTransactionsThatTimedOutHaveLost() throws Exception {
    check(Scenario.TRANSACTIONS_TIMED_OUT, false);
  }

  private void check(Scenario scenario, boolean overRest) throws Exception {
    run =
        FaultRun.start(
            cluster, scenario.text(), scenario.settings(), scenario.defects(), RATE, 7, overRest);
    scenario.inflict(run);
    FaultRun.Outcome outcome = run.finish();

    Reconciliation.Report report = outcome.report();
    assertThat(outcome.good()).as("%s", report.differences()).isTrue();
    assertThat(outcome.hits()).isNotEmpty();
    assertThat(outcome.recoveryMs()).isPositive();
    assertThat(report.sessions()).isGreaterThan(100);
    assertThat(report.late()).isPositive();
    assertThat(report.duplicates()).isPositive();
    assertThat(report.rejected()).isPositive();
  }
}
