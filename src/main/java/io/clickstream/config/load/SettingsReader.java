package io.clickstream.config.load;

import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.Job;
import io.clickstream.config.JobSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.Secrets;
import io.clickstream.config.Setting;
import io.clickstream.config.StartFrom;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes validated settings of arguments, environment variables and a file, the earlier stronger
 * than the later, and reports everything that is wrong with any of them at once.
 */
public final class SettingsReader {

  private static final Logger LOG = LoggerFactory.getLogger(SettingsReader.class);

  /** Added to the group of the sessionizer, whose file the loader shares. */
  private static final String LOADER_GROUP = "-clickhouse";

  private final List<Problem> problems = new ArrayList<>();
  private final GivenSettings given;
  private final Map<Setting<?>, Object> values;
  private final SettingChecks checks;
  private final DefinitionChecks definitionChecks;
  private final Configuration flink;

  /**
   * The settings given to a tool that runs no job.
   *
   * @param settings what was given, and defaults for the rest; required texts may be empty
   * @param given the keys of all settings that were given; of groups without the names
   */
  public record PartOfSettings(ClickstreamSettings settings, Set<String> given) {}

  private SettingsReader(
      SettingCatalog catalog,
      @Nullable Job job,
      Invocation invocation,
      Map<String, String> environment) {
    given = new GivenSettings(catalog, problems);
    problems.addAll(invocation.problems());
    boolean complete = true;
    if (invocation.config() != null) {
      List<Given> file = SettingsFileReader.read(invocation.config(), catalog, problems);
      complete = file != null;
      given.put(file == null ? List.of() : file);
    }
    given.put(new VariableReader(catalog).read(environment, problems));
    given.put(arguments(invocation));
    // With a file that could not be read, everything would seem to be missing.
    values = new ValueReader(catalog, given, complete ? job : null).read();
    checks = new SettingChecks(catalog, given);
    checks.checkNames();
    new ReadingChecks(given, values).check();
    definitionChecks = new DefinitionChecks(given, values);
    definitionChecks.checkNames();
    flink = FlinkReader.read(given);
  }

  /**
   * Returns settings with which the job can start, as far as they tell by themselves.
   *
   * @param environment variables of the process, as {@link System#getenv()} returns them
   * @throws InvalidSettingsException if there is any problem, with all of them
   */
  public static JobSettings read(Invocation invocation, Map<String, String> environment) {
    SettingsReader reader =
        new SettingsReader(SettingCatalog.OURS, Job.SESSIONIZER, invocation, environment);
    ClickstreamSettings settings = ClickstreamSettings.of(reader.values);
    reader.checks.checkTransactionTimeout(settings.sink(), reader.flink);
    reader.checks.checkRange(settings.ingest());
    reader.checks.checkClocks(settings.ingest());
    reader.definitionChecks.checkEngaged();
    reader.definitionChecks.checkCuts();
    reader.definitionChecks.checkSize(settings);
    new SourceChecks(reader.given, reader.values).check();
    new AvroChecks(reader.given, settings.ingest()).check();
    return new JobSettings(settings, reader.flinkWithoutProblems());
  }

  /**
   * The same for a tool, to which nothing has to be given.
   *
   * @throws InvalidSettingsException if there is any problem, with all of them
   */
  public static PartOfSettings readPart(Invocation invocation, Map<String, String> environment) {
    SettingsReader reader = new SettingsReader(SettingCatalog.OURS, null, invocation, environment);
    if (reader.values.containsKey(IngestSettings.FORMAT)
        || reader.values.containsKey(IngestSettings.FIELDS)) {
      // Else a tool may still find out how records look.
      new SourceChecks(reader.given, reader.values).check();
    }
    reader.flinkWithoutProblems();
    return new PartOfSettings(
        ClickstreamSettings.of(reader.values),
        reader.values.keySet().stream().map(Setting::key).collect(Collectors.toSet()));
  }

  /**
   * The same for the loader into ClickHouse, which shares file and variables with the sessionizer.
   *
   * @throws InvalidSettingsException if there is any problem, with all of them
   */
  public static LoaderSettings readForLoader(
      Invocation invocation, Map<String, String> environment) {
    SettingsReader reader =
        new SettingsReader(SettingCatalog.OURS, Job.LOADER, invocation, environment);
    ClickstreamSettings settings = ClickstreamSettings.of(reader.values);
    return new LoaderSettings(
        settings.kafka(),
        settings.topics(),
        settings.ingest().groupId() + LOADER_GROUP,
        // Clicks may begin with the latest; sessions that are not loaded would never be.
        settings.ingest().startFrom().equals(StartFrom.EARLIEST)
            ? StartFrom.EARLIEST
            : StartFrom.COMMITTED,
        ClickHouseSettings.of(reader.values),
        settings.session().definitions(),
        reader.flinkWithoutProblems());
  }

  /**
   * The values of some settings, by setting.
   *
   * @throws InvalidSettingsException if there is any problem, with all of them
   */
  static Map<Setting<?>, Object> values(
      SettingCatalog catalog, Invocation invocation, Map<String, String> environment) {
    SettingsReader reader = new SettingsReader(catalog, Job.SESSIONIZER, invocation, environment);
    reader.flinkWithoutProblems();
    return reader.values;
  }

  private Configuration flinkWithoutProblems() {
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    flink.addAll(JobDefaults.insistedOn());
    return flink;
  }

  private static List<Given> arguments(Invocation invocation) {
    Map<String, String> arguments = new TreeMap<>(invocation.settings());
    arguments.forEach(
        (key, value) -> {
          if (Secrets.isNotForOthers(key, value)) {
            LOG.warn(
                "A secret is an argument, which all on this machine and in Flink's web UI can"
                    + " see; give it as an environment variable: key={} variable={}",
                key,
                VariableReader.variable(key));
          }
        });
    return arguments.entrySet().stream()
        .map(
            argument ->
                new Given(
                    argument.getKey(), argument.getValue(), "argument --" + argument.getKey()))
        .toList();
  }
}
