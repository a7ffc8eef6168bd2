package io.clickstream.config.load;

import static io.clickstream.config.load.Reading.config;
import static io.clickstream.config.load.Reading.problems;
import static io.clickstream.config.load.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlinkOptionsTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "execution.checkpointing.interval, 5s",
    "execution.checkpointing.dir, s3://bucket/checkpoints",
    "execution.checkpointing.snapshot-compression, false",
    "execution.state-recovery.path, s3://bucket/savepoints/1",
    "execution.runtime-mode, STREAMING",
    "pipeline.name, shop",
    "pipeline.max-parallelism, 720",
    "pipeline.global-job-parameters.team, data",
    "pipeline.generic-types, false",
    "state.backend.type, hashmap",
    "state.backend.rocksdb.block.blocksize, 16kb",
    "state.backend.rocksdb.predefined-options, FLASH_SSD_OPTIMIZED",
    "state.backend.forst.anything, 1",
    "state.changelog.enabled, true",
    "restart-strategy.type, exponential-delay",
    "restart-strategy.exponential-delay.max-backoff, 1min",
    "parallelism.default, 4",
  })
  void shouldPassOnOptionsOfJob(String key, String value) {
    assertThat(read("--" + key, value).flink().toMap()).containsEntry(key, value);
  }

  @ParameterizedTest
  @CsvSource({
    "state.backend, state.backend.type, hashmap",
    "state.checkpoints.dir, execution.checkpointing.dir, file:///c",
    "state.backend.incremental, execution.checkpointing.incremental, true",
    "restart-strategy, restart-strategy.type, none",
  })
  void shouldPassOnDeprecatedKeysUnderTheirCurrentName(
      String former, String current, String value) {
    Map<String, String> flink = read("--" + former, value).flink().toMap();

    assertThat(flink).containsEntry(current, value).doesNotContainKey(former);
  }

  @Test
  void shouldLetArgumentWinOverDeprecatedKeyInFile() throws IOException {
    // Given
    String file = config(directory, "state.backend.incremental: true");

    // When
    Configuration flink = read(file, "--execution.checkpointing.incremental", "false").flink();

    // Then
    assertThat(flink.get(CheckpointingOptions.INCREMENTAL_CHECKPOINTS)).isFalse();
  }

  @Test
  void shouldReportOptionUnderTwoNames() throws IOException {
    String file =
        config(
            directory,
            "state.backend.incremental: true\nexecution.checkpointing.incremental: true");

    assertThat(problems(file))
        .extracting(Problem::key, Problem::where)
        .containsExactly(tuple("execution.checkpointing.incremental", "settings.yaml, line 2"));
  }

  @Test
  void shouldPassOnLists() throws IOException {
    // Given
    String file =
        config(
            directory,
            "pipeline.cached-files: ['name:a,path:file:///it''s', 'name:b,path:file:///b']");

    // Then
    assertThat(read(file).flink().get(PipelineOptions.CACHED_FILES))
        .isEqualTo(List.of("name:a,path:file:///it's", "name:b,path:file:///b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jobmanager.memory.process.size",
        "taskmanager.numberOfTaskSlots",
        "rest.port",
        "high-availability.type",
        "metrics.reporters",
        "s3.access-key",
        "fs.default-scheme",
        "scheduler-mode",
        "kubernetes.cluster-id",
        "pekko.startup-timeout",
        "heartbeat.timeout",
        "env.java.opts.all",
        "security.ssl.internal.enabled",
        "execution.checkpointing.num-retained",
        "pipeline.watermark-alignment.buffer-size",
        "pipeline.watermark-alignment.allow-unaligned-source-splits",
      })
  void shouldRefuseOptionsOfCluster(String key) {
    assertThat(problems("--" + key, "x"))
        .extracting(Problem::key, Problem::expected, Problem::remedy)
        .containsExactly(
            tuple(
                key,
                "settings of the job; as a cluster's option it would silently do nothing here",
                "move it to the config.yaml of the Flink cluster"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"execution.target", "execution.attached", "pipeline.jars"})
  void shouldRefuseOptionsOfSubmission(String key) {
    assertThat(problems("--" + key, "x"))
        .extracting(Problem::key, Problem::remedy)
        .containsExactly(
            tuple(
                key,
                "give it to flink run as -D"
                    + key
                    + "=…, or put it into the cluster's config.yaml"));
  }

  @ParameterizedTest
  @CsvSource({
    "execution.checkpointing.intervall, execution.checkpointing.interval",
    "execution.checkpoint.interval, execution.checkpointing.interval",
    "state.backend.typ, state.backend.type",
    "parallelism.defualt, parallelism.default",
    "restart-strategy.exponential-delay.max-back-off,"
        + " restart-strategy.exponential-delay.max-backoff",
    "state.backend.rocksdb.block.block-sise, state.backend.rocksdb.block.blocksize",
  })
  void shouldNameNearestOptionWhenMisspelt(String key, String nearest) {
    assertThat(problems("--" + key, "1"))
        .extracting(Problem::key, Problem::remedy)
        .containsExactly(tuple(key, "the nearest is " + nearest));
  }

  @ParameterizedTest
  @CsvSource({
    "execution.checkpointing.interval, soon",
    "execution.checkpointing.incremental, perhaps",
    "parallelism.default, four",
    "execution.checkpointing.interval, 0s",
    "pipeline.auto-watermark-interval, 0ms",
  })
  void shouldRefuseValuesThatFlinkCannotReadOrTheJobCannotWorkWith(String key, String value) {
    assertThat(problems("--" + key, value))
        .extracting(Problem::key, Problem::value)
        .containsExactly(tuple(key, value));
  }

  @ParameterizedTest
  @CsvSource({
    "execution.checkpointing.mode, AT_LEAST_ONCE, EXACTLY_ONCE",
    "execution.runtime-mode, BATCH, STREAMING",
    "execution.checkpointing.checkpoints-after-tasks-finish, false, true",
    "pipeline.generic-types, true, false",
    "pipeline.auto-generate-uids, true, false",
  })
  void shouldRefuseOtherValuesOfWhatTheJobInsistsOn(String key, String value, String required) {
    assertThat(problems("--" + key, value))
        .extracting(Problem::key, Problem::expected)
        .containsExactly(tuple(key, required + ", on which the job's guarantees rest"));
  }
}
