package io.clickstream.config.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.SessionSettings;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.junit.jupiter.api.Test;

/** {@code config/flink/config.yaml}, as a cluster reads it. */
class ClusterFileTest {

  private static final Configuration FILE =
      GlobalConfiguration.loadConfiguration(Path.of("config", "flink").toAbsolutePath().toString());

  @Test
  void shouldHoldOnlyKeysThatFlinkKnows() throws IllegalAccessException {
    Set<String> known = new HashSet<>();
    for (Class<?> options :
        List.of(
            CheckpointingOptions.class,
            CoreOptions.class,
            HeartbeatManagerOptions.class,
            HighAvailabilityOptions.class,
            JobManagerOptions.class,
            MetricOptions.class,
            TaskManagerOptions.class)) {
      for (Field field : options.getFields()) {
        if (Modifier.isStatic(field.getModifiers())
            && field.get(null) instanceof ConfigOption<?> option) {
          known.add(option.key());
        }
      }
    }
    // A reporter's own keys; what they do is seen by the test that scrapes.
    assertThat(FILE.keySet())
        .isNotEmpty()
        .filteredOn(key -> !key.startsWith("metrics.reporter.prom."))
        .isSubsetOf(known);
  }

  @Test
  void shouldLeaveRoomForTheCacheOfEachSlot() {
    SessionSettings defaults = Reading.read().settings().session();
    long heap = TaskExecutorProcessUtils.processSpecFromConfig(FILE).getTaskHeapSize().getBytes();
    int slots = FILE.get(TaskManagerOptions.NUM_TASK_SLOTS);

    assertThat(slots * defaults.cacheSize()).isLessThan(heap / 2);
    assertThat(FILE.get(CoreOptions.FLINK_TM_JVM_OPTIONS)).contains("-XX:+UseParallelGC");
  }
}
