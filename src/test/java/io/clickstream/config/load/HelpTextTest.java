package io.clickstream.config.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.Setting;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HelpTextTest {

  @Test
  void shouldListEverySettingWithTypeAndDefault() {
    assertThat(HelpText.text())
        .contains(
            "  session.gap  <duration>  default 30min\n",
            "  session.max-duration  <duration>  default 24h\n",
            "  session.identity  <one of device, user>  default device\n",
            "  ingest.max-record-size  <size>  default 1mb\n",
            "  ingest.fields.<name>  <path>  optional\n",
            "  kafka.bootstrap-servers  <text>  required\n",
            "  enrichment.max-wait  <duration>  optional\n",
            "  execution.checkpointing.interval: 1s\n",
            "  pipeline.generic-types: false\n");
    for (Setting<?> setting : SettingCatalog.OURS.all()) {
      assertThat(HelpText.text()).contains("\n  " + setting.key());
      // Lines are wrapped: the words count, not where a line ends.
      assertThat(HelpText.text().replaceAll("\\s+", " ")).contains(setting.sentence());
    }
  }

  @Test
  void shouldExplainTheCommandLine() {
    assertThat(HelpText.text())
        .contains("--config URI", "--check", "--debug", "--help", "CLICKSTREAM_SESSION_GAP=20min");
  }

  @Test
  void shouldFitIntoATerminal() {
    assertThat(
            HelpText.text()
                .lines()
                .filter(line -> line.length() > 104)
                .collect(Collectors.toList()))
        .isEmpty();
  }
}
