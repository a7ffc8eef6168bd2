package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.CommandRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files through the production graph: a real broker, a real Flink, the results on disk. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReplayIT {

  private static final long T0 = 1_767_225_600_000L;

  /** In seconds; in the future whenever this runs. */
  private static final long FORTY_YEARS = 40L * 365 * 86_400;

  private static final long DAY = 86_400;

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void shouldWriteTheSessionsThatTheContractAsksFor() throws Exception {
    // Given
    Path clicks =
        write(
            "clicks.jsonl",
            click(0, "a", "e1", "page_view", "\"page_url\":\"/home\",\"utm_campaign\":\"mail\""),
            click(4, "a", "e2", "product_view", "\"product_id\":\"p-1\""),
            click(6, "a", "e3", "identify", "\"user_id\":\"u-1\""),
            click(
                10,
                "a",
                "e4",
                "purchase",
                "\"product_id\":\"p-1\",\"price\":\"10.50\",\"quantity\":2,\"currency\":\"EUR\""),
            click(10, "a", "e4", "purchase", "\"product_id\":\"p-1\",\"price\":\"10.50\""),
            click(8, "b", "e5", "page_view", "\"page_url\":\"/home\""),
            // Closes what ended before, so that the next one comes behind.
            click(60, "a", "e6", "page_view", "\"page_url\":\"/again\""),
            click(9, "a", "e7", "page_view", "\"page_url\":\"/behind\""),
            "nonsense",
            "",
            "[1]",
            click(FORTY_YEARS, "a", "e8", "page_view", "\"page_url\":\"/future\""),
            click(1000, "c", "e9", "page_view", "\"page_url\":\"/home\""),
            click(100, "a", "e10", "page_view", "\"page_url\":\"/late\""),
            // Two sessions, until something between them arrives.
            click(1100, "d", "e11", "page_view", "\"page_url\":\"/one\""),
            click(1115, "d", "e12", "page_view", "\"page_url\":\"/two\""),
            click(1200, "e", "e13", "page_view", "\"page_url\":\"/home\""),
            click(1107, "d", "e14", "page_view", "\"page_url\":\"/between\""));
    Path profiles =
        write("profiles.jsonl", "{\"user_id\":\"u-1\",\"segment\":\"regular\",\"tier\":\"gold\"}");
    Path products =
        write(
            "products.jsonl",
            "{\"product_id\":\"p-1\",\"category\":\"shoes\",\"brand\":\"Kestrel\"}");
    Path out = directory.resolve("out");

    // When
    replay(
        clicks,
        out,
        "--session.gap",
        "10s",
        "--profiles",
        profiles.toString(),
        "--products",
        products.toString());

    // Then
    assertThat(summary(out)).containsExactly(18L, 12L, 1L, 1L, 4L, 6L, 1L);
    List<JsonNode> sessions = values(out.resolve("enriched-sessions.jsonl"));
    assertThat(sessions)
        .extracting(ReplayIT::shown)
        .containsExactlyInAnyOrder(
            session("a", 0, 1, 4),
            session("a", 0, 2, 5),
            session("b", 8, 1, 1),
            session("a", 60, 1, 1),
            session("c", 1000, 1, 1),
            session("d", 1100, 1, 1),
            session("d", 1115, 1, 1),
            tuple("d", 1115L, 2, true, 0L),
            session("d", 1100, 2, 3),
            session("e", 1200, 1, 1));
    assertThat(line(sessions, "d", 1115, 2).get("superseded_by"))
        .isEqualTo(line(sessions, "d", 1100, 2).get("session_id"));
    assertThat(sessions.indexOf(line(sessions, "d", 1115, 2)))
        .isEqualTo(sessions.indexOf(line(sessions, "d", 1100, 2)) - 1);

    JsonNode bought = line(sessions, "a", 0, 2);
    assertThat(
            List.of(
                bought.get("user_id").textValue(),
                bought.get("utm_campaign").textValue(),
                bought.get("revenue").textValue(),
                bought.get("currency").textValue(),
                bought.get("user_segment").textValue(),
                bought.get("user_tier").textValue(),
                bought.get("top_category").textValue(),
                bought.get("top_brand").textValue(),
                bought.get("enrichment_status").textValue()))
        .containsExactly(
            "u-1", "mail", "21.00", "EUR", "regular", "gold", "shoes", "Kestrel", "FULL");
    assertThat(bought.get("duplicate_count").longValue()).isEqualTo(1);
    assertThat(bought.get("late_event_count").longValue()).isEqualTo(1);

    List<JsonNode> late = lines(out.resolve("late-clicks.jsonl"));
    assertThat(late).hasSize(1);
    assertThat(late.get(0).get("value").get("event_id").textValue()).isEqualTo("e10");
    assertThat(late.get(0).get("headers").get("source_offset").textValue()).isEqualTo("13");
    assertThat(lines(out.resolve("rejected-clicks.jsonl")))
        .extracting(
            line -> line.get("headers").get("reason").textValue(),
            line -> line.get("headers").get("source_offset").textValue(),
            line -> line.get("value").isObject() ? "object" : line.get("value").textValue())
        .containsExactly(
            tuple("MALFORMED_JSON", "8", "nonsense"),
            tuple("MALFORMED_JSON", "9", ""),
            tuple("NOT_AN_OBJECT", "10", "[1]"),
            tuple("TIMESTAMP_IN_FUTURE", "11", "object"));
  }

  @Test
  void shouldGiveTheSameRecordsHoweverOftenAFileIsReplayed() throws Exception {
    // Given
    Path clicks = directory.resolve("clicks.jsonl");
    int generated =
        CommandRun.of(
                "traffic",
                "--quiet",
                "--out",
                clicks.toString(),
                "--events",
                "3000",
                "--rate",
                "5",
                "--visitors",
                "100",
                "--malformed",
                "0.02",
                "--duplicates",
                "0.02",
                "--behind",
                "0.05",
                "--late",
                "0.02",
                "--late-by",
                "5min",
                "--start",
                "2026-01-01T00:00:00Z")
            .exitCode();
    assertThat(generated).isZero();

    // When
    for (String name : List.of("first", "second")) {
      replay(clicks, directory.resolve(name), "--session.gap", "30s");
    }

    // Then
    List<Long> first = summary(directory.resolve("first"));
    assertThat(first).isEqualTo(summary(directory.resolve("second")));
    assertThat(first).allMatch(count -> count > 0);
    for (String file :
        List.of("enriched-sessions.jsonl", "late-clicks.jsonl", "rejected-clicks.jsonl")) {
      assertThat(withoutEmission(directory.resolve("first").resolve(file)))
          .isEqualTo(withoutEmission(directory.resolve("second").resolve(file)));
    }
  }

  /** The command of each format's page. */
  @Tag("full")
  @ParameterizedTest
  @CsvSource({
    "segment, 10, 5",
    "snowplow, 8, 3",
    "ga4, 9, 2",
    "posthog, 6, 2",
    "amplitude, 6, 2",
    "mixpanel, 5, 2",
    "matomo, 5, 2"
  })
  void shouldReplayTheExampleOfAFormat(String format, long clicks, long sessions) throws Exception {
    // Given
    String example = "config/examples/" + format;
    Path out = directory.resolve("out");

    // When
    replay(Path.of(example + ".jsonl"), out, "--config", example + ".yaml");

    // Then
    JsonNode summary = JSON.readTree(out.resolve("summary.json").toFile());
    assertThat(
            List.of("in_sessions", "sessions", "late", "rejected").stream()
                .map(name -> summary.get(name).longValue()))
        .containsExactly(clicks, sessions, 0L, 0L);
    assertThat(said())
        .noneMatch(line -> line.contains("that a setting maps") || line.contains("do you mean"));
  }

  @Test
  void shouldReadOtherFieldsWhenTheSettingsMapThem() throws Exception {
    // Given
    Path clicks =
        write(
            "clicks.jsonl",
            "{\"session\":0,\"aid\":17,\"ts\":1659304800025,\"type\":\"clicks\"}",
            "{\"session\":1,\"aid\":42,\"ts\":1659304800025,\"type\":\"carts\"}",
            "{\"session\":0,\"aid\":18,\"ts\":1659306600025,\"type\":\"orders\"}",
            "{\"session\":0,\"aid\":19,\"ts\":1659308400026,\"type\":\"clicks\"}");
    Path out = directory.resolve("out");

    // When
    replay(clicks, out, "--partitions", "2", "--config", "config/examples/otto.yaml");

    // Then
    assertThat(said()).isEmpty();
    assertThat(values(out.resolve("enriched-sessions.jsonl")))
        .extracting(
            value -> value.get("visitor_kind").textValue() + " " + value.get("visitor_id").asText(),
            value -> value.get("product_views").longValue(),
            value -> value.get("cart_adds").longValue(),
            value -> value.get("purchases").longValue(),
            value -> value.get("duration_ms").longValue())
        .containsExactlyInAnyOrder(
            tuple("USER 0", 1L, 0L, 1L, 1_800_000L),
            tuple("USER 1", 0L, 1L, 0L, 0L),
            tuple("USER 0", 1L, 0L, 0L, 0L));
  }

  /** A backfill: what is ahead of its neighbours is not ahead of the clock of today. */
  @Test
  void shouldSayWhichClickMadeOthersLateAndWhatHelps() throws Exception {
    // Given
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 41; i++) {
      lines.add(click(20 * i, "d-" + i % 4, "e-" + i, "page_view", "\"page_url\":\"/\""));
    }
    lines.add(5, click(14 * DAY, "wrong", "e-wrong", "page_view", "\"page_url\":\"/\""));
    Path clicks = write("clicks.jsonl", lines);
    Path out = directory.resolve("out");

    // When
    replay(clicks, out);

    // Then
    assertThat(said())
        .containsExactly(
            "36 of 42 clicks late because of one click at 2026-01-15T00:00:00Z (line 6), 13 d 23 h"
                + " ahead of all before it",
            "  What helps: leave out that line; or --ingest.watermark-witnesses 2; or try"
                + " --partitions 4; or --session.allowed-lateness 14d");
    JsonNode summary = JSON.readTree(out.resolve("summary.json").toFile());
    assertThat(summary(out)).containsExactly(42L, 6L, 0L, 36L, 0L, 5L, 0L);
    assertThat(summary.get("late_because_of"))
        .isEqualTo(
            JSON.readTree(
                "[{\"late\":36,\"clicks\":1,\"line\":6,\"timestamp\":%d}]"
                    .formatted(T0 + 14 * DAY * 1000)));

    // And each of these helps
    replay(clicks, out, "--ingest.watermark-witnesses", "2");
    assertThat(summary(out)).containsExactly(42L, 42L, 0L, 0L, 0L, 5L, 0L);
    replay(clicks, out, "--partitions", "4");
    assertThat(summary(out).get(3)).isZero();
    replay(clicks, out, "--session.allowed-lateness", "14d");
    assertThat(summary(out).get(3)).isZero();
    assertThat(said()).isEmpty();
  }

  @Test
  void shouldSayHowManyClicksCouldNotWaitForACut() throws Exception {
    // Given
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      lines.add(
          click(i / 20, "a", "e-" + i, "page_view", "\"user_id\":\"u-%d\"".formatted(i / 20)));
    }
    Path clicks = write("clicks.jsonl", lines);
    Path out = directory.resolve("out");

    // When
    replay(clicks, out, "--session.cut.user", "true", "--session.max-waiting", "1kb");

    // Then
    assertThat(said())
        .singleElement()
        .asString()
        .matches(
            "\\d+ clicks could not wait for event time, and no session is cut at them; raise"
                + " session.max-waiting");

    // And with room all of them wait
    replay(clicks, out, "--session.cut.user", "true");
    assertThat(said()).isEmpty();
    assertThat(values(out.resolve("enriched-sessions.jsonl")))
        .extracting(session -> session.get("user_id").asText() + session.get("end_reason").asText())
        .containsExactly("u-0USER", "u-1TIMEOUT");
  }

  @Test
  void shouldSayWhatTheSettingsDidNotFindAndWhatWasRejected() throws Exception {
    // Given
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      lines.add(
          "{\"type\":\"Added to Cart\",\"at\":%d,\"who\":\"d\",\"props\":{\"url\":\"/%d\"}}"
              .formatted(T0 + i, i));
    }
    lines.add("{\"type\":\"screen\",\"at\":%d,\"who\":\"d\",\"price\":\"free\"}".formatted(T0));
    lines.add("{\"type\":\"Scroll\",\"at\":0,\"who\":\"d\",\"prop\":{\"url\":\"/\"}}");
    lines.add("{\"type\":\"Scroll\",\"at\":%d,\"prop\":{\"url\":\"/\"}}".formatted(T0));
    Path clicks = write("clicks.jsonl", lines);
    Path profiles =
        write(
            "profiles.jsonl",
            List.of(
                "{\"id\":\"u\",\"segment\":\"new\"}", "{\"user_id\":\"v\",\"segment\":\"old\"}"));
    Path out = directory.resolve("out");

    // When
    replay(
        clicks,
        out,
        "--profiles",
        profiles.toString(),
        "--ingest.fields.event_type",
        "type",
        "--ingest.fields.timestamp",
        "at",
        "--ingest.fields.anonymous_id",
        "who",
        "--ingest.fields.page_url",
        "prop.url",
        "--ingest.event-types.page_view",
        "page, screen",
        "--ingest.event-types.add_to_cart",
        "added_to_cart");

    // Then
    assertThat(said())
        .containsExactly(
            "Rejected records, in rejected-clicks.jsonl: 2",
            "  IDENTITY_MISSING: 1: user_id and anonymous_id (who): both missing",
            "  TIMESTAMP_INVALID: 1: timestamp (at): expected a time from 2000-01-01 to before"
                + " 2100-01-01 (UTC), found a whole number",
            "Rejected profiles and products, in rejected-clicks.jsonl: 1",
            "  FIELD_MISSING: 1: user_id: missing, and no key either",
            "Fields that could not be read, left out of their clicks or mended:",
            "  price: 1",
            "Fields that a setting maps and of which no click has a value (rejected records aside:"
                + " 2):",
            "  page_url (prop.url): in none of 5 clicks",
            "Event types that a setting maps and that no click is of (rejected records aside: 2):",
            "  page_view (page, screen): in none of 5 clicks; the comma is part of this one name, a"
                + " list is written [page, screen]",
            "  add_to_cart (added_to_cart): in none of 5 clicks",
            "Event types in the clicks that are none of ours, the most frequent first:",
            "  Added to Cart: 4; do you mean ingest.event-types.add_to_cart: Added to Cart",
            "  screen: 1");
    assertThat(screen.toString(UTF_8))
        .containsPattern("2 rejected \\(and 1 of profiles and products\\)\\R +Rejected records");
    JsonNode summary = JSON.readTree(out.resolve("summary.json").toFile());
    assertThat(summary(out)).containsExactly(7L, 5L, 0L, 0L, 2L, 1L, 0L);
    assertThat(
            List.of(
                "rejected_by_reason", "rejected_reference", "field_problems", "fields_never_found"))
        .extracting(name -> summary.get(name).toString())
        .containsExactly(
            "{\"IDENTITY_MISSING\":1,\"TIMESTAMP_INVALID\":1}",
            "1",
            "{\"price\":1}",
            "{\"page_url\":\"prop.url\"}");
    assertThat(List.of("types_never_found", "types_not_mapped"))
        .extracting(name -> summary.get(name).toString())
        .containsExactly(
            "{\"page_view\":\"page, screen\",\"add_to_cart\":\"added_to_cart\"}",
            "[{\"type\":\"Added to Cart\",\"clicks\":4,\"nearest\":\"add_to_cart\"},"
                + "{\"type\":\"screen\",\"clicks\":1,\"nearest\":null}]");
  }

  @Test
  void shouldEnrichByProfilesAsDebeziumWritesThem() throws Exception {
    // Given
    Path clicks = write("clicks.jsonl", click(0, "d", "e1", "page_view", "\"user_id\":\"7\""));
    Path profiles =
        write(
            "profiles.jsonl",
            "{\"before\":null,\"after\":{\"id\":7,\"plan\":\"gold\",\"tier\":\"1\"},\"op\":\"c\"}",
            "{\"before\":null,\"after\":{\"id\":8,\"plan\":\"gold\"},\"op\":\"x\"}",
            "{\"before\":null,\"after\":{\"id\":9},\"op\":\"c\"}");
    Path out = directory.resolve("out");

    // When
    replay(
        clicks,
        out,
        "--profiles",
        profiles.toString(),
        "--enrichment.profiles.format",
        "debezium",
        "--enrichment.profiles.fields.user_id",
        "id",
        "--enrichment.profiles.fields.segment",
        "[traits.plan, plan]");

    // Then
    assertThat(lines(out.resolve("enriched-sessions.jsonl")))
        .extracting(line -> line.get("value"))
        .extracting(
            session -> session.get("user_segment").textValue(),
            session -> session.get("user_tier").textValue(),
            session -> session.get("enrichment_status").textValue())
        .containsExactly(tuple("gold", "1", "FULL"));
    assertThat(said())
        .containsExactly(
            "Rejected profiles and products, in rejected-clicks.jsonl: 2",
            "  FIELD_INVALID: 1: op: expected one of c, r, u and d, found another one",
            "  FIELD_MISSING: 1: value: expected segment (traits.plan, plan) or tier, found none"
                + " of them");
    assertThat(
            JSON.readTree(out.resolve("summary.json").toFile()).get("rejected_reference").asInt())
        .isEqualTo(2);
  }

  /** A replay that succeeds. */
  private void replay(Path clicks, Path out, String... others) {
    String[] first = {"--replay", clicks.toString(), "--out", out.toString()};
    screen.reset();
    int exitCode =
        new LocalMode(
                Map.of(), new PrintStream(screen, true, UTF_8), new PrintStream(err, true, UTF_8))
            .run(Stream.of(first, others).flatMap(Stream::of).toArray(String[]::new));
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(exitCode).isZero();
  }

  /** The lines behind the last one that has a time. */
  private List<String> said() {
    List<String> lines = screen.toString(UTF_8).lines().toList();
    int last = lines.size();
    while (lines.get(last - 1).startsWith(" ".repeat(10))) {
      last--;
    }
    return lines.subList(last, lines.size()).stream().map(line -> line.substring(10)).toList();
  }

  private Path write(String name, List<String> lines) throws IOException {
    return Files.write(directory.resolve(name), lines);
  }

  private Path write(String name, String... lines) throws IOException {
    return Files.write(directory.resolve(name), List.of(lines));
  }

  private static String click(
      long seconds, String device, String eventId, String type, String more) {
    return "{\"event_id\":\"%s\",\"event_type\":\"%s\",\"timestamp\":%d,\"anonymous_id\":\"%s\",%s}"
        .formatted(eventId, type, T0 + seconds * 1000, device, more);
  }

  private static Tuple session(String visitor, long start, int revision, long events) {
    return tuple(visitor, start, revision, false, events);
  }

  private static Tuple shown(JsonNode session) {
    return tuple(
        session.get("visitor_id").textValue(),
        (session.get("session_start").longValue() - T0) / 1000,
        session.get("revision").intValue(),
        session.get("is_deleted").booleanValue(),
        session.get("event_count").longValue());
  }

  private static JsonNode line(List<JsonNode> sessions, String visitor, long start, int revision) {
    return sessions.stream()
        .filter(
            session ->
                shown(session).toList().subList(0, 3).equals(List.of(visitor, start, revision)))
        .findFirst()
        .orElseThrow();
  }

  /** The counts in their order; the rate is left out. */
  private static List<Long> summary(Path out) throws IOException {
    JsonNode summary = JSON.readTree(out.resolve("summary.json").toFile());
    List<Long> counts = new ArrayList<>();
    for (String name :
        List.of(
            "read", "in_sessions", "duplicates", "late", "rejected", "sessions", "retractions")) {
      counts.add(summary.get(name).longValue());
    }
    assertThat(summary.get("events_per_second").longValue()).isNotNegative();
    return counts;
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file, UTF_8)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private static List<JsonNode> values(Path file) throws IOException {
    return lines(file).stream().map(line -> line.get("value")).toList();
  }

  /**
   * The records in an order of their own: sessions that waited for the reference data leave visitor
   * by visitor, and how many had to wait is a matter of timing.
   */
  private static List<String> withoutEmission(Path file) throws IOException {
    return Files.readAllLines(file, UTF_8).stream()
        .map(line -> line.replaceFirst("\"emitted_at\":\\d+", ""))
        .sorted()
        .toList();
  }
}
