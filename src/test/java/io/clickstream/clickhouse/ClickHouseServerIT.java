package io.clickstream.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server of these tests answers as a real one, which {@code CLICKHOUSE_URL} may name. */
@Tag("full")
@Timeout(120)
class ClickHouseServerIT {

  private static final String DATABASE = "server_test";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path directory;

  private static ClickHouseServer server;

  @BeforeAll
  static void start() throws Exception {
    server = ClickHouseServer.start(directory);
    server.ask("DROP DATABASE IF EXISTS " + DATABASE, "default");
    server.ask("CREATE DATABASE " + DATABASE, "default");
    server.ask(
        "CREATE TABLE numbers (n Int32, text String) ENGINE = MergeTree ORDER BY n", DATABASE);
  }

  @AfterAll
  static void stop() throws Exception {
    try (ClickHouseServer last = server) {
      if (last != null) {
        last.ask("DROP DATABASE IF EXISTS " + DATABASE, "default");
      }
    }
  }

  private static HttpResponse<String> post(
      Map<String, String> parameters, Map<String, String> headers, byte[] body)
      throws IOException, InterruptedException {
    StringBuilder uri = new StringBuilder(server.url()).append("/?");
    parameters.forEach(
        (name, value) ->
            uri.append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8))
                .append('&'));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri.toString())).POST(BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELEC 1 | 62 | 400",
        "SELECT * FROM nowhere | 60 | 404",
        "SELECT noSuchFunction(1) | 46 | 404",
        "SELECT toInt32('x') | 6 | 400",
        "INSERT INTO numbers FORMAT JSONEachRow {\"n\":\"x\"} | 27 | 400",
      })
  void shouldSayWhatIsWrongByCodeAndStatus(String statement, int code, int status)
      throws Exception {
    HttpResponse<String> response = post(Map.of("database", DATABASE), Map.of(), bytes(statement));

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("X-ClickHouse-Exception-Code"))
        .contains(Integer.toString(code));
    assertThat(response.body()).startsWith("Code: " + code + ". DB::Exception: ");
  }

  @Test
  void shouldRefuseAPasswordThatIsWrong() throws Exception {
    HttpResponse<String> response =
        post(
            Map.of(),
            Map.of("X-ClickHouse-User", "default", "X-ClickHouse-Key", "wrong"),
            bytes("SELECT 1"));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.headers().firstValue("X-ClickHouse-Exception-Code")).contains("516");
  }

  @Test
  void shouldInsertWhatIsInTheBodyCompressedOrNot() throws Exception {
    // Given
    server.ask("TRUNCATE TABLE numbers", DATABASE);
    Map<String, String> insert =
        Map.of("query", "INSERT INTO `" + DATABASE + "`.`numbers` FORMAT JSONEachRow");
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes("{\"n\":2,\"text\":\"größer\"}\n"));
    }

    // When
    HttpResponse<String> plain = post(insert, Map.of(), bytes("{\"n\":1,\"text\":\"a\"}\n"));
    HttpResponse<String> other =
        post(insert, Map.of("Content-Encoding", "gzip"), compressed.toByteArray());

    // Then
    assertThat(plain.statusCode()).as(plain.body()).isEqualTo(200);
    assertThat(other.statusCode()).as(other.body()).isEqualTo(200);
    assertThat(server.ask("SELECT n, text FROM numbers ORDER BY n", DATABASE))
        .isEqualTo("1\ta\n2\tgrößer\n");
  }

  @Test
  void shouldForgetSettingsAndParametersWithTheRequest() throws Exception {
    String setting = "SELECT getSetting('max_result_rows')";
    String before = server.ask(setting, DATABASE);

    HttpResponse<String> own =
        post(
            Map.of("max_result_rows", "77", "param_n", "5"),
            Map.of(),
            bytes("SELECT getSetting('max_result_rows'), {n:Int32}"));

    assertThat(own.body()).isEqualTo("77\t5\n");
    assertThat(server.ask(setting, DATABASE)).isEqualTo(before).isNotEqualTo("77\n");
    assertThat(post(Map.of(), Map.of(), bytes("SELECT {n:Int32}")).statusCode()).isNotEqualTo(200);
  }
}
