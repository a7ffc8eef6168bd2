package io.clickstream;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.lab.BuildOutput;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The bill of materials names what is in the JAR, file by file, and nothing else; and all of it may
 * be passed on under the project's own license.
 */
class BillOfMaterialsIT {

  /** Licenses that ask for no more than their own text. */
  private static final Set<String> ALLOWED =
      Set.of("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT");

  private static final ObjectMapper JSON = new ObjectMapper();

  private static Path file;
  private static ObjectNode bom;

  /** Classes in the JAR that are not the project's. */
  private static Set<String> classes;

  /** Those artifacts of the class path of which something is in the JAR, with their classes. */
  private static Map<Path, Set<String>> artifacts;

  @BeforeAll
  static void read() throws IOException {
    file = BuildOutput.file("bom.json");
    bom = (ObjectNode) JSON.readTree(file.toFile());
    classes =
        classesIn(BuildOutput.file(BuildOutput.JAR)).stream()
            .filter(name -> !name.startsWith("io/clickstream/"))
            .collect(toCollection(TreeSet::new));
    artifacts = new TreeMap<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (element.endsWith(".jar")) {
        Set<String> inArtifact = classesIn(Path.of(element));
        if (inArtifact.stream().anyMatch(classes::contains)) {
          artifacts.put(Path.of(element), inArtifact);
        }
      }
    }
  }

  private static Set<String> classesIn(Path jar) throws IOException {
    try (JarFile opened = new JarFile(jar.toFile())) {
      return opened.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
          .collect(toCollection(TreeSet::new));
    }
  }

  @Test
  void shouldNameWhatIsInTheJar() throws Exception {
    assertThat(bom.path("components")).hasSizeGreaterThan(30);
    assertThat(problems(bom)).isEmpty();
  }

  @Test
  void shouldBeAboutTheJob() {
    JsonNode job = bom.at("/metadata/component");

    assertThat(Stream.of("type", "group", "name").map(field -> job.path(field).asText()).toList())
        .containsExactly("application", "io.clickstream", "clickstream-job");
    assertThat(job.path("licenses").findValuesAsText("id")).containsExactly("Apache-2.0");
  }

  @Test
  void shouldSayTheSameInXml() throws IOException {
    String xml = Files.readString(file.resolveSibling("bom.xml"));
    List<String> purls = new ArrayList<>(List.of(bom.at("/metadata/component/purl").asText()));
    bom.path("components").forEach(component -> purls.add(component.path("purl").asText()));

    assertThat(
            Pattern.compile("<purl>([^<]+)</purl>")
                .matcher(xml)
                .results()
                .map(purl -> purl.group(1)))
        .containsExactlyElementsOf(purls);
  }

  /** Place of a value, what stands there instead (nothing: it is gone), what is to be said. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/components/0 | | is in the JAR, and is not named",
        "/components/0/version | '0.0.1' | expected its version",
        "/components/0/version | | expected its version",
        "/components/0/purl | 'pkg:maven/org.slf4j/slf4j-api@1.7.36?type=jar' | nothing of it is in the JAR",
        "/components/0/purl | | nothing of it is in the JAR",
        "/components/0/hashes/2/content | '00' | another file",
        "/components/0/licenses/0/license/id | 'GPL-3.0-only' | license GPL-3.0-only",
        "/components/0/licenses/0 | | no license",
        "/serialNumber | 'urn:uuid:0' | is another one each time",
        "/metadata/timestamp | '2026-01-01T00:00:00Z' | is another one each time",
      })
  void shouldBeFoundWrong(String place, String mistake, String expected) throws Exception {
    ObjectNode changed = bom.deepCopy();
    int slash = place.lastIndexOf('/');
    JsonNode parent = changed.at(place.substring(0, slash));
    String key = place.substring(slash + 1);
    if (parent instanceof ArrayNode array) {
      assertThat(array.remove(Integer.parseInt(key))).isNotNull();
    } else if (mistake == null) {
      assertThat(((ObjectNode) parent).remove(key)).isNotNull();
    } else {
      ((ObjectNode) parent).put(key, mistake);
    }

    assertThat(problems(changed)).anyMatch(problem -> problem.contains(expected));
  }

  private static List<String> problems(JsonNode bom) throws Exception {
    List<String> problems = new ArrayList<>();
    Set<Path> unnamed = new TreeSet<>(artifacts.keySet());
    Set<String> unexplained = new TreeSet<>(classes);
    for (JsonNode component : bom.path("components")) {
      String purl = component.path("purl").asText();
      Path artifact = fileOf(component);
      if (artifact == null || !unnamed.remove(artifact)) {
        problems.add(purl + ": nothing of it is in the JAR");
        continue;
      }
      unexplained.removeAll(artifacts.get(artifact));
      if (!purl.contains("@" + component.path("version").asText("-") + "?")) {
        problems.add(purl + ": expected its version, and not " + component.get("version"));
      }
      if (!hashes(component).equals(List.of(sha256(artifact)))) {
        problems.add(purl + ": it is another file than " + artifact);
      }
      problems.addAll(licenseProblems(purl, component));
    }
    unnamed.forEach(artifact -> problems.add(artifact + " is in the JAR, and is not named"));
    unexplained.forEach(name -> problems.add(name + " is of nothing that is named"));
    if (bom.has("serialNumber") || bom.path("metadata").has("timestamp")) {
      problems.add("what is made of the same sources is another one each time");
    }
    return problems;
  }

  private static List<String> licenseProblems(String purl, JsonNode component) {
    List<String> problems = new ArrayList<>();
    if (component.path("licenses").isEmpty()) {
      problems.add(purl + ": no license");
    }
    for (JsonNode license : component.path("licenses")) {
      // Of a name or an expression somebody has to make out first what it allows.
      String id = license.at("/license/id").asText(license.toString());
      if (!ALLOWED.contains(id)) {
        problems.add(purl + ": license " + id);
      }
    }
    return problems;
  }

  /**
   * Where the artifact lies, by the layout of Maven's repositories; null if not on the class path.
   */
  private static Path fileOf(JsonNode component) {
    String[] purl =
        component.path("purl").asText().replaceFirst("^pkg:maven/", "").split("[/@?]", -1);
    if (purl.length < 4) {
      return null;
    }
    Path end =
        Path.of(purl[0].replace('.', '/'), purl[1], purl[2], purl[1] + "-" + purl[2] + ".jar");
    return artifacts.keySet().stream().filter(path -> path.endsWith(end)).findFirst().orElse(null);
  }

  private static List<String> hashes(JsonNode component) {
    List<String> hashes = new ArrayList<>();
    for (JsonNode hash : component.path("hashes")) {
      if (hash.path("alg").asText().equals("SHA-256")) {
        hashes.add(hash.path("content").asText());
      }
    }
    return hashes;
  }

  private static String sha256(Path artifact) throws IOException, NoSuchAlgorithmException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(artifact));
    return HexFormat.of().formatHex(digest);
  }
}
