package io.clickstream.preflight;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.kafka.KafkaAnswers;
import io.clickstream.sink.RestoredSink;
import io.clickstream.sink.SinkState;
import java.io.IOException;
import java.util.List;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.jspecify.annotations.Nullable;

/** The state that a job will be restored from, as far as its sink is concerned; read once. */
final class RestoredState {

  private final ClickstreamSettings settings;
  private final @Nullable String path;
  private @Nullable List<SinkState> states;
  private @Nullable String failure;

  RestoredState(ClickstreamSettings settings, ReadableConfig flink) {
    this.settings = settings;
    this.path = flink.getOptional(StateRecoveryOptions.SAVEPOINT_PATH).orElse(null);
  }

  /** The states of all subtasks; empty if nothing is restored, or it cannot be read. */
  List<SinkState> states() {
    List<SinkState> read = states;
    if (read == null) {
      read = read();
      states = read;
    }
    return read;
  }

  private List<SinkState> read() {
    if (path == null) {
      return List.of();
    }
    try {
      return RestoredSink.read(path, settings.kafka(), settings.topics(), settings.sink());
    } catch (IOException | IllegalArgumentException e) {
      failure =
          "what the sink left in %s could not be looked at: %s"
              .formatted(path, KafkaAnswers.reason(e, settings.kafka()));
      return List.of();
    }
  }

  /** Why it cannot be read, or null if it can. */
  @Nullable String failure() {
    states();
    return failure;
  }
}
