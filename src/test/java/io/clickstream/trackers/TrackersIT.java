package io.clickstream.trackers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.local.LocalMode;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real trackers make a visit, and the job reads what they sent with the format that is theirs and
 * nothing else set. What a collector got is what is in the topic; none of it is kept.
 *
 * <p>The visit: home with a campaign, a product, into the cart, login, an order of two products
 * with a total that is not their sum, logout, another page.
 */
@Tag("full")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TrackersIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CAMPAIGN = "news/email/spring";
  private static final String HOME =
      "https://shop.example/?utm_source=news&utm_medium=email&utm_campaign=spring";
  private static final String BYE = "https://shop.example/bye";

  @TempDir private Path directory;

  @BeforeAll
  static void requireTrackers() throws Exception {
    Capture.requireTrackers();
  }

  @Test
  void shouldReadSegmentAndThoseWhoFollowItsSpecification() throws Exception {
    assertThat(
            sessions(
                "segment",
                "segment-node",
                "segment-browser",
                "customerio-node",
                "customerio-browser",
                "hightouch-browser",
                "rudderstack-node",
                "rudderstack-browser",
                "jitsu"))
        .containsExactlyInAnyOrder(
            // Servers say who it is, and have no logout.
            wholeVisit("segment-node", "d-segment-node", 6),
            wholeVisit("customerio-node", "d-customerio-node", 6),
            wholeVisit("rudderstack-node", "d-rudderstack-node", 6),
            // A logout is another device.
            visitUntilLogout("segment-browser", 5),
            visitUntilLogout("customerio-browser", 5),
            visitUntilLogout("hightouch-browser", 5),
            visitUntilLogout("jitsu", 5),
            afterLogout(),
            afterLogout(),
            afterLogout(),
            afterLogout(),
            // But not with RudderStack.
            wholeVisit("rudderstack-browser", "generated", 6));
  }

  @Test
  void shouldReadPostHog() throws Exception {
    assertThat(sessions("posthog", "posthog-node", "posthog-browser"))
        .containsExactlyInAnyOrder(
            // A server's events have one id, which may be a device's or a user's.
            wholeVisit(null, "d-posthog-node", 6), wholeVisit("posthog-browser", "generated", 6));
  }

  @Test
  void shouldReadAmplitude() throws Exception {
    // An order is an event of revenue for each product, without costs of delivery.
    Map<String, Object> order = Map.of("purchases", 2, "revenue", "44.0");
    assertThat(sessions("amplitude", "amplitude-node", "amplitude-browser"))
        .containsExactlyInAnyOrder(
            session("amplitude-node", "d-amplitude-node", 6, 2, order, CAMPAIGN, HOME),
            session("amplitude-browser", "generated", 6, 2, order, CAMPAIGN, HOME),
            afterLogout());
  }

  @Test
  void shouldReadMixpanel() throws Exception {
    assertThat(sessions("mixpanel", "mixpanel-node", "mixpanel-browser"))
        .containsExactlyInAnyOrder(
            wholeVisit(null, "d-mixpanel-node", 5),
            visitUntilLogout("mixpanel-browser", 5),
            afterLogout());
  }

  @Test
  void shouldReadSnowplow() throws Exception {
    assertThat(sessions("snowplow", "snowplow-node", "snowplow-node-3", "snowplow-browser"))
        .containsExactlyInAnyOrder(
            wholeVisit("snowplow-node", "d-snowplow-node", 5),
            wholeVisit("snowplow-node-3", "d-snowplow-node-3", 5),
            visitUntilLogout("snowplow-browser", 4),
            afterLogout());
  }

  @Test
  void shouldReadMatomo() throws Exception {
    assertThat(sessions("matomo", "matomo"))
        .containsExactly(
            session(
                "matomo",
                "d-matomo",
                5,
                2,
                Map.of("purchases", 1, "revenue", "49"),
                CAMPAIGN,
                HOME));
  }

  private static String wholeVisit(String name, String device, int events) {
    return session(name, device, events, 2, order(), CAMPAIGN, HOME);
  }

  private static String visitUntilLogout(String name, int events) {
    return session(name, "generated", events, 1, order(), CAMPAIGN, HOME);
  }

  private static String afterLogout() {
    return shown(null, "generated", 1, 1, 0, 0, 0, "null", List.of(), "-", BYE);
  }

  private static Map<String, Object> order() {
    return Map.of("purchases", 1, "revenue", "49");
  }

  private static String session(
      String name,
      String device,
      int events,
      int pages,
      Map<String, Object> order,
      String campaign,
      String entry) {
    return shown(
        name == null ? null : "u-" + name,
        device,
        events,
        pages,
        1,
        1,
        (int) order.get("purchases"),
        (String) order.get("revenue"),
        List.of("p1 1 1 1", "p2 0 0 1"),
        campaign,
        entry);
  }

  private static String shown(
      String user,
      String device,
      int events,
      int pages,
      int productViews,
      int cartAdds,
      int purchases,
      String revenue,
      List<String> products,
      String campaign,
      String entry) {
    return "user %s, device %s: %d clicks, %d pages, %d products seen, %d into the cart, %d orders of %s, %s, from %s, at %s"
        .formatted(
            user,
            device,
            events,
            pages,
            productViews,
            cartAdds,
            purchases,
            revenue,
            products,
            campaign,
            entry);
  }

  /** The sessions that the job makes of all that some trackers sent. */
  private List<String> sessions(String format, String... trackers) throws Exception {
    Path file = directory.resolve("records");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (String tracker : trackers) {
        for (byte[] record : Capture.of(tracker, directory)) {
          assertThat(new String(record, UTF_8)).doesNotContain("\n");
          out.write(record);
          out.write('\n');
        }
      }
    }
    Path out = directory.resolve("out");
    ByteArrayOutputStream screen = new ByteArrayOutputStream();
    int exitCode =
        new LocalMode(
                Map.of(),
                new PrintStream(screen, true, UTF_8),
                new PrintStream(screen, true, UTF_8))
            .run("--replay", file.toString(), "--out", out.toString(), "--ingest.format", format);
    assertThat(exitCode).as(screen.toString(UTF_8)).isZero();
    assertThat(Files.readString(out.resolve("rejected-clicks.jsonl"))).isEmpty();
    assertThat(Files.readString(out.resolve("late-clicks.jsonl"))).isEmpty();
    List<String> sessions = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("enriched-sessions.jsonl"))) {
      sessions.add(shown(JSON.readTree(line).get("value")));
    }
    return sessions;
  }

  private static String shown(JsonNode session) {
    String device = session.get("anonymous_id").asText();
    return shown(
        session.get("user_id").textValue(),
        device.startsWith("d-") ? device : device.equals("null") ? "none" : "generated",
        session.get("event_count").intValue(),
        session.get("page_views").intValue(),
        session.get("product_views").intValue(),
        session.get("cart_adds").intValue(),
        session.get("purchases").intValue(),
        session.get("revenue").asText(),
        StreamSupport.stream(session.get("products").spliterator(), false)
            .map(
                product ->
                    String.join(
                        " ",
                        product.get("id").asText(),
                        product.get("views").asText(),
                        product.get("cart_adds").asText(),
                        product.get("purchases").asText()))
            .sorted()
            .toList(),
        session.get("utm_source").isNull()
            ? "-"
            : session.get("utm_source").asText()
                + "/"
                + session.get("utm_medium").asText()
                + "/"
                + session.get("utm_campaign").asText(),
        session.get("entry_page").asText());
  }
}
