package io.clickstream.config.load;

import io.clickstream.config.UserErrorException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Settings with which the job cannot start. It names every problem, not only the first. */
public final class InvalidSettingsException extends UserErrorException {

  /**
   * One problem.
   *
   * @param key the setting, or the part of the command line or file
   * @param value as it was given, {@code ***} for a secret, or null if there is none
   * @param where it was given: file and line, argument or variable; null if nowhere
   * @param expected what would be right, or what is wrong if that is clearer
   * @param remedy what to do
   */
  public record Problem(
      String key, @Nullable String value, @Nullable String where, String expected, String remedy) {

    private String render() {
      return "  "
          + key
          + (value == null ? "" : " = " + value)
          + (where == null ? "" : " (" + where + ")")
          + "\n      expected: "
          + expected
          + "\n      remedy:   "
          + remedy;
    }
  }

  private final transient List<Problem> problems;

  InvalidSettingsException(List<Problem> problems) {
    super(
        (problems.size() == 1
                ? "1 problem with the settings:\n"
                : problems.size() + " problems with the settings:\n")
            + problems.stream().map(Problem::render).collect(Collectors.joining("\n"))
            + "\n--help lists every setting.");
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
