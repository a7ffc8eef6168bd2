package io.clickstream.config.load;

import io.clickstream.config.Job;
import io.clickstream.config.Kind;
import io.clickstream.config.Setting;
import java.util.ArrayList;
import java.util.List;

/** The text of {@code --help}: every setting, as it is declared. */
public final class HelpText {

  private static final int WIDTH = 96;

  private HelpText() {}

  /** The whole text, in lines of at most 96 characters except where a word is longer. */
  public static String text() {
    StringBuilder text =
        new StringBuilder(
            """
            Clickstream: turns a topic of clicks into a topic of sessions.

            Usage: flink run -d clickstream-job.jar [--config URI] [--KEY VALUE]...

              --config URI   settings in YAML, of any scheme that Flink's file systems read; relative to
                             where main runs, which is the JobManager for jobs submitted over REST
              --KEY VALUE    any setting below, or --KEY=VALUE
              --check        look at Kafka, print what is right and wrong for this job, start nothing
              --replaces-running
                             with --check: the job that runs with this prefix is stopped before this one
                             starts, as in an upgrade
              --debug        print errors with their stack traces
              --help, -h     print this

            A setting is looked for in this order; the first that has it counts:
              1. the argument                --session.gap 20min
              2. the environment variable    CLICKSTREAM_SESSION_GAP=20min
              3. the file of --config        session.gap: 20min
              4. the default
            In variables, dots and dashes are underscores. In CLICKSTREAM_KAFKA_PROPERTIES_... an underscore
            is a dot and two are one underscore. An empty variable counts as not set. Secrets are best given
            as variables: arguments are seen by everyone on the machine and in Flink's web UI.

            """);
    String section = "";
    for (Setting<?> setting : SettingCatalog.OURS.all()) {
      String current = setting.section();
      if (!current.equals(section)) {
        section = current;
        text.append(section).append('\n');
      }
      wrap(List.of(signature(setting)), "  ", text);
      wrap(describe(setting), "      ", text);
    }
    text.append(
        """

        Options of Flink that belong to a job (execution.*, pipeline.*, state.*, restart-strategy.*,
        parallelism.*) can be given in the same ways. The job's defaults, below the cluster's config.yaml:
        """);
    JobDefaults.defaults().forEach((key, value) -> line(key, value, text));
    text.append("What it insists on:\n");
    JobDefaults.required().forEach((key, value) -> line(key, value, text));
    return text.toString();
  }

  private static void line(String key, String value, StringBuilder text) {
    text.append("  ").append(key).append(": ").append(value).append('\n');
  }

  private static String signature(Setting<?> setting) {
    String fallback = setting.defaultText();
    String group = setting.isGroup() ? ".<name>" : "";
    return setting.key()
        + group
        + "  <"
        + setting.kind().type()
        + ">  "
        + (setting.isRequiredBy(Job.SESSIONIZER)
            ? "required"
            : fallback == null ? "optional" : "default " + fallback);
  }

  private static List<String> describe(Setting<?> setting) {
    List<String> paragraphs = new ArrayList<>();
    paragraphs.add(setting.sentence());
    if (!setting.kind().type().startsWith("one of")) {
      paragraphs.add("Expected: " + setting.kind().expected() + ".");
    }
    if (!setting.names().isEmpty()) {
      paragraphs.add("Names: " + String.join(", ", setting.names()) + ".");
    }
    Kind<String> names = setting.nameKind();
    if (names != null) {
      paragraphs.add("<name> is " + names.expected() + ".");
    }
    if (!setting.reserved().isEmpty()) {
      paragraphs.add("Set by the job: " + String.join(", ", setting.reserved().keySet()) + ".");
    }
    return paragraphs;
  }

  private static void wrap(List<String> paragraphs, String indent, StringBuilder text) {
    for (String paragraph : paragraphs) {
      StringBuilder line = new StringBuilder(indent);
      for (String word : paragraph.split(" ", -1)) {
        if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
          text.append(line).append('\n');
          line = new StringBuilder(indent);
        }
        line.append(line.length() > indent.length() ? " " : "").append(word);
      }
      text.append(line).append('\n');
    }
  }
}
