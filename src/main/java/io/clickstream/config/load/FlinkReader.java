package io.clickstream.config.load;

import io.clickstream.config.load.FlinkOptions.Kind;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;

/** Reads the options of Flink that were given among the settings. */
final class FlinkReader {

  private final GivenSettings given;
  private final Configuration flink = new Configuration();

  private FlinkReader(GivenSettings given) {
    this.given = given;
  }

  /** Returns the options that were given and are right; the others are problems. */
  static Configuration read(GivenSettings given) {
    FlinkReader reader = new FlinkReader(given);
    given.flinks().forEach(reader::add);
    reader.mustBePositive(CheckpointingOptions.CHECKPOINTING_INTERVAL, "nothing is ever committed");
    reader.mustBePositive(PipelineOptions.AUTO_WATERMARK_INTERVAL, "no session ever closes");
    return reader.flink;
  }

  private void add(String key, Given value) {
    ConfigOption<?> option =
        FlinkOptions.kindOf(key) instanceof Kind.OfJob job ? job.option() : null;
    if (option != null && !FlinkOptions.accepts(option, value.text())) {
      given.invalid(
          value, key, "a value that Flink can read", "correct it as Flink's documentation says");
      return;
    }
    flink.setString(key, value.text());
    if (!JobDefaults.agrees(key, flink)) {
      given.problem(
          value,
          JobDefaults.required().get(key) + ", on which the job's guarantees rest",
          "remove it");
    }
  }

  private void mustBePositive(ConfigOption<Duration> option, String otherwise) {
    Given value = given.flinks().get(option.key());
    if (value != null
        && !given.isInvalid(option.key())
        && flink.get(option).compareTo(Duration.ofMillis(1)) < 0) {
      given.invalid(
          value, option.key(), "at least 1ms; without it " + otherwise, "set it, or remove it");
    }
  }
}
