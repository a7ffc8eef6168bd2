package io.clickstream.tools.traffic;

import io.clickstream.cli.DurationText;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that decide the records, apart from where they go. */
final class ShopperOptions {

  private static final long A_DAY_OF_EVENTS_SECONDS = 86_400;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rate",
      paramLabel = "N|max",
      defaultValue = "100",
      description =
          "Events a second. max: as fast as possible, but no event before its time. Default:"
              + " ${DEFAULT-VALUE}.")
  private String rate = "";

  @Option(
      names = "--density",
      paramLabel = "N",
      defaultValue = "2000",
      description = "With --rate max: events in a second of event time. Default: ${DEFAULT-VALUE}.")
  private double density;

  @Option(
      names = "--events",
      paramLabel = "N",
      description =
          "Stop after so many events of shoppers; bad records and copies come on top. Default: no"
              + " end.")
  private @Nullable Long events;

  @Option(
      names = "--duration",
      paramLabel = "D",
      converter = DurationText.class,
      description = "Stop after so much event time. Default: no end.")
  private @Nullable Duration duration;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description =
          "Time of the first event (2026-01-01T00:00:00Z). Default: now; with --rate max or --out"
              + " early enough to end now.")
  private @Nullable Instant start;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Decides everything random. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--visitors",
      paramLabel = "N",
      description =
          "Devices that take turns. The fewer, the sooner each returns. Default: 600 for each"
              + " event a second.")
  private @Nullable Integer visitors;

  @Option(
      names = "--products",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Different products for sale. Default: ${DEFAULT-VALUE}.")
  private int products;

  @Option(
      names = "--think-time",
      paramLabel = "D",
      defaultValue = "12s",
      converter = DurationText.class,
      description = "Median pause between two events of a shopper. Default: ${DEFAULT-VALUE}.")
  private Duration thinkTime = Duration.ZERO;

  @Option(
      names = "--shared-devices",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "Devices on which two people take turns, as session.cut.user tells them apart. Default:"
              + " ${DEFAULT-VALUE}.")
  private double sharedDevices;

  @Option(names = "--app-id", description = "The app_id of every event. Default: none.")
  private @Nullable String appId;

  @Option(
      names = "--malformed",
      paramLabel = "SHARE",
      defaultValue = "0.001",
      description = "Records that are no click. Default: ${DEFAULT-VALUE}.")
  private double malformed;

  @Option(
      names = "--future",
      paramLabel = "SHARE",
      defaultValue = "0.0005",
      description = "Copies with a timestamp of forty years ahead. Default: ${DEFAULT-VALUE}.")
  private double future;

  @Option(
      names = "--duplicates",
      paramLabel = "SHARE",
      defaultValue = "0.005",
      description = "Copies with the same event_id, within 5 s. Default: ${DEFAULT-VALUE}.")
  private double duplicates;

  @Option(
      names = "--behind",
      paramLabel = "SHARE",
      defaultValue = "0.005",
      description = "Events that arrive up to --behind-by late. Default: ${DEFAULT-VALUE}.")
  private double behind;

  @Option(
      names = "--behind-by",
      paramLabel = "D",
      defaultValue = "90s",
      converter = DurationText.class,
      description = "At most how late those are. Default: ${DEFAULT-VALUE}.")
  private Duration behindBy = Duration.ZERO;

  @Option(
      names = "--late",
      paramLabel = "SHARE",
      defaultValue = "0.001",
      description =
          "Events that arrive between once and twice --late-by late. Default: ${DEFAULT-VALUE}.")
  private double late;

  @Option(
      names = "--late-by",
      paramLabel = "D",
      defaultValue = "40min",
      converter = DurationText.class,
      description =
          "Longer than gap, allowed lateness and out-of-orderness together. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration lateBy = Duration.ZERO;

  @Option(
      names = "--disorder",
      paramLabel = "D",
      defaultValue = "1s",
      converter = DurationText.class,
      description = "Every event takes up to this long to arrive. Default: ${DEFAULT-VALUE}.")
  private Duration disorder = Duration.ZERO;

  boolean flatOut() {
    return rate.equals("max");
  }

  private double eventsPerSecond() {
    if (flatOut()) {
      return density;
    }
    double perSecond;
    try {
      perSecond = Double.parseDouble(rate);
    } catch (NumberFormatException e) {
      throw new ParameterException(
          spec.commandLine(), "--rate %s: expected a number or max".formatted(rate), e);
    }
    require(perSecond > 0, "--rate %s: expected more than 0".formatted(rate));
    return perSecond;
  }

  /** Events of shoppers until the end. */
  long numberOfEvents() {
    long byDuration =
        duration == null
            ? Long.MAX_VALUE
            : Math.round(duration.toMillis() / 1000.0 * eventsPerSecond());
    return Math.min(events == null ? Long.MAX_VALUE : events, byDuration);
  }

  private long start(boolean paced, long now) {
    if (start != null) {
      return start.toEpochMilli();
    }
    if (paced) {
      return now;
    }
    long number = numberOfEvents();
    double seconds =
        number == Long.MAX_VALUE ? A_DAY_OF_EVENTS_SECONDS : number / eventsPerSecond();
    return now - (long) (seconds * 1000) - disorder.toMillis();
  }

  ShopperSettings settings(boolean paced, long now) {
    double perSecond = eventsPerSecond();
    int population =
        visitors != null ? visitors : (int) Math.min(5_000_000, Math.max(1000, perSecond * 600));
    share("--shared-devices", sharedDevices);
    return new ShopperSettings(
        seed, start(paced, now), perSecond, population, thinkTime, products, appId, sharedDevices);
  }

  Defects defects() {
    share("--malformed", malformed);
    share("--future", future);
    share("--duplicates", duplicates);
    share("--behind", behind);
    share("--late", late);
    return new Defects(malformed, future, duplicates, behind, behindBy, late, lateBy, disorder);
  }

  private void share(String option, double value) {
    require(value >= 0 && value <= 1, "%s %s: expected a share, 0 to 1".formatted(option, value));
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
