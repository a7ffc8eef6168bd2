package io.clickstream.reconcile;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.clickstream.cli.DurationText;
import io.clickstream.cli.ExitCodes;
import io.clickstream.cli.SettingsArguments;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.preflight.ConnectionProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares the output of a job with its input, on any cluster; it writes nothing there. */
@Command(
    name = "reconcile",
    header = "Compare input and output of a job, record by record.",
    customSynopsis = "clickstream reconcile [OPTION]... [--KEY VALUE]...",
    description = {
      "Compares input and output of a job, record by record: every record of the input must be"
          + " exactly one of in a session, duplicate, late and rejected, and the latest revisions of"
          + " all sessions must be the batch sessions of the accepted clicks. Late records are"
          + " judged one by one. Writes nothing to the cluster.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:Everything agrees.",
      "1:Something does not agree, or nothing could be compared.",
      ExitCodes.WRONG_LINE
    },
    footer = {
      "",
      "--KEY VALUE are settings of the job: give the same as to the job itself.",
      "",
      "Examples:",
      "  clickstream reconcile --config clickstream.yaml --while-running",
      "  clickstream reconcile --config clickstream.yaml --from 2026-11-24T08:00:00Z \\",
      "    --to 2026-11-24T10:00:00Z --slices 8"
    })
public final class Reconcile implements Callable<Integer> {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Kafka timestamp of the first clicks to read, ISO-8601 with offset. Sessions "
              + "that may have begun before are not compared. Default: the beginning of the "
              + "topic.")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description =
          "Kafka timestamp at which the clicks end. Sessions that are open then are not "
              + "compared. Default: the end of the topic as of now.")
  private @Nullable String to;

  @Option(
      names = "--while-running",
      description =
          "The job runs, its reference data is loaded, and clicks flow: wait until it has "
              + "written what it makes of the clicks up to now, which takes up to "
              + "ingest.idle-timeout, and compare the sessions that no click can change any "
              + "more: that ended two gaps and the allowed lateness before the newest click of "
              + "the slowest partition. Without it, what is not written yet counts as lost. Default: the"
              + " job has stopped.")
  private boolean whileRunning;

  @Option(
      names = "--slices",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "In how many parts the visitors are compared, each with a pass over the topics: "
              + "a part's clicks must fit into memory, about a kilobyte each. Default: "
              + "${DEFAULT-VALUE}.")
  private int slices;

  @Option(
      names = "--differences",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many differences are printed. Default: ${DEFAULT-VALUE}.")
  private int differences;

  @Option(
      names = "--other-gap",
      paramLabel = "DURATION",
      split = ",",
      converter = DurationText.class,
      description =
          "What else session.gap has been within the range: a session that was open when "
              + "it was changed may have been split by either. Default: nothing else.")
  private List<Duration> otherGaps = new ArrayList<>();

  @Option(
      names = "--other-lateness",
      paramLabel = "DURATION",
      split = ",",
      converter = DurationText.class,
      description =
          "The session.allowed-lateness of each of them, where it was another one than it is now."
              + " Default: as it is now.")
  private List<Duration> otherLateness = new ArrayList<>();

  @Option(
      names = "--defined-since",
      paramLabel = "TIME",
      description =
          "Kafka timestamp of the first click that the job read under today's session.fields,"
              + " session.goals, session.engagement, session.engaged and session.bounce: of"
              + " sessions that may have begun before, everything else is compared; of cuts"
              + " (session.cut, session.passive) only that no click is missing. Default: the"
              + " definitions were never changed.")
  private @Nullable String definedSince;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the result to a file, too. Default: do not.")
  private @Nullable Path json;

  @Mixin private SettingsArguments settings = new SettingsArguments();

  @Override
  public Integer call() throws IOException {
    require(slices >= 1, "--slices " + slices + ": expected 1 or more");
    require(differences >= 0, "--differences " + differences + ": expected 0 or more");
    require(
        otherLateness.isEmpty() || otherLateness.size() == otherGaps.size(),
        "--other-lateness: expected one for each --other-gap, or none");
    long fromMs = time("--from", from, Long.MIN_VALUE);
    long toMs = time("--to", to, Long.MAX_VALUE);
    long definedSinceMs = time("--defined-since", definedSince, Long.MIN_VALUE);
    require(fromMs < toMs, "--to " + to + ": expected a time after --from");
    require(!whileRunning || to == null, "--while-running: expected no --to, it reads up to now");
    ClickstreamSettings loaded =
        SettingsReader.read(settings.invocation(), System.getenv()).settings();
    Reconciliation.Report report;
    try {
      report =
          Reconciliation.compare(
              loaded,
              new Reconciliation.Scope(
                  fromMs,
                  toMs,
                  slices,
                  differences,
                  otherGaps,
                  otherLateness,
                  whileRunning,
                  definedSinceMs));
    } catch (KafkaException e) {
      throw new UserErrorException(
          "nothing could be compared: "
              + ConnectionProblem.text(loaded.kafka(), e, Reconciliation.PATIENCE),
          e);
    }
    print(report);
    if (json != null) {
      JSON.writeValue(json.toFile(), report);
    }
    if (whileRunning && report.sessions() == 0) {
      throw new UserErrorException(
          "no session was compared: none has ended long enough ago; wait for two gaps and the allowed lateness, or see whether a partition has had no click for long");
    }
    return report.agrees() ? 0 : 1;
  }

  private void print(Reconciliation.Report report) {
    PrintWriter out = spec.commandLine().getOut();
    report.differences().forEach(out::println);
    long all = report.lost() + report.duplicated() + report.wrong();
    if (all > report.differences().size()) {
      out.printf("… the first %d of them%n", report.differences().size());
    }
    out.printf("%s%n", report.range());
    out.printf(
        "read %,d = %,d in sessions + %,d duplicates + %,d late + %,d rejected%s%s%n",
        report.read(),
        report.inSessions(),
        report.duplicates(),
        report.late(),
        report.rejected(),
        report.skipped() == 0 ? "" : " + %,d skipped".formatted(report.skipped()),
        report.waiting() == 0 ? "" : " + %,d waiting".formatted(report.waiting()));
    if (whileRunning && report.sessions() > 0) {
      out.printf(
          "compared are sessions that ended until %s%n", Instant.ofEpochMilli(report.until()));
    }
    if (report.withoutDefinitions() > 0) {
      out.printf(
          "%,d sessions began before %s: their fields and goals are not compared, nor what these"
              + " decide%n",
          report.withoutDefinitions(), definedSince);
    }
    if (report.undecided() > 0) {
      out.printf(
          "%,d sessions undecided: they may be right, but the input does not tell%n",
          report.undecided());
    }
    out.printf(
        "%,d sessions compared: %,d lost, %,d duplicated, %,d wrong%n",
        report.sessions(), report.lost(), report.duplicated(), report.wrong());
    out.flush();
  }

  private long time(String option, @Nullable String text, long otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new ParameterException(
          spec.commandLine(),
          "%s %s: expected a time such as 2026-11-24T08:00:00Z".formatted(option, text),
          e);
    }
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
