package io.clickstream.tools.deploy;

import io.clickstream.config.Secrets;
import io.clickstream.config.UserErrorException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Arguments of a job that is submitted, which everyone sees who sees Flink's web UI. */
final class VisibleArguments {

  private static final Pattern ARGUMENT = Pattern.compile("--([^\\s=]+)(?:=(.*))?", Pattern.DOTALL);

  private static final String PARAMETERS = "pipeline.global-job-parameters";

  private VisibleArguments() {}

  /**
   * Returns if nothing of it is secret, or needed by the tool itself.
   *
   * @throws UserErrorException that names the key and the variable to use, and no value
   */
  static void requireNoSecret(List<String> arguments) {
    Optional<String> mistake = mistake(arguments);
    if (mistake.isPresent()) {
      throw new UserErrorException(mistake.get());
    }
  }

  static Optional<String> mistake(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      Matcher argument = ARGUMENT.matcher(arguments.get(i));
      if (!argument.matches()) {
        continue;
      }
      String key = argument.group(1);
      String given = argument.group(2);
      String value = given != null ? given : i + 1 < arguments.size() ? arguments.get(i + 1) : "";
      if (key.equals(PARAMETERS)) {
        return Optional.of("--" + key + ": this tool keeps there how a job was submitted");
      }
      if (Secrets.isNotForOthers(key, value)) {
        return Optional.of(
            "--%s: arguments are seen in Flink's web UI; give it to the JobManager as the environment variable CLICKSTREAM_%s"
                .formatted(key, key.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT)));
      }
    }
    return Optional.empty();
  }
}
