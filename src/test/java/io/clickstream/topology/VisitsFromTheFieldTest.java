package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.reference.ReferenceUpdate.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Visits as trackers and servers tell of them: whose they are, and where they come from. */
class VisitsFromTheFieldTest {

  /** 2026-11-27T00:53:20Z. */
  private static final long TIME = 1_795_740_800_000L;

  private static final String DEFAULTS = "session: {gap: 30min}";

  @TempDir private Path directory;

  private WholeWay way(String yaml) throws IOException {
    return WholeWay.of(directory, yaml);
  }

  /** A page view some seconds after {@link #TIME}, with more members. */
  private static String view(int seconds, String members) {
    return "{'event_type':'page_view','timestamp':%d,%s}"
        .formatted(TIME + seconds * 1000L, members);
  }

  // ------------------------------------------------------------------------------ visitors

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[guest] | 'USER 0 2 0'", "['0'] | 'DEVICE d8 1 null,DEVICE d9 1 null'"})
  void shouldMakeNoVisitorOfWordsForNothing(String nobody, String zeros) throws IOException {
    WholeWay way =
        way("ingest: {nobody: %s}\nsession: {identity: user}".formatted(nobody.replace('\'', '"')));
    List<String> words = List.of("NULL", "None", "-", "[object Object]", "0");
    for (int device = 0; device < 10; device++) {
      way.read(
          view(
              device,
              "'anonymous_id':'d%d','user_id':'%s'".formatted(device, words.get(device / 2))));
    }

    List<String> sessions = way.sessions("visitor_kind", "visitor_id", "event_count", "user_id");
    assertThat(sessions.subList(0, 8))
        .containsExactlyElementsOf(
            Stream.of(0, 1, 2, 3, 4, 5, 6, 7)
                .map(device -> "DEVICE d%d 1 null".formatted(device))
                .toList());
    assertThat(sessions.subList(8, sessions.size())).containsExactly(zeros.split(","));
    assertThat(way.sessions("enrichment_status").subList(0, 8)).containsOnly("FULL");
  }

  @Test
  void shouldNotThrowStrangersTogetherWhoAreAllCalledGuest() throws IOException {
    WholeWay way = way("ingest: {nobody: [guest]}\nsession: {identity: user, max-events: 4}");
    for (int click = 0; click < 9; click++) {
      way.read(view(click, "'anonymous_id':'d%d','user_id':'guest'".formatted(click % 3)));
    }

    assertThat(way.sessions("visitor_kind", "visitor_id", "event_count", "end_reason", "user_id"))
        .containsExactly(
            "DEVICE d0 3 TIMEOUT null", "DEVICE d1 3 TIMEOUT null", "DEVICE d2 3 TIMEOUT null");
  }

  @ParameterizedTest
  @CsvSource({
    "00000000-0000-0000-0000-000000000000, session: {gap: 30min}",
    "000000000000, ingest: {missing: ['000000000000']}"
  })
  void shouldTellVisitorsByTheirUsersWhenTheDeviceIsNone(String device, String yaml)
      throws IOException {
    WholeWay way = way(yaml.replace("['", "[\"").replace("']", "\"]"));
    for (int user = 0; user < 3; user++) {
      way.read(view(user, "'anonymous_id':'%s','user_id':'u%d'".formatted(device, user)));
    }

    assertThat(way.sessions("visitor_kind", "visitor_id", "event_count", "anonymous_id"))
        .containsExactly("USER u0 1 null", "USER u1 1 null", "USER u2 1 null");
  }

  @ParameterizedTest
  @CsvSource({"12345, 12345", "12345.0, 12345.0", "12345, "})
  void shouldKnowAUserWhoseIdIsADecimalInSomeRecords(String id, String key) throws IOException {
    WholeWay way =
        way(DEFAULTS)
            .follow(Kind.PROFILE, key, "{'user_id':%s,'segment':'gold','tier':'1'}".formatted(id))
            .read(view(0, "'user_id':12345"), view(1, "'user_id':12345.0"));

    assertThat(
            way.sessions(
                "visitor_kind", "visitor_id", "event_count", "user_segment", "enrichment_status"))
        .containsExactly("USER 12345 2 gold FULL");
  }

  @Test
  void shouldFindProfilesThatAreChangesOfATable() throws IOException {
    String yaml =
        "enrichment: {profiles: {format: debezium, fields: {user_id: id, segment: plan}}}";
    String change = "{'before':null,'after':{'id':7,'plan':'gold'},'op':'c'}";
    String[] asked = {"user_segment", "enrichment_status"};
    String click = view(0, "'anonymous_id':'d1','user_id':'7'");

    assertThat(way(yaml).follow(Kind.PROFILE, "{'id':7}", change).read(click).sessions(asked))
        .containsExactly("gold FULL");
    assertThat(
            way(yaml)
                .follow(Kind.PROFILE, "{'id':7}", change)
                .follow(Kind.PROFILE, "{'id':7}", null)
                .read(click)
                .sessions(asked))
        .containsExactly("null MISSING");
    // Without the settings it is none, and is named as what it is.
    WholeWay unset = way(DEFAULTS).follow(Kind.PROFILE, "{'id':7}", change).read(click);
    assertThat(unset.sessions(asked)).containsExactly("null MISSING");
    assertThat(unset.rejected()).singleElement().asString().contains("enrichment.profiles.");
  }

