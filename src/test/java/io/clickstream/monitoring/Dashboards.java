package io.clickstream.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The dashboards of config/grafana. */
public final class Dashboards {

  private static final Path DIRECTORY = Path.of("config", "grafana", "dashboards");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Dashboards() {}

  /** A panel of a dashboard. */
  public record Panel(String dashboard, JsonNode json) {

    /** What it asks Prometheus. */
    public List<String> queries() {
      List<String> queries = new ArrayList<>();
      json.path("targets").forEach(target -> queries.add(target.get("expr").asText()));
      return queries;
    }

    public String title() {
      return json.get("title").asText();
    }

    @Override
    public String toString() {
      return dashboard + ", " + title();
    }
  }

  /** All panels with content. */
  public static List<Panel> panels() throws IOException {
    List<Panel> panels = new ArrayList<>();
    for (Path file : files()) {
      for (JsonNode panel : JSON.readTree(Files.readString(file)).get("panels")) {
        if (!panel.get("type").asText().equals("row")) {
          panels.add(new Panel(file.getFileName().toString(), panel));
        }
      }
    }
    return panels;
  }

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.sorted().toList();
    }
  }
}
