package io.clickstream.tools.traffic;

import io.clickstream.cli.ExitCodes;
import io.clickstream.config.UserErrorException;
import io.clickstream.tools.traffic.ReferenceData.Entry;
import io.clickstream.tools.traffic.Traffic.Pace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Sends the clicks of shoppers to a Kafka topic, or writes them to a file, together with the
 * profiles and products that enrich them. It is done when everything has arrived.
 */
@Command(
    name = "traffic",
    header = "Generate test traffic.",
    customSynopsis =
        "clickstream traffic (--bootstrap-servers HOST:PORT,… | --out FILE) [OPTION]...",
    description = {
      "Generates test traffic: sends the clicks of shoppers to a Kafka topic, or writes them to a"
          + " file. Equal seeds and start times give equal events.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:Everything has arrived, also after Ctrl-C.",
      ExitCodes.FAILED_LINE,
      ExitCodes.WRONG_LINE
    },
    footer = {
      "",
      "Durations: 500ms, 30s, 5min, 2h, 1d. Shares: 0.01 is one in a hundred.",
      "",
      "Examples:",
      "  clickstream traffic --bootstrap-servers localhost:9092 --rate 2000 \\",
      "    --profiles 100000 --catalog",
      "  clickstream traffic --bootstrap-servers localhost:9092 --rate max \\",
      "    --events 10000000 --visitors 200000",
      "  clickstream traffic --out clicks.jsonl --events 100000 --seed 7 \\",
      "    --start 2026-01-01T00:00:00Z"
    })
public final class TrafficGenerator implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ShopperOptions shoppers = new ShopperOptions();

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,…",
      description = "Where the brokers are. Default: none; everything then has to go to files.")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--properties",
      paramLabel = "FILE",
      description = "Properties of the producer, such as those of TLS and SASL. Default: none.")
  private @Nullable Path propertiesFile;

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      description = "One property of the producer; may be repeated. Default: none.")
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
      description =
          "Write the clicks to a file instead, one JSON a line, in the order of arrival. Default: Kafka.")
  private @Nullable Path out;

  @Option(
      names = "--profiles-out",
      paramLabel = "FILE",
      description = "Write the profiles to a file instead. Default: Kafka.")
  private @Nullable Path profilesOut;

  @Option(
      names = "--products-out",
      paramLabel = "FILE",
      description = "Write the products to a file instead. Default: Kafka.")
  private @Nullable Path productsOut;

  @Option(
      names = "--profiles",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "First publish the profiles of the first N users (there is one user for two visitors)."
              + " Default: ${DEFAULT-VALUE}.")
  private int profiles;

  @Option(names = "--catalog", description = "First publish the products. Default: do not.")
  private boolean catalog;

  @Option(names = "--quiet", description = "No progress. Default: a line every 5 s.")
  private boolean quiet;

  @Override
  public Integer call() {
    try {
      return generate();
    } catch (IOException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
  }

  private int generate() throws IOException {
    if (bootstrapServers == null && out == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--bootstrap-servers HOST:PORT,… is missing; or --out FILE, for a file");
    }
    long now = System.currentTimeMillis();
    boolean toFile = out != null;
    Pace pace = toFile ? Pace.REGARDLESS : shoppers.flatOut() ? Pace.FLAT_OUT : Pace.BY_THE_CLOCK;
    if (toFile && shoppers.numberOfEvents() == Long.MAX_VALUE) {
      throw new ParameterException(
          spec.commandLine(), "--events N or --duration D is missing: a file needs an end");
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
    return ExitCodes.DONE;
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
