package io.clickstream.tools;

import io.clickstream.tools.ReferenceData.Entry;
import io.clickstream.tools.Traffic.Pace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Sends what shoppers do to a Kafka topic, or writes it to a file, together with the profiles and
 * products that it is enriched with.
 *
 * <p>Exit code 0 when everything asked for has arrived, 1 with the reason on the error stream
 * otherwise, 2 for a wrong command line. Beside this JAR the class path needs slf4j, as in Flink's
 * {@code lib} folder.
 */
@Command(
    name = "traffic-generator",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Sends what shoppers do to a Kafka topic, or writes it to a file.",
      "Equal seeds and start times give equal events.",
      ""
    },
    footer = {
      "",
      "Durations: 500ms, 30s, 5min, 2h, 1d. Shares: 0.01 is one in a hundred.",
      "",
      "Examples:",
      "  --bootstrap-servers localhost:9092 --rate 2000 --profiles 100000 --catalog",
      "  --bootstrap-servers localhost:9092 --rate max --events 10000000 --visitors 200000",
      "  --out clicks.jsonl --events 100000 --seed 7 --start 2026-01-01T00:00:00Z"
    })
public final class TrafficGenerator implements Callable<Integer> {

  private static final long A_DAY_OF_EVENTS_SECONDS = 86_400;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Shoppers shoppers = new Shoppers();

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,…",
      description = "Where the brokers are. Required unless everything goes to files.")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--properties",
      paramLabel = "FILE",
      description = "Properties of the producer, such as those of TLS and SASL.")
  private @Nullable Path propertiesFile;

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      description = "One property of the producer; may be repeated.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(
      names = "--topic",
      defaultValue = "raw-clicks",
      description = "Where clicks go. Default: ${DEFAULT-VALUE}.")
  private String topic = "";

  @Option(
      names = "--profiles-topic",
      defaultValue = "user-profiles",
      description = "Where profiles go. Default: ${DEFAULT-VALUE}.")
  private String profilesTopic = "";

  @Option(
      names = "--products-topic",
      defaultValue = "product-catalog",
      description = "Where products go. Default: ${DEFAULT-VALUE}.")
  private String productsTopic = "";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the clicks to a file instead, one JSON a line, in the order of arrival.")
  private @Nullable Path out;

  @Option(
      names = "--profiles-out",
      paramLabel = "FILE",
      description = "Write the profiles to a file instead.")
  private @Nullable Path profilesOut;

  @Option(
      names = "--products-out",
      paramLabel = "FILE",
      description = "Write the products to a file instead.")
  private @Nullable Path productsOut;

  @Option(
      names = "--profiles",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "First publish the profiles of the first N users (there is one user for two visitors)."
              + " Default: ${DEFAULT-VALUE}.")
  private int profiles;

  @Option(names = "--catalog", description = "First publish the products.")
  private boolean catalog;

  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  /** What decides the records, apart from where they go. */
  static final class Shoppers {

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
        description =
            "With --rate max: events in a second of event time. Default: ${DEFAULT-VALUE}.")
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
        description = "Default: ${DEFAULT-VALUE}.")
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

    private boolean flatOut() {
      return rate.equals("max");
    }

    private double eventsPerSecond() {
      if (flatOut()) {
        return density;
      }
      try {
        return Double.parseDouble(rate);
      } catch (NumberFormatException e) {
        throw new ParameterException(
            spec.commandLine(), "--rate is '" + rate + "', expected a number or max", e);
      }
    }

    /** Events of shoppers until the end. */
    private long numberOfEvents() {
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

    private ShopperSettings settings(boolean paced, long now) {
      double perSecond = eventsPerSecond();
      int population =
          visitors != null ? visitors : (int) Math.min(5_000_000, Math.max(1000, perSecond * 600));
      return new ShopperSettings(
          seed, start(paced, now), perSecond, population, thinkTime, products, appId);
    }

    private Defects defects() {
      return new Defects(malformed, future, duplicates, behind, behindBy, late, lateBy, disorder);
    }
  }

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Does what the command line says and returns the exit code. */
  public static int run(String... args) {
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    return new CommandLine(new TrafficGenerator())
        .setParameterExceptionHandler(
            (exception, arguments) -> {
              PrintWriter screen = exception.getCommandLine().getErr();
              screen.println(exception.getMessage());
              screen.println("--help tells what there is.");
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (exception, commandLine, parsed) -> {
              if (!(exception instanceof IOException)) {
                throw exception;
              }
              commandLine.getErr().println(exception.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public Integer call() throws IOException {
    if (bootstrapServers == null && out == null) {
      throw new ParameterException(
          spec.commandLine(), "Expected --bootstrap-servers, or --out for a file.");
    }
    long now = System.currentTimeMillis();
    boolean toFile = out != null;
    Pace pace = toFile ? Pace.REGARDLESS : shoppers.flatOut() ? Pace.FLAT_OUT : Pace.BY_THE_CLOCK;
    if (toFile && shoppers.numberOfEvents() == Long.MAX_VALUE) {
      throw new ParameterException(
          spec.commandLine(), "A file needs an end: --events or --duration.");
    }
    ShopperSettings settings;
    Defects defects;
    try {
      settings = shoppers.settings(pace == Pace.BY_THE_CLOCK, now);
      defects = shoppers.defects();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }

    if (profiles > 0 || profilesOut != null) {
      int users = profiles > 0 ? profiles : settings.visitors() / 2 + 1;
      publish(ReferenceData.profiles(users, now), profilesOut, profilesTopic);
    }
    if (catalog || productsOut != null) {
      publish(ReferenceData.products(settings.products(), now), productsOut, productsTopic);
    }
    send(new Deliveries(settings, defects, shoppers.numberOfEvents()), pace, settings.start());
    return CommandLine.ExitCode.OK;
  }

  /** Returns when everything has arrived, also after Ctrl-C. */
  private void send(Deliveries deliveries, Pace pace, long start) throws IOException {
    Traffic traffic = new Traffic();
    CountDownLatch done = new CountDownLatch(1);
    Thread stopper = new Thread(() -> stop(traffic, done), "traffic-stop");
    Runtime.getRuntime().addShutdownHook(stopper);
    Progress progress = new Progress(traffic, screen());
    try (progress;
        RecordOutput output = output(out, topic)) {
      progress.start();
      traffic.run(deliveries, output, pace, start, System::currentTimeMillis);
    } finally {
      done.countDown();
      forget(stopper);
    }
    progress.tellAll();
  }

  private static void forget(Thread stopper) {
    try {
      Runtime.getRuntime().removeShutdownHook(stopper);
    } catch (IllegalStateException e) {
      // The JVM ends already, because of the hook that this would have removed.
    }
  }

  private PrintWriter screen() {
    return quiet ? new PrintWriter(Writer.nullWriter()) : spec.commandLine().getErr();
  }

  private static void stop(Traffic traffic, CountDownLatch done) {
    traffic.stop();
    try {
      if (!done.await(10, TimeUnit.SECONDS)) {
        Thread.currentThread().interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void publish(Stream<Entry> entries, @Nullable Path file, String topicName)
      throws IOException {
    try (RecordOutput output = output(file, topicName)) {
      ReferenceData.write(entries, output);
    }
  }

  private RecordOutput output(@Nullable Path file, String topicName) throws IOException {
    if (file == null) {
      return new KafkaOutput(producerProperties(), topicName);
    }
    try {
      return new FileOutput(file);
    } catch (IOException e) {
      throw new IOException("File " + file + " cannot be written: " + e, e);
    }
  }

  private Properties producerProperties() throws IOException {
    Properties all = new Properties();
    if (propertiesFile != null) {
      try (Reader reader = Files.newBufferedReader(propertiesFile, StandardCharsets.UTF_8)) {
        all.load(reader);
      } catch (IOException e) {
        throw new IOException("File " + propertiesFile + " cannot be read: " + e, e);
      }
    }
    all.putAll(properties);
    if (bootstrapServers != null) {
      all.setProperty("bootstrap.servers", bootstrapServers);
    }
    return all;
  }
}
