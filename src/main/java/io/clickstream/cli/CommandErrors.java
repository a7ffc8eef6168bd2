package io.clickstream.cli;

import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.HelpText;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * One message for each mistake: it names the flag, the expected value and the nearest flag, and
 * repeats no value that may be a secret.
 *
 * <p>A wrong command line ends with exit code 2, a failure that a user can mend with its message
 * and exit code 1; everything else keeps its stack trace.
 */
public final class CommandErrors
    implements IExecutionStrategy, IParameterExceptionHandler, IExecutionExceptionHandler {

  private CommandErrors() {}

  /** Makes a command, and all of its sub-commands, report mistakes so. */
  public static CommandLine reportedBy(CommandLine command) {
    CommandErrors errors = new CommandErrors();
    OptionValues.register(command);
    SettingsArguments.bind(command.getCommandSpec());
    return command
        .setExpandAtFiles(false)
        .setExecutionStrategy(errors)
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors);
  }

  @Override
  public int execute(ParseResult parsed) {
    ParseResult last = last(parsed);
    CommandLine command = last.commandSpec().commandLine();
    if (last.matchedOptionValue(SettingsArguments.HELP, false)) {
      command.getOut().println(HelpText.text());
      command.getOut().flush();
      return ExitCodes.DONE;
    }
    if (!last.isUsageHelpRequested() && !last.isVersionHelpRequested()) {
      requireSettings(command, last.unmatched());
    }
    return new RunLast().execute(parsed);
  }

  private static ParseResult last(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    return last;
  }

  /** Arguments that no option took must be settings with their values. */
  private static void requireSettings(CommandLine command, List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String key = key(argument);
      if (!argument.startsWith("--") || key.indexOf('.') < 0) {
        throw new UnmatchedArgumentException(command, List.of(argument));
      }
      boolean valueFollows =
          key.equals(argument)
              && i + 1 < arguments.size()
              && !arguments.get(i + 1).startsWith("--");
      i += valueFollows ? 1 : 0;
    }
  }

  private static String key(String argument) {
    int equals = argument.indexOf('=');
    return equals < 0 ? argument : argument.substring(0, equals);
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(message(e, arguments));
    err.println("'%s --help' lists all options.".formatted(name(command)));
    err.flush();
    return ExitCodes.WRONG_COMMAND_LINE;
  }

  private static String message(ParameterException e, String[] arguments) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched);
    }
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      // One that is misspelt is missing, too; its name says more.
      for (String argument : arguments) {
        String key = key(argument);
        if (key.startsWith("--")
            && key.indexOf('.') < 0
            && e.getCommandLine().getCommandSpec().findOption(key) == null) {
          return unmatched(new UnmatchedArgumentException(e.getCommandLine(), List.of(argument)));
        }
      }
      return missing(missing);
    }
    if (e instanceof OverwrittenOptionException twice) {
      return "%s: it is there twice; expected it once".formatted(label(twice.getOverwritten()));
    }
    if (e instanceof MutuallyExclusiveArgsException) {
      return String.valueOf(e.getMessage())
          .replaceFirst("^Error: (.*) are mutually exclusive.*", "$1: expected one of them");
    }
    if (e.getArgSpec() instanceof OptionSpec option
        && e.getCause() instanceof TypeConversionException conversion) {
      return "%s: %s".formatted(option.longestName(), conversion.getMessage());
    }
    return String.valueOf(e.getMessage());
  }

  private static String unmatched(UnmatchedArgumentException e) {
    CommandLine command = e.getCommandLine();
    String argument = e.getUnmatched().get(0);
    boolean isCommand = !argument.startsWith("-") && !command.getSubcommands().isEmpty();
    String nearest = nearest(e);
    if (isCommand) {
      return "'%s' has no command %s; expected one of %s%s"
          .formatted(
              name(command),
              argument,
              String.join(", ", command.getSubcommands().keySet()),
              nearest);
    }
    boolean takesSettings = !command.getCommandSpec().unmatchedArgsBindings().isEmpty();
    if (argument.startsWith("-")) {
      return "%s: '%s' has no such option%s%s"
          .formatted(
              key(argument),
              name(command),
              nearest,
              takesSettings ? "; a setting of the job has a dot, as --session.gap" : "");
    }
    // Not shown: it may be the rest of a secret that was not quoted.
    return "'%s' expects %s; there is a word that belongs to none: quote a value that contains spaces"
        .formatted(
            name(command), takesSettings ? "options, and settings as --key value" : "options");
  }

  private static String nearest(UnmatchedArgumentException e) {
    List<String> suggestions =
        new UnmatchedArgumentException(e.getCommandLine(), List.of(key(e.getUnmatched().get(0))))
            .getSuggestions();
    return suggestions.isEmpty() ? "" : "; the nearest is " + suggestions.get(0);
  }

  private static String missing(MissingParameterException e) {
    List<ArgSpec> missing = e.getMissing();
    boolean isValue = String.valueOf(e.getMessage()).contains("parameter for option");
    if (isValue) {
      ArgSpec option = missing.get(0);
      return "%s: there is no value after it; expected %s"
          .formatted(((OptionSpec) option).longestName(), option.paramLabel());
    }
    boolean isChoice = missing.stream().allMatch(each -> each.group() != null);
    String labels =
        missing.stream()
            .map(CommandErrors::label)
            .collect(Collectors.joining(isChoice ? " or " : " and "));
    return missing.size() > 1 && !isChoice
        ? labels + " are missing"
        : labels + " is missing" + (isChoice ? "" : ": " + description(missing.get(0)));
  }

  private static String label(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? option.longestName() + " " + option.paramLabel()
        : argument.paramLabel();
  }

  private static String description(ArgSpec argument) {
    return String.join(" ", argument.description()).replace(" Required.", "");
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName();
  }

  @Override
  public int handleExecutionException(
      Exception e, CommandLine command, @Nullable ParseResult parsed) throws Exception {
    boolean debug =
        parsed != null && last(parsed).matchedOptionValue(SettingsArguments.DEBUG, false);
    if (debug || !(e instanceof UserErrorException)) {
      throw e;
    }
    // A job has --help alone; here that is the help of a command.
    command
        .getErr()
        .println(
            String.valueOf(e.getMessage())
                .replace(
                    "--help lists every setting", SettingsArguments.HELP + " lists every setting"));
    command.getErr().flush();
    return ExitCodes.FAILED;
  }
}
