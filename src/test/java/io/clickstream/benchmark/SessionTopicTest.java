package io.clickstream.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SessionTopicTest {

  private final SessionTopic sessions = new SessionTopic("hot");

  @Test
  void shouldKeepTheLargestRevisionWhateverTheOrder() throws IOException {
    // When
    add("a", 2, false, 5, 50, "1.50", "v");
    add("a", 1, false, 3, 30, "1.00", "v");
    add("b", 1, false, 1, 0, "0", "w");

    // Then
    assertThat(sessions.sums()).isEqualTo(new Sums(2, 6, 50, 150));
    assertThat(sessions.repetitions()).isZero();
  }

  @Test
  void shouldDropWhatWasDeleted() throws IOException {
    // When
    add("a", 1, false, 3, 30, "1.00", "v");
    add("a", 2, true, 0, 0, "0", "v");
    add("b", 2, true, 0, 0, "0", "v");
    add("b", 1, false, 3, 30, "1.00", "v");

    // Then
    assertThat(sessions.sums()).isEqualTo(new Sums(0, 0, 0, 0));
  }

  @Test
  void shouldCountWhatComesAgainWithTheSameRevision() throws IOException {
    // When
    add("a", 1, false, 3, 30, "1.00", "v");
    add("a", 1, false, 4, 40, "2.00", "v");
    sessions.add(SessionTopic.parse(bytes("{'session_id':'b','event_count':1}")));
    sessions.add(SessionTopic.parse(bytes("{'session_id':'b','event_count':1}")));

    // Then
    assertThat(sessions.repetitions()).isEqualTo(2);
    assertThat(sessions.sums()).isEqualTo(new Sums(2, 4, 30, 100));
  }

  @Test
  void shouldIgnoreThoseWhoOnlyMoveTimeOn() throws IOException {
    // When
    add("a", 1, false, 1, 0, "1.00", "closer-3");

    // Then
    assertThat(sessions.sums()).isEqualTo(new Sums(0, 0, 0, 0));
  }

  @Test
  void shouldLeaveSessionsAndDurationsOfTheUncomparableOut() throws IOException {
    // When
    add("a", 1, false, 10_000, 5_000, "7.00", "hot");

    // Then
    assertThat(sessions.sums()).isEqualTo(new Sums(0, 10_000, 0, 700));
  }

  @Test
  void shouldKeepAllWhenThereAreMany() throws IOException {
    // When
    for (int i = 0; i < 10_000; i++) {
      add("session-" + i, 1, false, 2, 3, "0.01", "v" + i);
    }
    for (int i = 0; i < 10_000; i++) {
      add("session-" + i, 2, false, 4, 5, "0.02", "v" + i);
    }

    // Then
    assertThat(sessions.sums()).isEqualTo(new Sums(10_000, 40_000, 50_000, 20_000));
    assertThat(sessions.repetitions()).isZero();
  }

  @Test
  void shouldReadOnlyTheFieldsThatMatter() throws IOException {
    // When
    SessionTopic.Session session =
        SessionTopic.parse(
            bytes(
                "{'products':[{'id':'p','revenue':'9'}],'session_id':'x','session_end':77,"
                    + "'revision':3,'is_deleted':false,'revenue':12.34,'user_id':null,"
                    + "'duration_ms':5,'event_count':6,'visitor_id':'v','revenue_other':{'a':1}}"));

    // Then
    assertThat(session.revision()).isEqualTo(3);
    assertThat(session.endMs()).isEqualTo(77);
    assertThat(session.revenueCents()).isEqualTo(1234);
    assertThat(session.clicks()).isEqualTo(6);
    assertThat(session.durationMs()).isEqualTo(5);
    assertThat(session.visitorId()).isEqualTo("v");
  }

  @Test
  void shouldRefuseWhatIsNoSession() {
    assertThatThrownBy(() -> SessionTopic.parse(bytes("{'revision':1}")))
        .hasMessageContaining("session_id");
    assertThatThrownBy(() -> SessionTopic.parse(bytes("[]"))).hasMessageContaining("JSON object");
  }

  private void add(
      String id,
      int revision,
      boolean deleted,
      int clicks,
      long durationMs,
      String revenue,
      String visitor)
      throws IOException {
    sessions.add(
        SessionTopic.parse(
            bytes(
                ("{'session_id':'%s','revision':%d,'is_deleted':%s,'event_count':%d,"
                        + "'duration_ms':%d,'revenue':'%s','visitor_id':'%s'}")
                    .formatted(id, revision, deleted, clicks, durationMs, revenue, visitor))));
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(UTF_8);
  }
}
