package io.clickstream.tools.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.CommandRun;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.EventKind;
import io.clickstream.model.Origin;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What it sends and what its command line says; what it measures, MonitoringIT shows. */
class LatencyProbeTest {

  private static final long NOW = 1_800_000_000_000L;

  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of("probe"));
    all.addAll(List.of(args));
    return CommandRun.of(all, err).exitCode();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--every 0s | --every 0: expected more than 0",
        "--probes 0 | --probes 0: expected 1 or more",
        "--prometheus-port 70000 | --prometheus-port: expected 1 to 65535",
        "--every often | 'often' is no duration",
      })
  void shouldSayWhatIsWrongWithTheCommandLine(String arguments, String message) {
    assertThat(run(arguments.strip().split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(message.strip());
  }

  @Test
  void shouldReportProblemsOfTheJobsSettings() {
    assertThat(run("--sesion.gap", "1s")).isEqualTo(1);
    assertThat(err.toString()).contains("sesion.gap", "kafka.bootstrap-servers");
  }

  @Test
  void shouldSendWhatTheJobTakesForClick() throws IOException {
    assertIsClick(ingest());
  }

  @Test
  void shouldSendItUnderTheNamesOfTheTopic() throws IOException {
    IngestSettings other =
        ingest(
            "--ingest.fields.anonymous_id", "who.device.id",
            "--ingest.fields.timestamp", "ts",
            "--ingest.fields.event_type", "who.did",
            "--ingest.event-types.page_view", "PV");
    assertIsClick(other);
    assertThat(new String(new ProbeClick(other).of("v", NOW), StandardCharsets.UTF_8))
        .contains("\"who\":{\"device\":{\"id\":\"v\"},\"did\":\"PV\"}");
  }

  private static void assertIsClick(IngestSettings ingest) throws IOException {
    byte[] value = new ProbeClick(ingest).of("clickstream-probe-1", NOW);

    Click click =
        new JsonClickFormat(ingest).parse(new Origin("t", 0, 0, null, value), NOW, NOW).click();

    assertThat(click).isNotNull();
    assertThat(click.timestamp()).isEqualTo(NOW);
    assertThat(click.kind()).isEqualTo(EventKind.PAGE_VIEW);
    assertThat(click.visitor().id()).isEqualTo("clickstream-probe-1");
    assertThat(click.texts().has(ClickText.EVENT_ID)).isTrue();
  }

  private static IngestSettings ingest(String... given) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--kafka.bootstrap-servers", "localhost:9092",
                "--sink.transactional-id-prefix", "x"));
    arguments.addAll(List.of(given));
    return SettingsReader.read(Invocation.of(arguments.toArray(String[]::new)), Map.of())
        .settings()
        .ingest();
  }
}
