package io.clickstream.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.CommandRun;
import io.clickstream.local.Program;
import io.clickstream.tools.deploy.FlinkRestClient;
import io.clickstream.tools.deploy.FlinkRestClient.Job;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compose file, by Compose. Its ports are fixed: nothing else of it may run. */
@Tag("full")
@Tag("docker")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ComposeIT {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String OUTSIDE = "localhost:9092";
  private static final String DOES_NOT_RUN = "probe";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private Program docker;

  @TempDir Path directory;

  @BeforeEach
  void requireCompose() throws Exception {
    Docker.require();
    docker = Program.require("docker", "docker.io");
    if (docker.run("compose", "version").exitCode() != 0) {
      Docker.skip("NO Docker Compose: install the plugin, 2.20 or newer");
    }
  }

  @AfterEach
  void down() throws Exception {
    if (docker != null) {
      docker.run(arguments("--profile", "*", "down", "--volumes", "--timeout", "20"));
    }
  }

  private static String[] arguments(String... command) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "compose",
                "--project-name",
                "clickstream-test",
                "--env-file",
                ComposeFile.EXAMPLE.toString()));
    arguments.addAll(List.of(command));
    return arguments.toArray(String[]::new);
  }

  private String compose(String... command) throws Exception {
    Program.Result result = docker.run(arguments(command));
    if (result.exitCode() != 0) {
      throw new AssertionError(result.output() + state());
    }
    return result.output();
  }

  private String state() throws Exception {
    return "\n"
        + docker.run(arguments("--profile", "*", "ps", "--all")).output()
        + docker.run(arguments("--profile", "*", "logs", "--tail", "40")).output();
  }

  @ParameterizedTest
  @ValueSource(strings = {"one-broker", "three-brokers"})
  void shouldBeUnderstoodWithEachProfile(String profile) throws Exception {
    String services = compose("--profile", profile, "config", "--services");

    assertThat(services.lines().filter(name -> name.startsWith("kafka")))
        .hasSize(profile.equals("one-broker") ? 1 : 3);
    assertThat(services.lines().filter(name -> name.startsWith("topics"))).hasSize(1);
    assertThat(services.lines()).contains("jobmanager", "submit-job", "grafana");
  }

  @Test
  void shouldServeTheJobFromItsKafka() throws Exception {
    compose("up", "--detach", "--build", "--wait", "kafka");
    JobRun run = new JobRun(OUTSIDE);
    assertThat(run.topics("--create", 1).exitCode()).isZero();

    run.requireAgreement(directory);
  }

  @Test
  void shouldHoldThreeCopiesWithThreeBrokers() throws Exception {
    compose(
        "--profile",
        "three-brokers",
        "up",
        "--detach",
        "--build",
        "--wait",
        "kafka-1",
        "kafka-2",
        "kafka-3");
    compose("--profile", "three-brokers", "run", "--rm", "topics-replicated");

    JobRun run = new JobRun(OUTSIDE);
    Tool.Result checked = run.topics("--check", 3);
    assertThat(checked.exitCode()).as(checked.output()).isZero();
    run.requireAgreement(directory);
  }

  /** From an empty machine to rows in ClickHouse that Prometheus sees. */
  @Test
  void shouldRunEverythingAfterOneCommand() throws Exception {
    Assumptions.assumeTrue(
        Docker.isRequired(),
        "NOT the whole of docker-compose.yml: 12 GB; DOCKER_REQUIRED=true runs it");
    compose("up", "--detach", "--build");
    FlinkRestClient flink = new FlinkRestClient(URI.create("http://127.0.0.1:8081"), null);
    Set<String> jobs = awaitJobs(flink);

    compose("up", "--detach");
    awaitOver("submit-job");
    awaitOver("submit-loader");
    assertThat(awaitJobs(flink)).isEqualTo(jobs);

    assertThat(new JobRun(OUTSIDE).topics("--check", 1).exitCode()).isZero();
    assertThat(
            CommandRun.of(
                    "traffic",
                    "--bootstrap-servers",
                    OUTSIDE,
                    "--rate",
                    "max",
                    "--events",
                    "50000",
                    "--quiet")
                .exitCode())
        .isZero();
    awaitOrTell(
        "sessions in ClickHouse",
        () ->
            Long.parseLong(
                    get("http://127.0.0.1:8123/?query="
                            + encoded("SELECT count() FROM clickstream.sessions_latest"))
                        .strip())
                > 100);
    awaitOrTell("all targets up", () -> down("up").equals(Set.of(DOES_NOT_RUN)));
    assertThat(get("http://127.0.0.1:9090/api/v1/rules")).contains("ClickstreamJobAbsent");
    assertThat(get("http://127.0.0.1:3000/api/health")).contains("ok");
  }

  private Set<String> awaitJobs(FlinkRestClient flink) throws Exception {
    awaitOrTell("two jobs", () -> flink.jobs().stream().filter(job -> !job.isOver()).count() == 2);
    Set<String> ids = new TreeSet<>();
    for (Job job : flink.jobs()) {
      awaitOrTell("tasks of " + job.name(), () -> flink.isRunning(job.id()));
      ids.add(job.id());
    }
    return ids;
  }

  private void awaitOver(String service) throws Exception {
    awaitOrTell(
        service + " to be over",
        () ->
            docker
                .run(arguments("ps", "--all", "--format", "{{.State}} {{.ExitCode}}", service))
                .output()
                .strip()
                .equals("exited 0"));
  }

  private void awaitOrTell(String what, Callable<Boolean> condition) throws Exception {
    try {
      Awaitility.await(what)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(2))
          .ignoreExceptions()
          .until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + state(), e);
    }
  }

  /** Scrape jobs of which a target does not answer. */
  private Set<String> down(String query) throws IOException, InterruptedException {
    JsonNode result =
        JSON.readTree(get("http://127.0.0.1:9090/api/v1/query?query=" + encoded(query)))
            .at("/data/result");
    assertThat(result).hasSizeGreaterThan(5);
    return result.findParents("metric").stream()
        .filter(series -> series.at("/value/1").asText().equals("0"))
        .map(series -> series.at("/metric/job").asText())
        .collect(Collectors.toSet());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private String get(String address) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(10)).build(),
            BodyHandlers.ofString())
        .body();
  }
}
