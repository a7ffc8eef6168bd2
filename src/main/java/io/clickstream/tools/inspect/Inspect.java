package io.clickstream.tools.inspect;

import io.clickstream.cli.ExitCodes;
import io.clickstream.cli.SettingsArguments;
import io.clickstream.columns.YamlText;
import io.clickstream.config.ClickFormats;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.config.load.InvalidSettingsException;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.config.load.SettingsReader.PartOfSettings;
import io.clickstream.ingest.MappingDiagnosis.OtherType;
import io.clickstream.model.EventKind;
import io.clickstream.tools.inspect.GuessedMapping.Guess;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Reads some records and says which settings read them best, or what is wrong with the settings
 * that are given. It only reads: no group, no commit, no topic that it makes.
 */
@Command(
    name = "inspect",
    header = "Look into your clicks and propose settings.",
    customSynopsis =
        "clickstream inspect [--topic TOPIC | --file FILE] [OPTION]... [--KEY VALUE]...",
    description = {
      "Reads some records of a topic or a file, tries every format, and prints a settings file to"
          + " start from; the error stream says what was found. Plain JSON that fits no format gets a"
          + " mapping that is guessed by names and values, and marked so. With settings that say how"
          + " records are read it says what is wrong with them instead. Writes nothing to Kafka, and"
          + " commits nothing.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:Records become clicks with the settings that are printed, or that are given.",
      "1:Nothing could be read, or no record becomes a click.",
      ExitCodes.WRONG_LINE
    },
    footer = {
      "",
      "--KEY VALUE are settings of the job: TLS and logins of Kafka, or a mapping to judge.",
      "",
      "Examples:",
      "  clickstream inspect --bootstrap-servers localhost:9092 --topic clicks > clickstream.yaml",
      "  clickstream inspect --bootstrap-servers localhost:9092 --topic clicks --save clicks.jsonl",
      "  clickstream inspect --file clicks.jsonl",
      "  clickstream inspect --format segment",
      "  clickstream inspect --config clickstream.yaml --sample 10000"
    })
public final class Inspect implements Callable<Integer> {

  private static final int MOST = 100_000;

  /** With a smaller share of records that become clicks a format does not fit. */
  private static final double FITS = 0.5;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Where the records are; the topic of the settings if neither is given. */
  private static final class Source {
    @Option(
        names = "--topic",
        paramLabel = "TOPIC",
        description = "Read the newest records of this topic. Default: topics.clicks.")
    private @Nullable String topic;

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "Read the first lines of this file instead, one record a line.")
    private @Nullable Path file;

