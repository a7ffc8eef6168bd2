package io.clickstream.session;

import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.EndReason;
import io.clickstream.model.EventKind;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.session.operator.ClickBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SessionStateBoundsTest {

  private static final SessionSettings DEFAULTS =
      SessionSettings.defaults().with(SessionSettings.CACHE_SIZE, 1L << 20);

  private final SessionRules rules =
      new SessionRules(Columns.BUILT_IN, DEFAULTS, null, new ClickBytes());
  private final VisitorSessions visitor = new VisitorSessions();
  private final List<Session> output = new ArrayList<>();
  private long horizon = Long.MIN_VALUE;
  private long watermark = Long.MIN_VALUE;

  private void click(long time, int serial) {
    rules.accept(
        visitor,
        at(time)
            .id("event-" + serial)
            .page("https://shop.example/" + serial)
            .kind(serial % 2 == 0 ? EventKind.PAGE_VIEW : EventKind.PRODUCT_VIEW)
            .product("product-" + serial)
            .click(),
        watermark,
        horizon);
  }

  private void watermark(long time) {
    watermark = Clicks.EPOCH + time;
    horizon = rules.horizon(horizon, watermark);
    rules.advance(Clicks.VISITOR, visitor, watermark, horizon, output::add);
  }

  private int stateBytes() throws Exception {
    return SessionSamples.written(visitor, SessionSamples.format(Columns.BUILT_IN)).length;
  }

  @Test
  @DisplayName("S20: one event a second for three days holds two cut sessions at most, under 40 KB")
  void shouldBoundStateWhenVisitorNeverEnds() throws Exception {
    int largest = 0;
    for (int second = 0; second < 3 * 86_400; second++) {
      click(second * 1_000L, second);
      if (second % 60 == 59) {
        watermark(second * 1_000L - 3_000);
        largest = Math.max(largest, stateBytes());
      }
    }
    watermark(Duration.ofDays(4).toMillis());

    assertThat(visitor.isEmpty()).isTrue();
    assertThat(largest).isLessThan(40_000);
    assertThat(output).hasSize(26).noneMatch(Session::isDeleted);
    assertThat(output.stream().mapToLong(session -> facts(session).number("event_count")).sum())
        .isEqualTo(3 * 86_400);
    assertThat(output.subList(0, 25))
        .allMatch(session -> facts(session).endReason() == EndReason.MAX_EVENTS);
  }

  @Test
  @DisplayName("S20: one event in ten seconds for three days is cut at 24 hours each")
  void shouldCutAtMaxDurationWhenVisitorNeverEnds() {
    for (int i = 0; i < 3 * 8_640; i++) {
      click(i * 10_000L, i);
    }
    watermark(Duration.ofDays(4).toMillis());

    assertThat(output.stream().map(session -> facts(session).endReason()))
        .containsExactly(EndReason.MAX_DURATION, EndReason.MAX_DURATION, EndReason.TIMEOUT);
    assertThat(facts(output.get(0)).end() - output.get(0).start())
        .isEqualTo(Duration.ofHours(24).toMillis());
  }

  @Test
  @DisplayName("S20: 10 000 events a second for ten seconds are sessions of N events")
  void shouldBoundStateWhenVisitorFloods() throws Exception {
    assertThat(flood(10)).isLessThan(200_000);
  }

  @Tag("full")
  @Test
  @DisplayName("S20: 10 000 events a second for a minute are sessions of N events, under 1.2 MB")
  void shouldBoundStateWhenVisitorFloodsForAMinute() throws Exception {
    assertThat(flood(60)).isLessThan(1_200_000);
  }

  /** Returns the bytes of the state before the first session is over. */
  private int flood(int seconds) throws Exception {
    for (int i = 0; i < seconds * 10_000; i++) {
      click(i / 10, i);
    }
    int bytes = stateBytes();
    watermark(Duration.ofDays(1).toMillis());

    assertThat(output).hasSize(seconds);
    assertThat(output).allMatch(session -> facts(session).number("event_count") == 10_000);
    assertThat(output.stream().map(Session::id).distinct()).hasSize(seconds);
    assertThat(visitor.isEmpty()).isTrue();
    return bytes;
  }

  private static SessionValues facts(Session session) {
    assertThat(session.values()).isNotNull();
    return session.values();
  }
}
