package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Savepoints of every release, kept as files with all records of their topics: a job goes on from
 * each, and what it makes together with what was made then is right.
 *
 * <p>{@code ./mvnw -Plab -Dargs="keep-state 0.1.0"} keeps one more.
 */
@Timeout(300)
class ReleasedStateIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir Path directory;

  private EmbeddedBroker broker;
  private MiniCluster cluster;

  @BeforeEach
  void start() throws Exception {
    broker = SharedBroker.get();
    cluster = SharedCluster.get();
  }

  static List<String> releases() throws IOException {
    try (Stream<Path> found = Files.list(ReleasedState.RELEASES)) {
      return found.map(release -> release.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  @DisplayName("S23: a job goes on from the state of every release")
  void shouldGoOnFromEveryRelease(String release) throws Exception {
    Path kept = ReleasedState.RELEASES.resolve(release);
    try (Topics topics = new Topics(broker, "released", ReleasedState.PARTITIONS)) {
      topics.send(ReleasedState.records(kept));
      ClickstreamSettings settings = ReleasedState.settings(topics);
      RunningJob job =
          RunningJob.start(
              cluster, settings, 3, directory, kept.toAbsolutePath().toUri().toString());
      ClickTraffic traffic =
          ClickTraffic.after(
              ReleasedState.time(kept), 24, topics.names.clicks().get(0), ReleasedState.PARTITIONS);
      topics.send(traffic.next(500));
      topics.send(traffic.closing());

      Reconciliation.Result result =
          new Reconciliation(topics, settings).awaitAgreement(traffic.now() - 3_000_000, PATIENCE);
      job.stopWithSavepoint(directory);

      assertThat(job.result()).containsEntry("clickstream.read", result.totals().read());
      assertThat(result.sessions()).isGreaterThan(200);
    }
  }
}
