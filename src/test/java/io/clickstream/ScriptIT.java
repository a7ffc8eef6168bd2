package io.clickstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.lab.BuildOutput;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script beside the JAR: where it finds Flink, what it says where there is none. */
class ScriptIT {

  private static final Path JAR = BuildOutput.file(BuildOutput.JAR);

  /** A distribution's lib folder has these, among others. */
  private static final Pattern LIBRARY =
      Pattern.compile("(flink-|log4j-|slf4j-api|commons-|frocksdbjni).*\\.jar");

  private static final String SETTINGS =
      "--kafka.bootstrap-servers localhost:1 --sink.transactional-id-prefix x";

  @TempDir private Path directory;
  private Path script;
  private Path tools;

  /** A folder as a release makes it, and programs that a shell needs, without flink. */
  @BeforeEach
  void lay() throws IOException {
    Path release = Files.createDirectories(directory.resolve("a release"));
    script = release.resolve("clickstream");
    Files.copy(JAR.resolveSibling("clickstream"), script);
    Files.createSymbolicLink(release.resolve("clickstream-job.jar"), JAR);
    tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool : List.of("sh", "dirname", "readlink", "cat")) {
      Files.createSymbolicLink(tools.resolve(tool), find(tool));
    }
    Files.createSymbolicLink(
        tools.resolve("java"), Path.of(ProcessHandle.current().info().command().orElseThrow()));
  }

  private static Path find(String tool) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  /** A folder of Flink with the JARs of this build, and a client that tells its arguments. */
  private Path flink() throws IOException {
    Path home = directory.resolve("flink 2");
    Path lib = Files.createDirectories(home.resolve("lib"));
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path jar = Path.of(element);
      if (LIBRARY.matcher(jar.getFileName().toString()).matches()) {
        Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar);
      }
    }
    Path client = Files.createDirectories(home.resolve("bin")).resolve("flink");
    Files.writeString(client, "#!/bin/sh\nprintf '<%s>' \"$@\"\nexit 7\n");
    assertThat(client.toFile().setExecutable(true)).isTrue();
    return home;
  }

  private CommandRun run(Path program, Map<String, String> variables, String arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(Arrays.asList(arguments.split(" ")));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("JVM_ARGS", "-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
    builder.environment().putAll(variables);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new CommandRun(
        process.exitValue(),
        Files.readString(out, UTF_8).strip(),
        Files.readString(err, UTF_8).strip());
  }

  private CommandRun run(Map<String, String> variables, String arguments)
      throws IOException, InterruptedException {
    return run(script, variables, arguments);
  }

  @Test
  void shouldPlanTopicsWithTheLibrariesOfFlinkHome() throws Exception {
    CommandRun run = run(Map.of("FLINK_HOME", flink().toString()), "topics --slots 4 " + SETTINGS);

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("raw-clicks ").contains("8 partitions, 3 replicas");
  }

  @Test
  void shouldFindFlinkByTheProgramOnThePathThroughLinks() throws Exception {
    Files.createSymbolicLink(tools.resolve("flink"), flink().resolve("bin").resolve("flink"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), script);

    CommandRun run = run(link, Map.of(), "topics --slots 4 " + SETTINGS);

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("raw-clicks ");
  }

  @Test
  void shouldSayWhatIsMissingWhenThereIsNoFlink() throws Exception {
    assertThat(run(Map.of(), "topics " + SETTINGS))
        .isEqualTo(
            new CommandRun(
                1,
                "",
                "clickstream: Flink is not found: FLINK_HOME is not set, and there is no flink on"
                    + " the PATH; expected FLINK_HOME to be the folder of Flink 2.x, with its lib"
                    + " folder"));
    assertThat(run(Map.of("FLINK_HOME", "/nowhere"), "check " + SETTINGS).err())
        .startsWith(
            "clickstream: FLINK_HOME is /nowhere, but there are no JARs in its lib folder; expected");
  }

  @Test
  void shouldSayWhatIsMissingWhenThereIsNoJarOrNoJava() throws Exception {
    Path alone = Files.copy(script, directory.resolve("clickstream"));

    assertThat(run(alone, Map.of(), "schema").err())
        .isEqualTo(
            "clickstream: there is no clickstream-job.jar in %s; expected it beside this script"
                .formatted(directory.toRealPath()));
    assertThat(run(Map.of("JAVA_HOME", "/nowhere"), "schema"))
        .isEqualTo(
            new CommandRun(
                1,
                "",
                "clickstream: there is no /nowhere/bin/java; install Java 17 or newer, or set"
                    + " JAVA_HOME"));
  }

  /** What it does with the JAR alone, with the exit code and the beginning of what it prints. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--help | 0 | Usage: clickstream COMMAND",
        "topics --help | 0 | Plan, create and compare",
        "traffic -h | 0 | Generate test traffic",
        "schema | 0 | {",
        "--version | 0 | Clickstream 0.",
        "submit | 2 | 'clickstream submit' expects one of",
        "submit list --rest http://127.0.0.1:1 | 1 | http://127.0.0.1:1: Flink does not answer (",
        "submit list --rests x | 2 | --rests: 'clickstream submit list' has no such option",
      })
  void shouldNeedNoFlinkFor(String arguments, int exitCode, String beginning) throws Exception {
    CommandRun run = run(Map.of(), arguments);

    assertThat(run.out() + run.err()).startsWith(beginning);
    assertThat(run.exitCode()).isEqualTo(exitCode);
  }

  @Test
  void shouldNeedFlinkForASchemaWithSettings() throws Exception {
    String missing = "clickstream: Flink is not found";

    assertThat(run(Map.of(), "schema --session.bounce ga4").err()).startsWith(missing);
    assertThat(run(Map.of("CLICKSTREAM_SESSION_BOUNCE", "ga4"), "schema").err())
        .startsWith(missing);
    CommandRun run =
        run(
            Map.of("FLINK_HOME", flink().toString(), "CLICKSTREAM_SESSION_BOUNCE", "ga4"),
            "schema");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("{").contains("The session is not engaged.");
  }

  @Test
  void shouldRunTheJobByFlinksOwnClient() throws Exception {
    CommandRun run =
        run(
            Map.of("FLINK_HOME", flink().toString()),
            "run --parallelism 2 --from s3://b/s --config c.yaml --session.gap 1s");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out())
        .matches(
            "<run><-d><-p><2><-s><s3://b/s><-c><io\\.clickstream\\.ClickstreamJob><.*/clickstream-job\\.jar>"
                + "<--config><c\\.yaml><--session\\.gap><1s>");
    assertThat(run(Map.of("FLINK_HOME", flink2()), "run --loader --attached --config c.yaml").out())
        .startsWith("<run><-c><io.clickstream.SessionsToClickHouseJob><");
  }

  private String flink2() {
    return directory.resolve("flink 2").toString();
  }

  @Test
  void shouldSayWhatIsMissingWhenThereIsNoClientOfFlink() throws Exception {
    Path home = flink();
    Files.delete(home.resolve("bin").resolve("flink"));

    CommandRun run = run(Map.of("FLINK_HOME", home.toString()), "run --config c.yaml");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("there is no program flink; expected it in bin of the folder");
  }

  @Test
  void shouldOpenToFlinkWhatTheManifestOpens() throws Exception {
    String opened =
        Pattern.compile("--add-opens=(\\S+)=ALL-UNNAMED")
            .matcher(Files.readString(script))
            .results()
            .map(option -> option.group(1))
            .collect(Collectors.joining(" "));
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(opened).isEqualTo(jar.getManifest().getMainAttributes().getValue("Add-Opens"));
    }
  }
}
