package io.clickstream.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.local.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * One object, as it is given to Kubernetes.
 *
 * @param origin where it stands, for messages
 * @param patch whether it is a part of an object alone, to be laid over another
 */
record Manifest(String origin, boolean patch, ObjectNode content) {

  static final Path DIRECTORY = Path.of("config", "kubernetes");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> RENDERED = new ConcurrentHashMap<>();

  static List<Manifest> read(Path file, boolean patch) throws IOException {
    return parse(file.toString(), patch, Files.readString(file));
  }

  /** The manifests that kubectl would apply for an overlay; the caller may change them. */
  static List<Manifest> render(String overlay) throws IOException, InterruptedException {
    String known = RENDERED.get(overlay);
    if (known != null) {
      return parse(overlay, false, known);
    }
    Program.Result result =
        Program.require("kubectl", "kubernetes-client (1.27 or newer)")
            .run("kustomize", DIRECTORY.resolve("overlays").resolve(overlay).toString());
    if (result.exitCode() != 0) {
      throw new IOException("kubectl kustomize " + overlay + ": " + result.output());
    }
    RENDERED.put(overlay, result.output());
    return parse(overlay, false, result.output());
  }

  static List<Manifest> parse(String origin, boolean patch, String yaml) {
    List<Manifest> manifests = new ArrayList<>();
    LoadSettings settings = LoadSettings.builder().setMaxAliasesForCollections(1_000).build();
    for (Object document : new Load(settings).loadAllFromString(yaml)) {
      ObjectNode content = JSON.valueToTree(document);
      Manifest manifest = new Manifest(origin, patch, content);
      manifests.add(new Manifest(origin + ": " + manifest.id(), patch, content));
    }
    return manifests;
  }

  static ObjectNode yaml(Path file) throws IOException {
    return JSON.valueToTree(
        new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
  }

  Manifest copy() {
    return new Manifest(origin, patch, content.deepCopy());
  }

  String kind() {
    return content.path("kind").asText();
  }

  String name() {
    return content.at("/metadata/name").asText();
  }

  String id() {
    return kind() + " " + name();
  }

  /** The node at a JSON pointer; a missing node if there is none. */
  JsonNode at(String pointer) {
    return content.at(pointer);
  }

  /** Of a list of names or of values. */
  static Stream<JsonNode> each(JsonNode list) {
    List<JsonNode> nodes = new ArrayList<>();
    list.forEach(nodes::add);
    return nodes.stream();
  }

  @Override
  public String toString() {
    return origin;
  }
}
