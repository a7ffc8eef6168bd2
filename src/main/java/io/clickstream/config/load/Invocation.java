package io.clickstream.config.load;

import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command line, taken apart but not yet judged: {@link SettingsReader} reports what is wrong with
 * it together with everything else.
 *
 * @param help whether only the list of settings is wanted
 * @param check whether only the preflight is wanted
 * @param replacesRunning whether a job that runs with the same prefix will be stopped before
 * @param debug whether errors are wanted with their stack traces
 * @param config the settings file, if there is one
 * @param settings by key, as given
 * @param problems with the command line itself
 */
public record Invocation(
    boolean help,
    boolean check,
    boolean replacesRunning,
    boolean debug,
    @Nullable String config,
    Map<String, String> settings,
    List<Problem> problems) {

  /**
   * Given to a preflight, or to a plan, that precedes an upgrade: the job that runs is no fault
   * then.
   */
  public static final String REPLACES_RUNNING = "--replaces-running";

  /** The names of variables that are settings begin with it. */
  public static final String VARIABLE = VariableReader.PREFIX;

  public Invocation {
    settings = Map.copyOf(settings);
    problems = List.copyOf(problems);
  }

  /** Takes {@code --key value} and {@code --key=value} apart; never fails. */
  public static Invocation of(String... args) {
    boolean help = false;
    boolean check = false;
    boolean replacesRunning = false;
    boolean debug = false;
    String config = null;
    Map<String, String> settings = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    String previous = "the JAR";
    for (int i = 0; i < args.length; i++) {
      String argument = args[i];
      if (argument.equals("--help") || argument.equals("-h")) {
        help = true;
      } else if (argument.equals("--check")) {
        check = true;
      } else if (argument.equals(REPLACES_RUNNING)) {
        replacesRunning = true;
      } else if (argument.equals("--debug")) {
        debug = true;
      } else if (!argument.startsWith("--") || argument.length() == 2) {
        // Not shown: it may be the rest of a secret that was not quoted.
        problems.add(
            new Problem(
                "argument " + (i + 1),
                null,
                "after " + previous,
                "settings as --key value",
                "write it so; quote a value that contains spaces; Flink's own -D stands before the"
                    + " JAR"));
        continue;
      } else {
        int equals = argument.indexOf('=');
        String key = equals < 0 ? argument.substring(2) : argument.substring(2, equals);
        previous = "--" + key;
        String value;
        if (equals >= 0) {
          value = argument.substring(equals + 1);
        } else if (i + 1 < args.length && !args[i + 1].startsWith("--")) {
          value = args[++i];
        } else {
          problems.add(
              new Problem(
                  "--" + key,
                  null,
                  "argument " + (i + 1),
                  "a value after it",
                  "write --" + key + " value, or --" + key + "=value for one that begins with --"));
          continue;
        }
        boolean first =
            key.equals("config") ? config == null : settings.putIfAbsent(key, value) == null;
        if (key.equals("config") && first) {
          config = value;
        }
        if (!first) {
          problems.add(
              new Problem(
                  "--" + key,
                  null,
                  "argument " + (i + 1),
                  "an argument once",
                  "remove the others"));
        }
        continue;
      }
      previous = argument;
    }
    return new Invocation(help, check, replacesRunning, debug, config, settings, problems);
  }

  /** The same with other settings. */
  public Invocation with(Map<String, String> others) {
    return new Invocation(help, check, replacesRunning, debug, config, others, problems);
  }

  /** Names the settings but not their values, which may be secret. */
  @Override
  public String toString() {
    return "Invocation[help="
        + help
        + ", check="
        + check
        + ", replacesRunning="
        + replacesRunning
        + ", debug="
        + debug
        + ", config="
        + (config == null ? "none" : SettingCatalog.OURS.shown("config", config))
        + ", settings="
        + settings.keySet()
        + ", problems="
        + problems.size()
        + "]";
  }
}
