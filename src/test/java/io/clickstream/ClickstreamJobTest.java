package io.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.load.Invocation;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** By what name a job is found; what it does, {@code ClickstreamIT} shows. */
class ClickstreamJobTest {

  private static String name(String... more) {
    ClickstreamJob job = new ClickstreamJob();
    return job.name(
        job.read(
            Invocation.of(
                Stream.concat(
                        Stream.of(
                            "--kafka.bootstrap-servers=broker:9092",
                            "--sink.transactional-id-prefix=clickstream"),
                        Stream.of(more))
                    .toArray(String[]::new)),
            Map.of()));
  }

  @Test
  void shouldTellAReplayFromTheJobBesideIt() {
    String[] range = {
      "--ingest.start-from=timestamp:2026-11-01T00:00:00Z",
      "--ingest.stop-at=timestamp:2026-11-02T00:00:00Z"
    };
    assertThat(name()).isEqualTo("Clickstream sessionizer");
    assertThat(name(range)).isEqualTo("Clickstream replay");
  }
}
