package io.clickstream.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.local.Program;
import io.clickstream.monitoring.Dashboards.Panel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

/** The dashboards as files; what they show of a job that runs is another test. */
class DashboardsTest {

  @TempDir private Path directory;

  @Test
  void shouldSayOfEveryPanelWhatItIsAndInWhichUnit() throws Exception {
    List<Panel> panels = Dashboards.panels();
    assertThat(panels).hasSizeGreaterThan(50);
    for (Panel panel : panels) {
      assertThat(panel.json().path("description").asText()).as("%s", panel).isNotBlank();
      assertThat(panel.json().at("/fieldConfig/defaults/unit").asText())
          .as("%s", panel)
          .isNotBlank();
      assertThat(panel.json().at("/datasource/uid").asText())
          .as("%s", panel)
          .isEqualTo("prometheus");
      assertThat(panel.queries()).as("%s", panel).isNotEmpty().doesNotContain("");
    }
  }

  /**
   * Grafana would show one of two with the same id, and draw those over each other that overlap.
   */
  @Test
  void shouldGiveEveryPanelItsOwnPlace() throws Exception {
    ObjectMapper json = new ObjectMapper();
    Set<String> uids = new HashSet<>();
    for (Path file : Dashboards.files()) {
      JsonNode dashboard = json.readTree(Files.readString(file));
      assertThat(uids.add(dashboard.get("uid").asText())).as("%s", file).isTrue();
      assertThat(file).hasFileName(dashboard.get("uid").asText() + ".json");
      Set<Integer> ids = new HashSet<>();
      Set<String> cells = new HashSet<>();
      for (JsonNode panel : dashboard.get("panels")) {
        assertThat(ids.add(panel.get("id").asInt())).as("%s", panel.get("title")).isTrue();
        JsonNode place = panel.get("gridPos");
        int x = place.get("x").asInt();
        int y = place.get("y").asInt();
        assertThat(x + place.get("w").asInt()).as("%s", panel.get("title")).isBetween(1, 24);
        for (int i = 0; i < place.get("w").asInt(); i++) {
          for (int j = 0; j < place.get("h").asInt(); j++) {
            assertThat(cells.add(x + i + "," + (y + j))).as("%s", panel.get("title")).isTrue();
          }
        }
      }
    }
  }

  @Tag("full")
  @Test
  void shouldAskWhatPrometheusUnderstands() throws Exception {
    Program promtool = Program.require("promtool", "prometheus");
    List<Object> rules =
        Dashboards.panels().stream()
            .flatMap(panel -> panel.queries().stream())
            .map(query -> (Object) java.util.Map.of("record", "checked:query", "expr", query))
            .collect(Collectors.toList());
    Path file = directory.resolve("queries.yml");
    Files.writeString(
        file,
        new Dump(DumpSettings.builder().build())
            .dumpToString(
                java.util.Map.of(
                    "groups", List.of(java.util.Map.of("name", "panels", "rules", rules)))));

    Program.Result result = promtool.run("check", "rules", "--lint=none", file.toString());

    assertThat(result.exitCode()).as(result.output()).isZero();
  }
}
