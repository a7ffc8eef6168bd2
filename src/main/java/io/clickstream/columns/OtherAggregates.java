package io.clickstream.columns;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Aggregates that a field cannot have, or that have another name, and what to write instead. */
final class OtherAggregates {

  private static final Map<String, String> INSTEAD = new HashMap<>();

  static {
    say(
        "averages of two parts do not make that of the whole; define a sum and a count, and divide"
            + " them where you read them",
        "average avg mean");
    say(
        "it needs every value, so it has no bound; possible are min, max, sum and distinct",
        "median percentile percentiles quantile quantiles stddev variance");
    say(
        "all values have no bound, and their order would be that of arrival; possible are set (the"
            + " 100 smallest texts) and distinct (their number)",
        "list array all values collect concat join");
    say(
        "it needs a count of every value, so it has no bound; count those that matter, such as"
            + " {count: {properties.plan: pro}}",
        "mode top most-frequent");
    say(
        "it depends on the clicks around it, so one late click would change those behind it;"
            + " possible are first and last",
        "previous next nth lag lead delta sequence path");
    say("its name here is first", "earliest oldest");
    say("its name here is last", "latest newest");
    say("its name here is min", "minimum smallest");
    say("its name here is max", "maximum largest");
    say("its name here is sum", "total");
    say("its name here is distinct", "unique uniq count-distinct cardinality");
    say("its name here is any", "exists ever has");
  }

  private OtherAggregates() {}

  private static void say(String instead, String words) {
    for (String word : words.split(" ", -1)) {
      INSTEAD.put(word, instead);
    }
  }

  /** Advice for an aggregate that does not exist, or null if its name is not known. */
  static @Nullable String instead(String word) {
    return INSTEAD.get(word.toLowerCase(Locale.ROOT).replace('_', '-'));
  }
}
