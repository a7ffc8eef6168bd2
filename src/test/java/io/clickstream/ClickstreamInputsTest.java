package io.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Condition;
import io.clickstream.columns.CutDefinitions.Campaigns;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.OrNone;
import io.clickstream.config.SessionSettings;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkAlignmentParams;
import org.junit.jupiter.api.Test;

class ClickstreamInputsTest {

  private static final ClickstreamSettings DEFAULTS = ClickstreamSettings.defaults();

  private static final ClickstreamSettings WITH_CUT =
      DEFAULTS.with(SessionSettings.CUT_CAMPAIGN, OrNone.of(Campaigns.CHANGE));

  /** Milliseconds, or the largest number without a limit. */
  private static long drift(ClickstreamSettings settings) {
    WatermarkAlignmentParams alignment =
        ClickstreamInputs.clickWatermarks(settings).getAlignmentParameters();
    return alignment.isEnabled() ? alignment.getMaxAllowedWatermarkDrift() : Long.MAX_VALUE;
  }

  @Test
  void shouldReadWithoutLimitWhenNoClickWaits() {
    assertThat(drift(DEFAULTS)).isEqualTo(Long.MAX_VALUE);
    assertThat(drift(DEFAULTS.with(SessionSettings.CUT_MIDNIGHT, OrNone.of(ZoneOffset.UTC))))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void shouldNotReadFarAheadWhenClicksWaitInState() {
    assertThat(drift(WITH_CUT)).isEqualTo(600_000);
    assertThat(
            drift(
                DEFAULTS.with(
                    SessionSettings.PASSIVE,
                    OrNone.of(Condition.parse(Map.of("event_type", "heartbeat"))))))
        .isEqualTo(600_000);
  }

  @Test
  void shouldTakeTheLimitThatIsGiven() {
    assertThat(drift(WITH_CUT.with(IngestSettings.MAX_DRIFT, Duration.ofHours(1))))
        .isEqualTo(3_600_000);
  }
}
