package io.clickstream.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.local.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The rules of config/prometheus, by Prometheus' own tool. */
class AlertRulesTest {

  private static final Path DIRECTORY = Path.of("config", "prometheus");
  private static final Path ALERTS = DIRECTORY.resolve("rules/clickstream-alerts.yml");
  private static final Path TESTS = Path.of("src", "test", "prometheus", "alerts_test.yml");
  private static final Pattern HEADING = Pattern.compile("(?m)^##+ (.+)$");

  @Tag("full")
  @Test
  void shouldFireAsTheTestsSay() throws Exception {
    // Given
    Program promtool = Program.require("promtool", "prometheus");

    // When
    Program.Result config = promtool.run("check", "config", DIRECTORY + "/prometheus.yml");
    Program.Result tests = promtool.run("test", "rules", TESTS.toString());

    // Then
    assertThat(config.exitCode()).as(config.output()).isZero();
    assertThat(tests.exitCode()).as(tests.output()).isZero();
  }

  @Test
  void shouldBeTestedOnBothSides() throws IOException {
    // Given
    Set<String> firing = new TreeSet<>();
    Set<String> silent = new TreeSet<>();
    for (Map<String, Object> test : maps(yaml(TESTS).get("tests"))) {
      for (Map<String, Object> alert : maps(test.getOrDefault("alert_rule_test", List.of()))) {
        boolean fires = alert.containsKey("exp_alerts");
        (fires ? firing : silent).add(String.valueOf(alert.get("alertname")));
      }
    }

    // Then
    Set<String> names =
        alerts().stream()
            .map(alert -> String.valueOf(alert.get("alert")))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(names).hasSizeGreaterThan(15);
    assertThat(firing).isEqualTo(names);
    assertThat(silent).isEqualTo(names);
  }

  @Test
  void shouldSayHowBadItIsAndWhatToDo() throws IOException {
    for (Map<String, Object> alert : alerts()) {
      Map<String, Object> annotations = map(alert.get("annotations"));
      assertThat(map(alert.get("labels")).get("severity")).isIn("critical", "warning");
      assertThat(annotations).containsOnlyKeys("summary", "description", "runbook");
      String[] link = String.valueOf(annotations.get("runbook")).split("#", -1);
      assertThat(link).as("%s", alert).hasSize(2);
      assertThat(anchors(Path.of(link[0]))).as("%s", alert).contains(link[1]);
    }
  }

  private static List<Map<String, Object>> alerts() throws IOException {
    List<Map<String, Object>> alerts = new ArrayList<>();
    for (Map<String, Object> group : maps(yaml(ALERTS).get("groups"))) {
      alerts.addAll(maps(group.get("rules")));
    }
    return alerts;
  }

  /** Under which the headings of a document are found. */
  private static Set<String> anchors(Path document) throws IOException {
    return HEADING
        .matcher(Files.readString(document))
        .results()
        .map((MatchResult heading) -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static Map<String, Object> yaml(Path file) throws IOException {
    Load load = new Load(LoadSettings.builder().build());
    return map(load.loadFromString(Files.readString(file)));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> maps(Object list) {
    return (List<Map<String, Object>>) list;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object map) {
    return (Map<String, Object>) map;
  }
}
