package io.clickstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.lab.BuildOutput;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The JAR holds what a Flink cluster lacks, once, and nothing that the cluster brings itself. */
class FatJarIT {

  private static final long MAX_BYTES = 40L << 20;

  private static Path path;
  private static JarFile jar;
  private static List<String> entries;

  @BeforeAll
  static void open() throws IOException {
    path = BuildOutput.file(BuildOutput.JAR);
    jar = new JarFile(path.toFile());
    // The file itself and not JarFile's index, which would hide an entry of the same name.
    entries = new ArrayList<>();
    try (ZipInputStream stream =
        new ZipInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
      for (ZipEntry entry = stream.getNextEntry(); entry != null; entry = stream.getNextEntry()) {
        if (!entry.isDirectory()) {
          entries.add(entry.getName());
        }
      }
    }
  }

  @AfterAll
  static void close() throws IOException {
    if (jar != null) {
      jar.close();
    }
  }

  @Test
  void shouldBeSmallEnoughToSubmitOverRest() throws IOException {
    assertThat(Files.size(path)).isLessThanOrEqualTo(MAX_BYTES);
  }

  @Test
  void shouldNameMainClassAndWhatMustBeOpened() throws IOException {
    Attributes manifest = jar.getManifest().getMainAttributes();

    assertThat(
            Stream.of("Main-Class", "Add-Opens", "Multi-Release").map(manifest::getValue).toList())
        .containsExactly(
            "io.clickstream.ClickstreamJob",
            "java.base/java.util java.base/java.lang java.base/java.time",
            "true");
  }

  @Test
  void shouldHoldTheJobItsConnectorAndLibraries() {
    assertThat(entries)
        .contains(
            "io/clickstream/ClickstreamJob.class",
            "org/apache/flink/connector/kafka/sink/KafkaSink.class",
            "org/apache/kafka/clients/producer/KafkaProducer.class",
            "com/fasterxml/jackson/core/JsonFactory.class",
            "org/snakeyaml/engine/v2/api/Load.class",
            "picocli/CommandLine.class",
            "META-INF/LICENSE",
            "META-INF/NOTICE");
  }

  @Test
  void shouldHoldNothingOfFlinkButTheConnector() {
    assertThat(entries)
        .filteredOn(entry -> entry.startsWith("org/apache/flink/"))
        .filteredOn(
            entry ->
                !entry.startsWith("org/apache/flink/connector/kafka/")
                    && !entry.startsWith("org/apache/flink/streaming/connectors/kafka/")
                    && !entry.startsWith("org/apache/flink/streaming/util/serialization/JSONKey"))
        .isEmpty();
  }

  @Test
  void shouldHoldNothingThatTheClusterOrATestBrings() {
    Set<String> unwanted =
        Set.of(
            "ch/qos/logback/",
            "org/apache/logging/",
            "org/apache/log4j/",
            "org/slf4j/",
            "org/rocksdb/",
            "librocksdb",
            "org/junit/",
            "org/assertj/",
            "scala/",
            "kafka/server/",
            "javax/annotation/",
            "com/esotericsoftware/");

    assertThat(entries)
        .filteredOn(entry -> unwanted.stream().anyMatch(entry::startsWith))
        .isEmpty();
    assertThat(entries)
        .filteredOn(entry -> entry.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)"))
        .isEmpty();
    assertThat(entries).filteredOn(entry -> entry.endsWith("module-info.class")).isEmpty();
    assertThat(entries)
        .filteredOn(entry -> entry.matches("io/clickstream/.*(Test|IT)\\.class"))
        .isEmpty();
  }

  @Test
  void shouldHoldEveryEntryOnce() {
    assertThat(entries).doesNotHaveDuplicates();
  }

  @Test
  void shouldHoldNoClassThatTwoArtifactsDefine() throws IOException {
    // Given the classes of the JAR and the artifacts of the class path that define them
    Set<String> classes =
        entries.stream()
            .filter(entry -> entry.endsWith(".class"))
            .collect(toCollection(TreeSet::new));
    Map<String, Set<String>> artifacts = new TreeMap<>();
    for (Path artifact : artifactsOfClassPath()) {
      for (String name : namesIn(artifact)) {
        if (classes.contains(name)) {
          artifacts
              .computeIfAbsent(name, key -> new TreeSet<>())
              .add(artifact.getFileName().toString());
        }
      }
    }
    assertThat(artifacts).hasSizeGreaterThan(5_000);

    // When those with one definition are left out
    artifacts.values().removeIf(definitions -> definitions.size() == 1);

    // Then
    assertThat(artifacts).isEmpty();
  }

  @Test
  void shouldHoldTheServicesOfAllItsArtifacts() throws IOException {
    // Given the providers that its artifacts name
    Map<String, Set<String>> expected = new TreeMap<>();
    for (Path artifact : artifactsOfClassPath()) {
      Set<String> names = namesIn(artifact);
      boolean isShaded =
          names.stream().filter(name -> name.endsWith(".class")).anyMatch(entries::contains);
      if (isShaded) {
        try (JarFile file = new JarFile(artifact.toFile())) {
          for (String name : names) {
            if (isService(name)) {
              expected.computeIfAbsent(name, key -> new TreeSet<>()).addAll(providers(file, name));
            }
          }
        }
      }
    }

    // When
    Map<String, Set<String>> actual = new TreeMap<>();
    for (String entry : entries) {
      if (isService(entry)) {
        actual.put(entry, providers(jar, entry));
      }
    }

    // Then
    assertThat(actual).isNotEmpty().isEqualTo(expected);
    assertThat(actual.values())
        .allSatisfy(
            providers ->
                assertThat(providers)
                    .allMatch(
                        provider -> entries.contains(provider.replace('.', '/') + ".class"),
                        "is in the JAR"));
  }

  private static boolean isService(String entry) {
    return entry.startsWith("META-INF/services/");
  }

  private static Set<String> providers(JarFile file, String service) throws IOException {
    JarEntry entry = file.getJarEntry(service);
    try (InputStream stream = file.getInputStream(entry)) {
      return new String(stream.readAllBytes(), UTF_8)
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .collect(toCollection(TreeSet::new));
    }
  }

  private static List<Path> artifactsOfClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(element -> element.endsWith(".jar"))
        .map(Path::of)
        .toList();
  }

  private static Set<String> namesIn(Path artifact) throws IOException {
    try (JarFile file = new JarFile(artifact.toFile())) {
      return file.stream()
          .filter(entry -> !entry.isDirectory())
          .map(JarEntry::getName)
          .collect(toCollection(TreeSet::new));
    }
  }
}
