package io.clickstream.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of a benchmark. */
final class BenchmarkOptions {

  @Option(
      names = "--systems",
      split = ",",
      paramLabel = "S",
      defaultValue = "l2,ours",
      completionCandidates = SystemNames.class,
      description = {
        "Which, in the order of their turns: some of ${COMPLETION-CANDIDATES}.",
        "Default: ${DEFAULT-VALUE}."
      })
  List<String> systems = new ArrayList<>();

  @Option(
      names = "--workload",
      split = ",",
      paramLabel = "W",
      defaultValue = "R1",
      converter = WorkloadConverter.class,
      description =
          "R1, R1-late, R1-dup, R1-bad, R1-hot, R1-wide, R1-night, R1-segment, R1-batch, R1-avro,"
              + " R1-fields, R1-many-fields, R1-cuts; several in turn. Default: ${DEFAULT-VALUE}.")
  List<Workload> workloads = new ArrayList<>();

  @Option(
      names = "--clicks",
      paramLabel = "N",
      defaultValue = "5m",
      converter = NumberConverter.class,
      description = "In the topic, such as 500k or 5m. Default: ${DEFAULT-VALUE}.")
  long clicks;

  @Option(
      names = "--visitors",
      paramLabel = "N",
      converter = NumberConverter.class,
      description =
          "Default: 200k, R1-wide 1m. Time passes in proportion: 0.1 clicks a minute each.")
  @Nullable Long visitors;

  @Option(
      names = "--interval",
      split = ",",
      paramLabel = "D",
      defaultValue = "1s",
      converter = DurationConverter.class,
      description = "Between checkpoints or commits; several in turn. Default: ${DEFAULT-VALUE}.")
  List<Duration> intervals = new ArrayList<>();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "Warm runs of each; a cold one comes before. Default: ${DEFAULT-VALUE}.")
  int runs;

  @Option(
      names = "--warm-for",
      paramLabel = "D",
      defaultValue = "0s",
      converter = DurationConverter.class,
      description =
          "Repeat the cold run for as long, so that short runs are warm. Default: ${DEFAULT-VALUE}.")
  Duration warmFor = Duration.ZERO;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Where benchmark.json and the logs go, or the pictures.")
  Path out = Path.of("");

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      defaultValue = "2",
      description = "Of every system. Default: ${DEFAULT-VALUE}.")
  int parallelism;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "1g",
      description = "Of the JVM of every system, as -Xmx has it. Default: ${DEFAULT-VALUE}.")
  String heap = "";

  @Option(
      names = "--jvm-args",
      paramLabel = "ARGS",
      defaultValue = "",
      description = {
        "Arguments for the JVM of every system, separated by spaces, instead of those with which",
        "each is fastest."
      })
  String jvmArguments = "";

  @Option(
      names = "--profile",
      paramLabel = "SYSTEM",
      description = "Record the JVM of this system with JFR, into SYSTEM.jfr beside the results.")
  @Nullable String profile;

  @Option(
      names = "--setting",
      paramLabel = "KEY=VALUE",
      description = "A setting of ours, such as --setting session.dedup-window=0; may be repeated.")
  Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--cluster",
      paramLabel = "KEY=VALUE",
      description = {
        "A setting of the Flink cluster in which the systems run that are Flink jobs, such as",
        "--cluster taskmanager.memory.segment-size=64kb; may be repeated."
      })
  Map<String, String> cluster = new LinkedHashMap<>();

  @Option(
      names = "--latency",
      description = {
        "Instead: clicks at a fixed rate and a gap of seconds, and how long after the earliest",
        "possible moment a reader has the sessions."
      })
  boolean latency;

  @Option(
      names = "--clickhouse",
      description = {
        "With --latency: load the sessions into ClickHouse as well, and see how long it takes until",
        "they are there. The server is that of CLICKHOUSE_URL or of .ci/install."
      })
  boolean clickHouse;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20k",
      converter = NumberConverter.class,
      description = "With --latency: clicks a second. Default: ${DEFAULT-VALUE}.")
  long rate;

  @Option(
      names = "--warm-up",
      paramLabel = "D",
      defaultValue = "20s",
      converter = DurationConverter.class,
      description = "With --latency: before anything is measured. Default: ${DEFAULT-VALUE}.")
  Duration warmUp = Duration.ZERO;

  @Option(
      names = "--duration",
      paramLabel = "D",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "With --latency: how long is measured. Default: ${DEFAULT-VALUE}.")
  Duration duration = Duration.ZERO;

  @Option(
      names = "--gap",
      paramLabel = "D",
      defaultValue = "2s",
      converter = DurationConverter.class,
      description = "With --latency: of the sessions. Default: ${DEFAULT-VALUE}.")
  Duration gap = Duration.ZERO;

  @Option(
      names = "--out-of-orderness",
      paramLabel = "D",
      defaultValue = "3s",
      converter = DurationConverter.class,
      description = "With --latency: the bound of the watermarks. Default: ${DEFAULT-VALUE}.")
  Duration outOfOrderness = Duration.ZERO;

  @Option(
      names = "--assert-faster",
      paramLabel = "N",
      description = {
        "Fail if the steady rate of ours is not this many times that of the plain job: it has no",
        "part of how long a job takes to start."
      })
  @Nullable Double assertFaster;

  @Option(
      names = "--charts",
      split = ",",
      paramLabel = "DIR",
      description = "Instead: make pictures of the results in these directories.")
  List<Path> charts = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides everything random. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "15min",
      converter = DurationConverter.class,
      description = "After which a run has failed. Default: ${DEFAULT-VALUE}.")
  Duration timeout = Duration.ZERO;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Where topics and state lie while it runs. Default: the temporary directory.")
  @Nullable Path work;

  /** Visitors of a workload, unless others are asked for. */
  int visitors(Workload workload) {
    return visitors == null ? workload.visitors() : Math.toIntExact(visitors);
  }

  /** Visitors that take turns under a fixed load. */
  int pacedVisitors() {
    return visitors(Workload.R1);
  }

  /** {@code 500k}, {@code 5m} or {@code 123}. */
  static final class NumberConverter implements ITypeConverter<Long> {

    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)([km]?)");

    @Override
    public Long convert(String value) {
      Matcher matcher = FORM.matcher(value.toLowerCase(Locale.ROOT));
      if (!matcher.matches()) {
        throw new TypeConversionException("'" + value + "': expected a number such as 500k or 5m");
      }
      double factor =
          switch (matcher.group(2)) {
            case "k" -> 1e3;
            case "m" -> 1e6;
            default -> 1;
          };
      return Math.round(Double.parseDouble(matcher.group(1)) * factor);
    }
  }

  /** The systems that there are. */
  static final class SystemNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SystemJvm.names().iterator();
    }
  }

  /** {@code 1s}, {@code 500ms}, {@code 15min}. */
  static final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      try {
        return TimeUtils.parseDuration(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "'" + value + "': expected a duration such as 500ms, 1s or 15min");
      }
    }
  }

  /** {@code R1}, {@code R1-hot}, … */
  static final class WorkloadConverter implements ITypeConverter<Workload> {
    @Override
    public Workload convert(String value) {
      try {
        return Workload.of(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + value + "': " + e.getMessage());
      }
    }
  }
}
