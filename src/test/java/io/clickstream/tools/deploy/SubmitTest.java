package io.clickstream.tools.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.clickstream.CommandRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What it says before anything runs, and how it knocks; the rest is seen on a real cluster. */
class SubmitTest {

  private HttpServer gate;
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  @BeforeEach
  void startGate() throws IOException {
    gate = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gate.createContext(
        "/flink/",
        exchange -> {
          String authorization = exchange.getRequestHeaders().getFirst("Authorization");
          authorizations.add(String.valueOf(authorization));
          boolean allowed = "Bearer let-me-in".equals(authorization);
          byte[] body =
              (allowed ? "{\"jobs\":[]}" : "{\"errors\":[\"no\"]}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(allowed ? 200 : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    gate.start();
  }

  @AfterEach
  void stopGate() {
    gate.stop(0);
  }

  private static CommandRun submit(List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("submit"));
    all.addAll(arguments);
    return CommandRun.of(all);
  }

  private String address() {
    return "http://127.0.0.1:" + gate.getAddress().getPort() + "/flink";
  }

  @Test
  void shouldShowTheTokenAtEveryRequestBelowThePath() throws Exception {
    assertThat(new FlinkRestClient(URI.create(address()), "let-me-in").jobs()).isEmpty();
    assertThat(authorizations).containsExactly("Bearer let-me-in");
  }

  @Test
  void shouldSayWhereTheTokenBelongsWhenThereIsNone() {
    CommandRun result = submit(List.of("list", "--rest", address()));

    assertThat(result)
        .isEqualTo(
            new CommandRun(
                1,
                "",
                address()
                    + ": it does not let us in (status 401): expected a valid token in the"
                    + " environment variable FLINK_REST_TOKEN"));
    assertThat(authorizations).containsExactly("null");
  }

  @Test
  void shouldNameTheAddressThatDoesNotAnswer() {
    CommandRun result = submit(List.of("list", "--rest", "http://127.0.0.1:1"));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("http://127.0.0.1:1: Flink does not answer (ConnectException)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:8081", "ftp://host/", "http://", "http://a b"})
  void shouldRefuseWhatIsNoAddress(String rest) {
    CommandRun result = submit(List.of("list", "--rest", rest));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("--rest " + rest + ": expected a URL such as");
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.properties.sasl.jaas.config, CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG",
    "kafka.properties.ssl.truststore.password, CLICKSTREAM_KAFKA_PROPERTIES_SSL_TRUSTSTORE_PASSWORD",
    "kafka.properties.ssl.keystore.key, CLICKSTREAM_KAFKA_PROPERTIES_SSL_KEYSTORE_KEY",
    "clickhouse.password, CLICKSTREAM_CLICKHOUSE_PASSWORD",
    "s3.secret-key, CLICKSTREAM_S3_SECRET_KEY",
    "kafka.properties.sasl.oauthbearer.assertion.private.key.passphrase,"
        + " CLICKSTREAM_KAFKA_PROPERTIES_SASL_OAUTHBEARER_ASSERTION_PRIVATE_KEY_PASSPHRASE",
  })
  void shouldSendNoSecretAndNotRepeatIt(String key, String variable) {
    for (String command : List.of("run --jar-id x", "upgrade --job x")) {
      for (List<String> argument :
          List.of(List.of("--" + key, "s3cr3t"), List.of("--" + key + "=s3cr3t\nx"))) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("--rest", address()));
        arguments.addAll(argument);

        CommandRun result = submit(arguments);

        assertThat(result)
            .isEqualTo(
                new CommandRun(
                    1,
                    "",
                    "--"
                        + key
                        + ": arguments are seen in Flink's web UI; give it to the JobManager as the"
                        + " environment variable "
                        + variable));
      }
    }
    assertThat(authorizations).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--kafka.properties.ssl.keystore.location",
        "--kafka.properties.ssl.keystore.type=PEM",
        "--kafka.properties.sasl.oauthbearer.token.endpoint.url=https://id.example/token",
        "--session.gap",
        "secret"
      })
  void shouldTakeNothingElseForSecret(String argument) {
    assertThat(VisibleArguments.mistake(List.of(argument))).isEmpty();
  }

  @Test
  void shouldSendNoAddressWithPasswordAndNoParametersOfItsOwn() {
    assertThat(
            VisibleArguments.mistake(List.of("--config", "https://me:pw@host/c.yaml")).orElse(""))
        .startsWith("--config: arguments are seen")
        .doesNotContain("pw");
    assertThat(VisibleArguments.mistake(List.of("--pipeline.global-job-parameters=a:b")))
        .isPresent();
    CommandRun result = submit(List.of("list", "--rest", "http://me:pw@127.0.0.1:1"));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("--rest: expected a URL without user")
        .doesNotContain("pw@");
  }

  @Test
  void shouldWantOneJar() {
    assertThat(submit(List.of("run", "--rest", address())).exitCode()).isEqualTo(2);
    assertThat(
            submit(List.of("run", "--rest", address(), "--jar", "a.jar", "--jar-id", "b"))
                .exitCode())
        .isEqualTo(2);
  }

  @Test
  void shouldReadBackHowJobWasSubmitted() {
    Deployment deployment =
        new Deployment("id_x.jar", "a.B", List.of("--key", "it's: {a, \"b\"}\n"), 3);
    Map<String, String> sent = deployment.program(null, false).configuration();

    Map<String, String> read =
        org.apache.flink.configuration.Configuration.fromMap(sent)
            .get(org.apache.flink.configuration.PipelineOptions.GLOBAL_JOB_PARAMETERS);

    assertThat(Deployment.of(read)).isEqualTo(Optional.of(deployment));
    assertThat(Deployment.of(Map.of())).isEmpty();
  }
}