  @Test
  void shouldKeepTwoPeopleOfOneDeviceApart() throws IOException {
    String purchase =
        view(60, "'anonymous_id':'sh','user_id':'alice','price':100,'currency':'EUR'")
            .replace("page_view", "purchase");
    String[] clicks = {
      view(0, "'anonymous_id':'sh','user_id':'alice','page_url':'https://shop.example/'"),
      purchase,
      view(120, "'anonymous_id':'sh','page_url':'https://shop.example/login'"),
      view(180, "'anonymous_id':'sh','user_id':'bob','page_url':'https://shop.example/'")
    };
    String[] asked = {"user_id", "event_count", "revenue", "user_segment", "end_reason"};
    String cut = "session: {gap: 30min, cut: {user: true}}";

    assertThat(people(cut).read(clicks).sessions(asked))
        .containsExactly("alice 3 100 gold USER", "bob 1 null blue TIMEOUT");
    // Nobody asked for it: all of it is bob's.
    assertThat(people(DEFAULTS).read(clicks).sessions(asked))
        .containsExactly("bob 4 100 blue TIMEOUT");
  }

  /** Alice and Bob have profiles. */
  private WholeWay people(String yaml) throws IOException {
    return way(yaml)
        .follow(Kind.PROFILE, "alice", "{'user_id':'alice','segment':'gold','tier':'1'}")
        .follow(Kind.PROFILE, "bob", "{'user_id':'bob','segment':'blue','tier':'1'}");
  }

  @Test
  void shouldMakeNoVisitOfPingsAndOfAnAppInTheBackground() throws IOException {
    WholeWay way =
        way("session: {gap: 30min, passive: {event_type: [page_ping, Application Opened]}}")
            .read(view(0, "'anonymous_id':'hb'"));
    for (int minute = 20; minute <= 180; minute += 20) {
      way.read(view(minute * 60, "'anonymous_id':'hb'").replace("page_view", "page_ping"));
    }
    way.read(
        view(190 * 60, "'anonymous_id':'hb'"),
        view(200 * 60, "'anonymous_id':'bg'").replace("page_view", "Application Opened"));

    assertThat(way.sessions("visitor_id", "event_count", "page_views", "duration_ms", "is_bounce"))
        .containsExactly("hb 2 1 0 true", "hb 1 1 0 true");
    assertThat(way.skipped()).isEqualTo(9);
  }

  // --------------------------------------------------------------------------- where from

  @Test
  void shouldReadNothingWhereAWebServerWritesADash() throws IOException {
    WholeWay way =
        way("""
                ingest:
                  fields:
                    event_type: method
                    timestamp: time
                    anonymous_id: ip
                    user_id: user
                    page_url: uri
                  event-types: {page_view: GET}
                """)
            .read(
                "{'time':'2026-11-27T00:53:20.000Z','method':'GET','ip':'192.0.2.1','user':'-',"
                    + "'uri':'/a','referrer':'-'}");

    assertThat(way.sessions("visitor_id", "page_views", "user_id", "referrer", "enrichment_status"))
        .containsExactly("192.0.2.1 1 null null FULL");
  }

  @Test
  void shouldBeADirectVisitWhenOnlyTheSiteItselfRefers() throws IOException {
    String page = "'anonymous_id':'%s','page_url':'https://shop.example/%s','referrer':'%s'";
    WholeWay way =
        way("ingest: {own-hosts: [pay.example]}")
            .read(
                view(0, page.formatted("direct", "", "")),
                view(60, page.formatted("direct", "b", "https://shop.example/")),
                view(1, page.formatted("found", "", "https://search.example/q")),
                view(61, page.formatted("found", "b", "https://www.shop.example/")),
                view(2, page.formatted("paid", "thanks", "https://pay.example/ok")),
                view(62, page.formatted("paid", "b", "https://shop.example/thanks")));

    assertThat(way.sessions("visitor_id", "page_views", "referrer"))
        .containsExactly("direct 2 null", "found 2 https://search.example/q", "paid 2 null");
  }

  @Test
  void shouldFindTheCampaignInTheAddressOfThePage() throws IOException {
    WholeWay way =
        way(DEFAULTS)
            .read(
                view(
                    0,
                    "'anonymous_id':'d1','page_url':'https://shop.example/?utm_source=LinkedIn"
                        + "&utm_medium=social&utm_campaign=black%20friday&gclid=g-1'"),
                view(1, "'anonymous_id':'d1','page_url':'https://shop.example/?utm_source=other'"));

    assertThat(way.sessions("utm_source", "utm_medium", "utm_campaign", "click_id"))
        .containsExactly("LinkedIn social black friday g-1");
  }
}
