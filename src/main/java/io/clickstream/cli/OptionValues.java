package io.clickstream.cli;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Values of options with the words for those that are none. */
final class OptionValues {

  private OptionValues() {}

  /** Also for all sub-commands that the command has by now. */
  static void register(CommandLine command) {
    register(command, Integer.class, Integer::valueOf, "whole number");
    register(command, int.class, Integer::valueOf, "whole number");
    register(command, Long.class, Long::valueOf, "whole number");
    register(command, long.class, Long::valueOf, "whole number");
    register(command, short.class, Short::valueOf, "whole number");
    register(command, double.class, Double::valueOf, "number");
    register(command, Instant.class, Instant::parse, "time such as 2026-01-01T00:00:00Z");
  }

  private static <T> void register(
      CommandLine command, Class<T> type, Function<String, T> reader, String expected) {
    command.registerConverter(
        type,
        text -> {
          try {
            return reader.apply(text);
          } catch (NumberFormatException | DateTimeParseException e) {
            throw new TypeConversionException(
                "'%s' is not allowed; expected a %s".formatted(text, expected));
          }
        });
  }
}
