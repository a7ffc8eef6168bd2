package io.clickstream.config.load;

import io.clickstream.columns.NearestName;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.Setting;
import io.clickstream.config.load.FlinkOptions.Kind;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says of a key that is no setting what it is instead, and which one was meant. */
final class UnknownKeys {

  private final SettingCatalog catalog;

  UnknownKeys(SettingCatalog catalog) {
    this.catalog = catalog;
  }

  /**
   * The problem with a key, without its value: a misspelt key may well be that of a secret.
   *
   * @param kind what it is to Flink, or null if it is nothing
   */
  Problem problem(Given given, @Nullable Kind kind) {
    String key = given.key();
    String expected;
    String remedy;
    if (kind instanceof Kind.OfCluster) {
      expected = "settings of the job; as a cluster's option it would silently do nothing here";
      remedy = "move it to the config.yaml of the Flink cluster";
    } else if (kind instanceof Kind.OfSubmission) {
      expected = "settings of the job; this one is read before the job's main runs";
      remedy = "give it to flink run as -D" + key + "=…, or put it into the cluster's config.yaml";
    } else if (catalog.isSection(key) || FlinkOptions.isSection(key)) {
      expected = "settings below it, such as " + exampleBelow(key);
      remedy = "write them one by one, each with its own value";
    } else if (kind instanceof Kind.Misspelt) {
      expected = "an option of Flink that a job can set";
      remedy = "the nearest is " + NearestName.of(key, FlinkOptions.jobKeys());
    } else {
      expected = "the key of a setting";
      remedy = "the nearest is " + nearest(key);
    }
    return new Problem(key, null, given.where(), expected, remedy);
  }

  private String exampleBelow(String section) {
    return Stream.of(
            catalog.keys(),
            List.of(KafkaSettings.PROPERTIES.key() + ".sasl.mechanism"),
            FlinkOptions.jobKeys())
        .flatMap(List::stream)
        .filter(key -> key.startsWith(section + "."))
        .findFirst()
        .orElse(section + ".…");
  }

  private String nearest(String key) {
    List<String> keys = new ArrayList<>(catalog.keys());
    keys.addAll(FlinkOptions.jobKeys());
    String nearest = NearestName.of(key, keys);
    if (NearestName.distance(key, nearest) > 3) {
      for (Setting<?> group : catalog.groups()) {
        int members = (int) group.key().chars().filter(c -> c == '.').count() + 1;
        String[] parts = key.split("\\.", members + 1);
        if (parts.length == members + 1
            && group.isOpen()
            && NearestName.distance(
                    key.substring(0, key.length() - parts[members].length() - 1), group.key())
                <= 3) {
          return group.key() + "." + parts[members];
        }
      }
      if (key.startsWith("kafka.")) {
        return KafkaSettings.PROPERTIES.key() + key.substring("kafka".length());
      }
    }
    return nearest;
  }
}
