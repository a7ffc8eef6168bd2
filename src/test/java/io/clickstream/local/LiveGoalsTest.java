package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.local.LiveGoals.Figures;
import io.clickstream.local.LiveGoals.GoalFigures;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Goals on the page of the local mode. */
class LiveGoalsTest {

  private static final long NOW = 1_767_225_600_000L;
  private static final URI FLINK = URI.create("http://localhost:8081");

  private final LiveGoals goals = new LiveGoals(List.of("order", "signup"));

  private static SessionRecord session(int id, int revision, String order, String signup)
      throws IOException {
    return SessionRecord.of(
        """
        {"session_id": "%s", "revision": %d, "is_deleted": false,
         "goals": {"order": %s, "signup": %s}}
        """
            .formatted(new UUID(0, id), revision, order, signup)
            .getBytes(UTF_8));
  }

  private static SessionRecord retraction(int id, int revision) throws IOException {
    return SessionRecord.of(
        "{\"session_id\": \"%s\", \"revision\": %d, \"is_deleted\": true}"
            .formatted(new UUID(0, id), revision)
            .getBytes(UTF_8));
  }

  private static String reached(int count, String value, String currency) {
    return "{\"count\": %d, \"value\": %s, \"currency\": %s, \"first_at\": 1}"
        .formatted(count, value, currency);
  }

  private static final String NOT = reached(0, "null", "null");

  @Test
  void shouldCountWhatTheSessionsReached() throws Exception {
    goals.add(session(1, 1, reached(2, "\"12.50\"", "\"EUR\""), reached(1, "null", "null")), NOW);
    goals.add(session(2, 1, reached(1, "\"0.5\"", "\"EUR\""), NOT), NOW);
    goals.add(session(3, 1, reached(1, "\"7\"", "null"), NOT), NOW);
    goals.add(session(4, 1, NOT, NOT), NOW);

    assertThat(goals.figures(NOW))
        .isEqualTo(
            new Figures(
                4,
                3,
                List.of(
                    new GoalFigures("order", 3, 4, Map.of("EUR", "13", "", "7")),
                    new GoalFigures("signup", 1, 1, Map.of()))));
  }

  @Test
  void shouldCountALaterRevisionInPlaceOfTheOneBefore() throws Exception {
    goals.add(session(1, 1, reached(1, "\"10\"", "\"EUR\""), NOT), NOW);
    goals.add(session(2, 1, reached(1, "\"10\"", "\"EUR\""), NOT), NOW);
    goals.add(session(1, 2, reached(2, "\"15\"", "\"EUR\""), NOT), NOW + 1);
    goals.add(session(1, 1, NOT, NOT), NOW + 2);
    goals.add(retraction(2, 2), NOW + 3);

    assertThat(goals.figures(NOW + 3))
        .isEqualTo(
            new Figures(
                1,
                1,
                List.of(
                    new GoalFigures("order", 1, 2, Map.of("EUR", "15")),
                    new GoalFigures("signup", 0, 0, Map.of()))));
  }

  @Test
  void shouldForgetWhatIsOlderThanFiveMinutes() throws Exception {
    goals.add(session(1, 1, reached(1, "\"10\"", "\"EUR\""), NOT), NOW);
    goals.add(session(2, 1, reached(1, "\"10\"", "\"EUR\""), NOT), NOW);
    goals.add(session(2, 2, reached(1, "\"10\"", "\"EUR\""), NOT), NOW + 1);

    assertThat(goals.figures(NOW + LiveGoals.SPAN_MS).sessions()).isEqualTo(2);
    assertThat(goals.figures(NOW + LiveGoals.SPAN_MS + 1).sessions()).isEqualTo(1);
    assertThat(goals.figures(NOW + LiveGoals.SPAN_MS + 2))
        .isEqualTo(
            new Figures(
                0,
                0,
                List.of(
                    new GoalFigures("order", 0, 0, Map.of()),
                    new GoalFigures("signup", 0, 0, Map.of()))));
  }

  @Test
  void shouldAnswerWithGoalsOnlyWhereSettingsDefineThem() throws Exception {
    try (LivePage page = LivePage.start(FLINK, 10, List.of("order", "signup"))) {
      page.add(session(1, 1, reached(1, "\"10\"", "\"EUR\""), NOT));
      page.add(retraction(2, 2));

      assertThat(figures(page))
          .contains("\"goals\":{\"sessions\":1,\"converted\":1,\"goals\":[{\"name\":\"order\"")
          .doesNotContain(new UUID(0, 2).toString());
    }
    try (LivePage page = LivePage.start(FLINK, 10, List.of())) {
      assertThat(figures(page)).contains("\"sessions\":[]").doesNotContain("goals");
    }
  }

  private static String figures(LivePage page) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(page.uri().resolve("/figures")).build(), BodyHandlers.ofString())
        .body();
  }
}