    @Option(
        names = "--format",
        paramLabel = "NAME",
        description =
            "Print the settings that this format of a tracker stands for; nothing is read.")
    private @Nullable String format;
  }

  @ArgGroup(exclusive = true)
  private @Nullable Source source;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,…",
      description = "Where the brokers are. Default: kafka.bootstrap-servers of the settings.")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many records are read. Default: ${DEFAULT-VALUE}.")
  private int sampleSize;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description =
          "Keep the records of the topic that were read, one a line, for a replay in local mode."
              + " Default: keep none.")
  private @Nullable Path save;

  @Mixin private SettingsArguments settings = new SettingsArguments();

  @Override
  public Integer call() {
    if (sampleSize < 1 || sampleSize > MOST) {
      throw new ParameterException(
          spec.commandLine(), "--sample %d: expected 1 to %d".formatted(sampleSize, MOST));
    }
    if (save != null && source != null && source.topic == null) {
      throw new ParameterException(
          spec.commandLine(), "--save %s: expected with records of a topic".formatted(save));
    }
    if (source != null && source.format != null) {
      return printFormat(source.format);
    }
    Invocation invocation = invocation(Map.of());
    PartOfSettings given = SettingsReader.readPart(invocation, System.getenv());
    Sample sample = sample(given.settings());
    say(Diagnosis.number(sample.records().size()) + " records of " + sample.source());
    if (save != null) {
      keep(sample, save);
    }
    return Formats.areGivenBy(given.given())
        ? diagnose(given.settings(), sample)
        : propose(given.settings(), sample);
  }

  private void keep(Sample sample, Path file) {
    int leftOut = SavedSample.write(sample, file);
    say("Kept in %s, one a line, in the order of their times in Kafka.".formatted(file));
    if (leftOut > 0) {
      say(
          "Left out of it: %s, whose bytes have line breaks and are no JSON."
              .formatted(Diagnosis.number(leftOut)));
    }
  }

  private int printFormat(String name) {
    if (!ClickFormats.ofTrackers().contains(name)) {
      throw new ParameterException(
          spec.commandLine(),
          "--format %s: expected one of %s"
              .formatted(name, String.join(", ", ClickFormats.ofTrackers())));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(ClickFormats.file(name));
    out.flush();
    return ExitCodes.DONE;
  }

  private Invocation invocation(Map<String, String> more) {
    Invocation given = settings.invocation();
    Map<String, String> all = new LinkedHashMap<>(given.settings());
    if (bootstrapServers != null) {
      all.put("kafka.bootstrap-servers", bootstrapServers);
    }
    all.putAll(more);
    return given.with(all);
  }

  private Sample sample(ClickstreamSettings given) {
    if (source != null && source.file != null) {
      return FileSample.read(source.file, sampleSize);
    }
    if (given.kafka().bootstrapServers().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--bootstrap-servers is missing: expected HOST:PORT of a broker, kafka.bootstrap-servers"
              + " in the settings, or --file");
    }
    return TopicSample.read(given.kafka(), topics(given), sampleSize);
  }

  private List<String> topics(ClickstreamSettings given) {
    return source == null || source.topic == null ? given.topics().clicks() : List.of(source.topic);
  }

  /** Says what is wrong with settings that are there. */
  private int diagnose(ClickstreamSettings given, Sample sample) {
    Trial trial = Trial.of("as given", given, sample);
    say("With the settings that are given:");
    Diagnosis.table(List.of(trial)).forEach(this::say);
    sayFindings(trial);
    return exitCode(trial);
  }

  /** Finds settings. */
  private int propose(ClickstreamSettings given, Sample sample) {
    List<Trial> trials = new ArrayList<>();
    for (String format : Formats.names()) {
      Trial trial = tried(format, Map.of(Formats.KEY, format), sample);
      if (trial != null) {
        trials.add(trial);
      }
    }
    Diagnosis.table(trials).forEach(this::say);
    // Of equal ones the first: they are in the order of the documentation, plain JSON first.
    Trial best =
        trials.stream()
            .max(
                Comparator.comparingDouble(Trial::score)
                    .thenComparing(Comparator.comparingInt(trials::indexOf).reversed()))
            .orElseThrow(() -> new IllegalStateException("there is no format"));
    Map<String, Guess> guesses = Map.of();
    if (best.shareOfClicks() < FITS) {
      guesses = GuessedMapping.of(sample);
      Trial guessed = guesses.isEmpty() ? null : tried("guesses", values(guesses), sample);
      if (guessed == null || guessed.score() < best.score()) {
        guesses = Map.of();
      } else {
        best = guessed;
        sayGuesses(guesses, best);
      }
    }
    if (best.clicks() == 0) {
      say("No format fits: no record becomes a click. By " + best.name() + ":");
    } else if (guesses.isEmpty()) {
      say("The best format is " + best.name() + ".");
    }
    sayFindings(best);
    print(given, sample, best, guesses);
    return exitCode(best);
  }

  /** The settings of a trial; null if a format needs more settings than there are. */
  private @Nullable Trial tried(String name, Map<String, String> more, Sample sample) {
    try {
      return Trial.of(
          name, SettingsReader.readPart(invocation(more), System.getenv()).settings(), sample);
    } catch (InvalidSettingsException | IllegalArgumentException e) {
      return null;
    }
  }

  private static Map<String, String> values(Map<String, Guess> guesses) {
    Map<String, String> values = new TreeMap<>();
    guesses.forEach((key, guess) -> values.put(key, guess.value()));
    return values;
  }

  private void sayGuesses(Map<String, Guess> guesses, Trial guessed) {
    say("No format fits. Guessed by the names and values in the records; check each:");
    guesses.forEach(
        (key, guess) -> say("  %s: %s  (%s)".formatted(key, guess.value(), guess.why())));
    Diagnosis.table(List.of(guessed)).forEach(this::say);
  }

  private void sayFindings(Trial trial) {
    List<String> findings = Diagnosis.findings(trial);
    if (findings.isEmpty()) {
      say("Nothing looks wrong.");
    }
    findings.forEach(this::say);
  }

  private void print(
      ClickstreamSettings given, Sample sample, Trial best, Map<String, Guess> guesses) {
    SettingsText text = new SettingsText();
    text.say(
        "By 'clickstream inspect': of %s records of %s %s become clicks."
            .formatted(
                Diagnosis.number(sample.records().size()),
                sample.source(),
                best.clicks() == 0 ? "none" : Diagnosis.number(best.clicks())));
    text.say("'clickstream run --help-settings' lists every setting.");
    String brokers = given.kafka().bootstrapServers();
    if (brokers.isEmpty()) {
      text.put("kafka.bootstrap-servers", "localhost:9092", "replace it by yours");
    } else {
      text.put("kafka.bootstrap-servers", Yaml.scalar(brokers));
    }
    List<String> topics = topics(given);
    if (!topics.equals(TopicSettings.defaults().clicks())) {
      text.put(
          TopicSettings.CLICKS.key(),
          topics.size() == 1 ? YamlText.of(topics.get(0)) : YamlText.of(topics));
    }
    text.put("sink.transactional-id-prefix", "clickstream", "no other job may have the same");
    if (!guesses.isEmpty()) {
      text.put(guesses);
    } else if (best.clicks() > 0) {
      text.put(Formats.KEY, best.name());
      if (best.settings().ingest().eventTypes().isEmpty()) {
        text.put(nearest(best));
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }

  /** Types that are called nearly as ours are; guessed, since they may mean something else. */
  private static Map<String, Guess> nearest(Trial trial) {
    Map<String, Long> texts = new TreeMap<>();
    for (OtherType other : trial.mapping().typesNotMapped()) {
      texts.put(other.text(), other.clicks());
    }
    // A setting that does not name our own types would lose them.
    for (EventKind kind : EventKind.values()) {
      if (trial.mapping().clicksOf(kind) > 0) {
        texts.put(kind.text(), trial.mapping().clicksOf(kind));
      }
    }
    return GuessedMapping.types(texts);
  }

  private static int exitCode(Trial trial) {
    return trial.clicks() > 0 ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
