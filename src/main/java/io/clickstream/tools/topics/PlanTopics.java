package io.clickstream.tools.topics;

import io.clickstream.cli.DurationText;
import io.clickstream.cli.ExitCodes;
import io.clickstream.cli.SettingsArguments;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.JobSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.preflight.ConnectionProblem;
import io.clickstream.tools.topics.TopicPlan.Demand;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.CoreOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Says how many partitions each topic should have and why, creates those that are missing, and
 * compares those that are there. It never changes a topic that exists. A topic that it creates can
 * be written and read when it returns.
 */
@Command(
    name = "topics",
    header = "Plan, create and compare the topics.",
    customSynopsis = "clickstream topics [--create | --check] [OPTION]... [--KEY VALUE]...",
    description = {
      "Says how many partitions each topic should have, and why: max(2 × slots, expected records a"
          + " second ÷ those that a partition may have to take), as a multiple of the slots. With"
          + " --create it makes those that are missing, with --check it compares those that are"
          + " there. It never changes a topic that exists: more partitions move visitors to others,"
          + " and fewer are not possible.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:Every topic is as planned, or was made so.",
      "1:A topic is missing or differs, or Kafka could not be asked.",
      ExitCodes.WRONG_LINE
    },
    footer = {
      "",
      "--KEY VALUE are settings of the job: give the same as to the job itself.",
      "",
      "Examples:",
      "  clickstream topics --config clickstream.yaml --slots 12 --clicks-per-second 50000",
      "  clickstream topics --config clickstream.yaml --slots 12 --clicks-per-second 50000 --create"
    })
public final class PlanTopics implements Callable<Integer> {

  private static final int LARGEST = 10_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** The use of the plan; without either option it is only printed. */
  private static final class Mode {
    @Option(
        names = "--create",
        description = "Create the topics that are missing. Default: print the plan.")
    private boolean create;

    @Option(
        names = "--check",
        description =
            "Compare the topics with the plan; exit code 1 if one is missing or differs. Default:"
                + " print the plan.")
    private boolean check;
  }

  @ArgGroup(exclusive = true)
  private @Nullable Mode mode;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description =
          "Parallelism of the job, at the busiest time of the years that the topics are to "
              + "last. Default: parallelism.default of the job's settings, else 2.")
  private @Nullable Integer slots;

  @Option(
      names = "--loader-slots",
      paramLabel = "N",
      description =
          "Parallelism of what reads the sessions, such as the loader. Default: half of the slots.")
  private @Nullable Integer loaderSlots;

  @Option(
      names = "--clicks-per-second",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Clicks a second, at that time. Default: ${DEFAULT-VALUE}.")
  private long clicksPerSecond;

  @Option(
      names = "--sessions-per-second",
      paramLabel = "N",
      description = "Sessions a second, with all their revisions. Default: a tenth of the clicks.")
  private @Nullable Long sessionsPerSecond;

  @Option(
      names = "--per-partition",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "Records a second that one partition may have to take: a disk and a replica "
              + "take more, but what was not read for an hour must be read in minutes. Default: "
              + "${DEFAULT-VALUE}.")
  private long perPartition;

  @Option(
      names = "--replication",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Copies of each partition; all but one must be there for a write. Default: "
              + "${DEFAULT-VALUE}.")
  private short replication;

  @Option(
      names = "--retention",
      paramLabel = "DURATION",
      defaultValue = "7d",
      converter = DurationText.class,
      description =
          "How long clicks and sessions are kept, which is how far back they can be "
              + "computed again; late and rejected ones twice as long. Default: "
              + "${DEFAULT-VALUE}.")
  private Duration retention = Duration.ZERO;

  @Mixin private SettingsArguments settings = new SettingsArguments();

  @Override
  public Integer call() {
    JobSettings loaded = SettingsReader.read(settings.invocation(), System.getenv());
    Demand demand = demand(loaded);
    List<TopicPlan> plans = TopicPlan.of(loaded.settings().topics(), demand);
    PrintWriter out = spec.commandLine().getOut();
    if (mode == null || !(mode.create || mode.check)) {
      plans.forEach(plan -> out.println(plan.render(replication) + "\n    " + plan.configText()));
      out.flush();
      return 0;
    }
    try (Admin admin = Admin.create(adminProperties(loaded.settings()))) {
      PlannedTopics topics =
          new PlannedTopics(
              admin, loaded.settings().kafka().bootstrapServers(), replication, plans);
      return (mode.create ? topics.create(out) : topics.compare(out)) ? 0 : 1;
    } catch (NotAllowedException e) {
      throw e.forUser(loaded.settings().kafka());
    } catch (KafkaException e) {
      throw failure(loaded.settings(), e);
    } finally {
      out.flush();
    }
  }

  private Demand demand(JobSettings loaded) {
    int job =
        slots != null
            ? slots
            : loaded.flink().getOptional(CoreOptions.DEFAULT_PARALLELISM).orElse(2);
    require("--slots", job, 1, LARGEST);
    int loader = loaderSlots != null ? loaderSlots : Math.max(1, job / 2);
    require("--loader-slots", loader, 1, LARGEST);
    require("--clicks-per-second", clicksPerSecond, 1, 1_000_000_000);
    long sessions =
        sessionsPerSecond != null ? sessionsPerSecond : Math.max(1, clicksPerSecond / 10);
    require("--sessions-per-second", sessions, 1, 1_000_000_000);
    require("--per-partition", perPartition, 100, 1_000_000_000);
    require("--replication", replication, 1, 9);
    if (retention.toMillis() < 1) {
      throw new ParameterException(
          spec.commandLine(), "--retention %s: expected more than 0".formatted(retention));
    }
    return new Demand(job, loader, clicksPerSecond, sessions, perPartition, replication, retention);
  }

  private void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), "%s %d: expected %d to %d".formatted(option, value, least, most));
    }
  }

  private static Properties adminProperties(ClickstreamSettings settings) {
    Properties properties = settings.kafka().clientProperties();
    String millis = Long.toString(PlannedTopics.TIMEOUT.toMillis());
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    properties.setProperty(AdminClientConfig.CLIENT_ID_CONFIG, "clickstream-topics");
    return properties;
  }

  private static UserErrorException failure(ClickstreamSettings settings, Exception e) {
    return new UserErrorException(
        "the topics could not be compared: "
            + ConnectionProblem.text(settings.kafka(), e, PlannedTopics.TIMEOUT),
        e);
  }
}
