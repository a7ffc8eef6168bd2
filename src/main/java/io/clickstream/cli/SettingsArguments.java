package io.clickstream.cli;

import io.clickstream.config.load.Invocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.UnmatchedArgsBinding;
import picocli.CommandLine.Option;

/**
 * The settings of a job, which a command takes as the job itself takes them.
 *
 * <p>Every key of a setting has a dot. So an argument without one is a flag that the command does
 * not have, and {@link CommandErrors} says so.
 */
public final class SettingsArguments {

  static final String HELP = "--help-settings";
  static final String DEBUG = "--debug";

  @Option(
      names = "--config",
      paramLabel = "URI",
      description =
          "Settings of the job in YAML, of any scheme that Flink's file systems read. Default: no"
              + " file, settings are arguments and environment variables alone.")
  private @Nullable String config;

  @Option(
      names = DEBUG,
      description = "Print errors with their stack traces. Default: the message alone.")
  private boolean debug;

  @Option(
      names = HELP,
      help = true,
      description = "Print every setting of the job with its meaning and default, and end.")
  @SuppressWarnings("UnusedVariable") // CommandErrors looks for it before a command runs.
  private boolean help;

  private List<String> settings = List.of();

  /** Lets a command that has these take settings; picocli knows no such thing in a mixin. */
  static void bind(CommandSpec command) {
    for (CommandSpec mixin : command.mixins().values()) {
      if (mixin.userObject() instanceof SettingsArguments arguments) {
        command.addUnmatchedArgsBinding(
            UnmatchedArgsBinding.forStringArrayConsumer(arguments.new Taken()));
      }
    }
    command.subcommands().values().forEach(each -> bind(each.getCommandSpec()));
  }

  private final class Taken implements ISetter {
    @Override
    public <T> @Nullable T set(@Nullable T value) {
      settings = value == null ? List.of() : List.of((String[]) value);
      return null;
    }
  }

  /** As a job takes them. */
  public List<String> arguments() {
    List<String> all = new ArrayList<>();
    if (config != null) {
      all.add("--config");
      all.add(config);
    }
    if (debug) {
      all.add(DEBUG);
    }
    all.addAll(settings);
    return all;
  }

  /** Whether there are any, or variables that may be some. */
  public boolean areGiven(Map<String, String> environment) {
    return !arguments().isEmpty()
        || environment.keySet().stream().anyMatch(name -> name.startsWith(Invocation.VARIABLE));
  }

  /** Taken apart, for a command that reads them itself. */
  public Invocation invocation() {
    return Invocation.of(arguments().toArray(String[]::new));
  }
}
