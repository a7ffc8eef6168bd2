package io.clickstream.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations as the job's settings write them: {@code 500ms}, {@code 30s}, {@code 5min}, {@code 2h}.
 */
public final class DurationText implements ITypeConverter<Duration> {

  private static final Pattern AMOUNT_AND_UNIT = Pattern.compile("(\\d+)\\s*([a-z]+)");

  @Override
  public Duration convert(String value) {
    Matcher matcher = AMOUNT_AND_UNIT.matcher(value.strip().toLowerCase(Locale.ROOT));
    try {
      if (!matcher.matches()) {
        return Duration.parse(value);
      }
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m", "min" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        case "d" -> Duration.ofDays(amount);
        default -> throw expected(value);
      };
    } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
      throw expected(value);
    }
  }

  private static TypeConversionException expected(String value) {
    return new TypeConversionException(
        "'" + value + "' is no duration; expected one such as 500ms, 30s, 5min, 2h, 1d");
  }
}
