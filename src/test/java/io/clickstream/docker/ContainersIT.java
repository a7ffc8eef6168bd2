package io.clickstream.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.kafka.KafkaContainer;

/** The job against Kafka's official image. */
@Tag("full")
@Tag("docker")
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class ContainersIT {

  private static KafkaContainer kafka;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws Exception {
    Docker.require();
    kafka =
        new KafkaContainer("apache/kafka:" + Build.property("kafka.version"))
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    kafka.start();
  }

  @AfterAll
  static void stop() {
    if (kafka != null) {
      kafka.stop();
    }
  }

  @Test
  void shouldWriteWhatIsExpectedOfTheClicks() throws Exception {
    JobRun run = new JobRun(kafka.getBootstrapServers());
    Tool.Result created = run.topics("--create", 1);
    assertThat(created.exitCode()).as(created.output()).isZero();
    assertThat(run.topics("--create", 1).output()).contains("as planned, 24 partitions");

    run.requireAgreement(directory);
  }
}
