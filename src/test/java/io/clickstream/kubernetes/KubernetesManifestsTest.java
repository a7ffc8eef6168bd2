package io.clickstream.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The files as they are, each by itself; what kustomize makes of them is another test. */
class KubernetesManifestsTest {

  private static final String KUSTOMIZATION = "kustomization.yaml";
  private static final Path EXAMPLE = Manifest.DIRECTORY.resolve("secrets.example.yaml");

  /** Keys below these are the user's own, or Kafka's and Flink's, of which no schema knows. */
  private static final List<String> FREE =
      List.of(
          "/labels",
          "/annotations",
          "/matchLabels",
          "/flinkConfiguration",
          "/stringData",
          "/requests",
          "/limits",
          "/-XX",
          "/config");

  /** Files and what they are to a kustomization. */
  private record Use(Path file, String as) {}

  static List<Manifest> manifests() throws IOException {
    List<Manifest> manifests = new ArrayList<>(Manifest.read(EXAMPLE, false));
    for (Use use : uses()) {
      if (use.as().equals("resource") || use.as().equals("patch")) {
        manifests.addAll(Manifest.read(use.file(), use.as().equals("patch")));
      }
    }
    return manifests;
  }

  @Test
  void shouldHoldNoFileThatNobodyUses() throws IOException {
    Set<Path> used = new TreeSet<>(List.of(EXAMPLE));
    uses().forEach(use -> used.add(use.file()));
    kustomizations().forEach(directory -> used.add(directory.resolve(KUSTOMIZATION)));

    assertThat(files(Manifest.DIRECTORY))
        .containsExactlyElementsOf(
            used.stream().filter(file -> file.startsWith(Manifest.DIRECTORY)).toList());
    assertThat(used).allMatch(Files::exists);
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void shouldSayWhatTheSchemaKnows(Manifest manifest) throws Exception {
    assertThat(Schemas.load().problems(manifest)).isEmpty();
  }

  /** Every field of every manifest in turn. */
  @ParameterizedTest
  @MethodSource("manifests")
  void shouldBeRefusedWhenAFieldIsMisspelt(Manifest manifest) throws Exception {
    Schemas schemas = Schemas.load();
    List<String> places = new ArrayList<>();
    collect(manifest.content(), "", places);
    assertThat(places).hasSizeGreaterThan(3);
    for (String place : places) {
      Manifest misspelt = manifest.copy();
      int slash = place.lastIndexOf('/');
      ObjectNode parent = (ObjectNode) misspelt.at(place.substring(0, slash));
      String field = place.substring(slash + 1).replace("~1", "/").replace("~0", "~");
      parent.set(field + "X", parent.remove(field));

      assertThat(schemas.problems(misspelt)).as("%s without %s", manifest, place).isNotEmpty();
    }
  }

  private static void collect(JsonNode node, String pointer, List<String> places) {
    if (node instanceof ObjectNode object) {
      if (FREE.stream().anyMatch(pointer::endsWith)) {
        return;
      }
      object
          .fieldNames()
          .forEachRemaining(
              name -> {
                String place = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
                places.add(place);
                collect(object.get(name), place, places);
              });
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        collect(array.get(i), pointer + "/" + i, places);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FlinkDeployment clickstream-job, /spec, flinkVersion, v2.3",
    "FlinkDeployment clickstream-job, /spec/job, upgradeMode, save-point",
    "FlinkDeployment clickstream-job, /spec/job, parallelism, two",
    "FlinkDeployment clickstream-job, /spec/podTemplate/spec, enableServiceLinks, no",
    "Kafka clickstream, /spec/kafka/listeners/0, type, inside",
    "Kafka clickstream, /spec/kafka/authorization, type, simpel",
    "KafkaNodePool brokers, /spec/storage, type, jbot",
    "KafkaTopic raw-clicks, /spec, partitions, many",
    "KafkaUser clickstream-job, /spec/authentication, type, scram-sha-256",
    "KafkaUser clickstream-job, /spec/authorization/acls/0/resource, type, topics",
    "PodDisruptionBudget clickstream-job-taskmanager, /spec, selector, none",
    "NetworkPolicy clickstream-dns, /spec, egress, all",
    "PodMonitor clickstream-flink, /spec, podMetricsEndpoints, metrics",
    "ServiceAccount clickstream-flink, /metadata, labels, none",
  })
  void shouldBeRefusedWhenAValueIsWrong(String id, String parent, String field, String value)
      throws Exception {
    Manifest manifest =
        manifests().stream()
            .filter(each -> each.id().equals(id) && !each.patch())
            .findFirst()
            .orElseThrow()
            .copy();
    ((ObjectNode) manifest.at(parent)).put(field, value);

    assertThat(Schemas.load().problems(manifest)).isNotEmpty();
  }

  @Test
  void shouldBeRefusedWhenNobodyKnowsTheKind() throws Exception {
    List<Manifest> manifests =
        Manifest.parse("here", false, "{apiVersion: v1, kind: Pot, metadata: {name: tea}}");

    assertThat(Schemas.load().problems(manifests.get(0)))
        .containsExactly("here: Pot tea: there is no schema for v1/Pot");
  }

  @Test
  void shouldPatchWhatThereIs() throws IOException {
    List<String> resources =
        manifests().stream().filter(each -> !each.patch()).map(Manifest::id).toList();
    List<Manifest> patches = manifests().stream().filter(Manifest::patch).toList();

    assertThat(patches).hasSizeGreaterThan(5);
    assertThat(patches)
        .filteredOn(patch -> !patch.name().equals("every"))
        .allSatisfy(patch -> assertThat(resources).contains(patch.id()));
  }

  // ---- files

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static List<Path> kustomizations() throws IOException {
    return files(Manifest.DIRECTORY).stream()
        .filter(file -> file.endsWith(KUSTOMIZATION))
        .map(Path::getParent)
        .toList();
  }

  private static List<Use> uses() throws IOException {
    List<Use> uses = new ArrayList<>();
    for (Path directory : kustomizations()) {
      ObjectNode kustomization = Manifest.yaml(directory.resolve(KUSTOMIZATION));
      for (JsonNode resource : kustomization.path("resources")) {
        Path path = directory.resolve(resource.asText()).normalize();
        if (!Files.isDirectory(path)) {
          uses.add(new Use(path, "resource"));
        } else {
          assertThat(path.resolve(KUSTOMIZATION)).exists();
        }
      }
      for (JsonNode patch : kustomization.path("patches")) {
        if (patch.has("path")) {
          uses.add(new Use(directory.resolve(patch.get("path").asText()), "patch"));
        }
      }
      for (JsonNode generator : kustomization.path("configMapGenerator")) {
        for (JsonNode file : generator.path("files")) {
          uses.add(new Use(directory.resolve(file.asText()), "content"));
        }
      }
      for (JsonNode file : kustomization.path("configurations")) {
        uses.add(new Use(directory.resolve(file.asText()), "configuration"));
      }
    }
    return uses;
  }
}
