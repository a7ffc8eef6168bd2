package io.clickstream.clickhouse;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values that stay in the topic alone because the table has no column for them: they are counted,
 * and the log has a line a minute. It happens if the sessionizer starts with a definition before
 * the table has its column, and with sessions of a definition whose column was dropped.
 * Thread-safe.
 */
final class ValuesWithoutColumn {

  private static final Logger LOG = LoggerFactory.getLogger(ValuesWithoutColumn.class);

  private static final Duration TELL_EVERY = Duration.ofMinutes(1);

  private final Counter counter;
  private final Map<String, Long> untold = new TreeMap<>();
  private @Nullable Long told;

  ValuesWithoutColumn(Counter counter) {
    this.counter = counter;
  }

  /** Adds how many there were by the names of the columns. */
  synchronized void add(Map<String, Long> values) {
    if (values.isEmpty()) {
      return;
    }
    values.forEach(
        (name, count) -> {
          counter.inc(count);
          untold.merge(name, count, Long::sum);
        });
    long now = System.nanoTime();
    if (told == null || now - told >= TELL_EVERY.toNanos()) {
      LOG.warn(
          "Values are in the topic alone, the table has no column for them; run clickstream migrate"
              + " with the settings of the sessionizer, then load the topic again:"
              + " since_last_line={}",
          untold);
      told = now;
      untold.clear();
    }
  }
}
