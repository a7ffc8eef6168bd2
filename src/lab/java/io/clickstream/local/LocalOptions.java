package io.clickstream.local;

import io.clickstream.config.UserErrorException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * The options of the local mode; those that it does not know itself are passed on to the job.
 *
 * @param replay the file to replay, or null for live traffic
 * @param out where the results of a replay go
 * @param partitions of the click topic
 * @param profiles JSON lines to load before, or null
 * @param products JSON lines to load before, or null
 * @param rate events a second of live traffic
 * @param visitors of live traffic
 * @param seed of live traffic
 * @param clickHouse address of a server that the sessions are loaded into, or null
 * @param duration after which live traffic ends by itself, or null for never
 * @param restPort of Flink's web UI, or null for any that is free
 * @param jobArguments as the job's {@code main} takes them
 */
record LocalOptions(
    @Nullable Path replay,
    @Nullable Path out,
    int partitions,
    @Nullable Path profiles,
    @Nullable Path products,
    double rate,
    int visitors,
    long seed,
    @Nullable String clickHouse,
    @Nullable Duration duration,
    @Nullable Integer restPort,
    List<String> jobArguments) {

  static final String HELP =
      """
      Clickstream in one JVM: a Kafka broker, the job on Flink with its web UI, and traffic.

        ./mvnw -Plocal                                   live traffic until Ctrl-C
        ./mvnw -Plocal -Dargs="--replay FILE --out DIR"  a file, to its end

      Live:
        --rate N          events a second (500)
        --visitors N      devices that take turns (20000)
        --seed N          decides everything random (1)
        --clickhouse URL  load the sessions into a server that runs, and show what it answers
        --duration D      end by itself after this time, such as 5min (never)
        --rest.port N     port of Flink's web UI (8081, or the next that is free)

      Replay:
        --replay FILE     clicks, one JSON object a line
        --out DIR         where enriched-sessions.jsonl, late-clicks.jsonl, rejected-clicks.jsonl and
                          summary.json go (with topics.duplicates also duplicates.jsonl); existing
                          ones are replaced. The last lines on the screen name what looks wrong
        --partitions N    of the click topic (1: the same file always gives the same result; more
                          are faster, and a click whose clock is ahead makes no others late)
        --profiles FILE   user profiles, one JSON object a line
        --products FILE   products, one JSON object a line

      Both:
        --config FILE     settings of the job
        --KEY VALUE       a setting of the job, such as --session.gap 10s
        --debug           errors with their stack traces, and the logs of Kafka and Flink
        --help            this text
      """;

  private static final Set<String> LIVE =
      Set.of("rate", "visitors", "seed", "clickhouse", "duration");
  private static final Set<String> REPLAY =
      Set.of("replay", "out", "partitions", "profiles", "products");
  private static final Set<String> REST = Set.of("rest.port", "rest.bind-port");
  private static final Set<String> FLAGS = Set.of("help", "debug");
  private static final Set<String> OF_THE_JOB = Set.of("config");

  /**
   * Takes a command line apart.
   *
   * @throws UserErrorException if an option of the local mode is wrong
   */
  static LocalOptions of(String... args) {
    Map<String, String> own = new LinkedHashMap<>();
    List<String> ofTheJob = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      String argument = args[i];
      int equals = argument.indexOf('=');
      String name =
          argument.startsWith("--")
              ? argument.substring(2, equals < 0 ? argument.length() : equals)
              : "";
      if (LIVE.contains(name) || REPLAY.contains(name) || REST.contains(name)) {
        String value =
            equals >= 0 ? argument.substring(equals + 1) : i + 1 < args.length ? args[++i] : null;
        if (value == null || (equals < 0 && value.startsWith("--"))) {
          throw new UserErrorException(
              "--" + name + ": expected a value after it; --help tells more.");
        }
        if (own.put(name, value) != null) {
          throw new UserErrorException("--" + name + ": expected once, it is there twice.");
        }
        continue;
      }
      if (!name.isEmpty()
          && name.indexOf('.') < 0
          && !FLAGS.contains(name)
          && !OF_THE_JOB.contains(name)) {
        Set<String> known = new TreeSet<>(LIVE);
        known.addAll(REPLAY);
        known.addAll(OF_THE_JOB);
        throw new UserErrorException(
            "--"
                + name
                + ": there is no such option; expected one of --"
                + String.join(", --", known)
                + ", or a setting of the job such as --session.gap. --help tells more.");
      }
      ofTheJob.add(argument);
      // A value of the job's must not be taken for an option of ours.
      if (!name.isEmpty() && equals < 0 && !FLAGS.contains(name) && i + 1 < args.length) {
        ofTheJob.add(args[++i]);
      }
    }
    return of(own, ofTheJob);
  }

  private static LocalOptions of(Map<String, String> own, List<String> ofTheJob) {
    boolean replay = own.containsKey("replay");
    for (String name : own.keySet()) {
      if (!replay && REPLAY.contains(name)) {
        throw new UserErrorException("--" + name + ": only a replay has it; add --replay FILE.");
      }
      if (replay && LIVE.contains(name)) {
        throw new UserErrorException("--" + name + ": only live traffic has it; remove --replay.");
      }
    }
    if (replay && !own.containsKey("out")) {
      throw new UserErrorException("--out: a replay needs it; add --out DIR for the results.");
    }
    return new LocalOptions(
        path(own, "replay"),
        path(own, "out"),
        (int) number(own, "partitions", replay ? 1 : 4, 1, 1000),
        path(own, "profiles"),
        path(own, "products"),
        number(own, "rate", 500, 1, 1_000_000),
        (int) number(own, "visitors", 20_000, 1, 10_000_000),
        number(own, "seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
        own.get("clickhouse"),
        duration(own, "duration"),
        restPort(own),
        List.copyOf(ofTheJob));
  }

  private static @Nullable Path path(Map<String, String> own, String name) {
    String value = own.get(name);
    try {
      return value == null ? null : Path.of(value);
    } catch (InvalidPathException e) {
      throw new UserErrorException("--" + name + " " + value + ": no path: " + e.getReason());
    }
  }

  private static @Nullable Duration duration(Map<String, String> own, String name) {
    String value = own.get(name);
    try {
      return value == null ? null : TimeUtils.parseDuration(value);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(
          "--" + name + " " + value + ": expected a duration such as 90s or 5min.");
    }
  }

  private static @Nullable Integer restPort(Map<String, String> own) {
    String name = own.containsKey("rest.port") ? "rest.port" : "rest.bind-port";
    return own.containsKey(name) ? (int) number(own, name, 0, 1, 65_535) : null;
  }

  private static long number(
      Map<String, String> own, String name, long otherwise, long smallest, long largest) {
    String value = own.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= smallest && number <= largest) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, together with what is a number but too small or too large.
    }
    throw new UserErrorException(
        "--"
            + name
            + " "
            + value
            + ": expected a number from "
            + smallest
            + " to "
            + largest
            + ".");
  }
}
