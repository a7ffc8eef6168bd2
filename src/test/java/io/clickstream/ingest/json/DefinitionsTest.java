package io.clickstream.ingest.json;

import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.json;
import static io.clickstream.ingest.IngestSamples.rules;
import static io.clickstream.ingest.IngestSamples.settings;
import static io.clickstream.ingest.IngestSamples.sources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.columns.FieldPath;
import io.clickstream.columns.Reading;
import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.DefinitionSamples;
import io.clickstream.ingest.FieldProblem;
import io.clickstream.model.Click;
import io.clickstream.model.ClickMarks;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What definitions read of records of JSON: values, and the conditions that clicks fulfil. */
class DefinitionsTest {

  private static final long TIME = NOW - 1_000;

  /** What a click is and to whom it belongs. */
  private static final String REST =
      "'event_type':'search','timestamp':%d,'anonymous_id':'d'".formatted(TIME);

  /** Values that all readings are tried with: read as, or nothing, or a problem. */
  private static final String NOTHING = null;

  private static final String PROBLEM = "!";

  private static Origin click(String members) {
    return json("{%s%s%s}".formatted(REST, members.isEmpty() ? "" : ",", members));
  }

  /** The verdict of the parser for all of JSON, which is that at first sight as well, if any. */
  private static Ingested read(JsonClickFormat format, Origin origin) {
    Ingested plain = format.parsePlain(origin, NOW, NOW);
    Ingested all = format.parseAny(origin, NOW, NOW);
    if (plain != null) {
      assertThat(plain).isEqualTo(all);
    }
    return all;
  }

  private static Click clickOf(JsonClickFormat format, String members) {
    return Objects.requireNonNull(read(format, click(members)).click());
  }

  private static @Nullable String text(Columns table, String column, Click click) {
    return click.texts().get(DefinitionSamples.text(table, column));
  }

  private static Columns tableOf(Reading reading, Object from) {
    DefinitionSamples samples = new DefinitionSamples();
    return switch (reading) {
      case TEXT -> samples.last("x", Type.TEXT, from).table();
      case DECIMAL -> samples.last("x", Type.NUMBER, from).table();
      case FLAG -> samples.last("x", Type.BOOLEAN, from).table();
      case MILLISECONDS -> samples.milliseconds(from).table();
      case CODE -> samples.goal("g", SEARCH, null, from, null).table();
      case ID -> samples.goal("g", SEARCH, null, null, from).table();
      default -> throw new AssertionError(reading);
    };
  }

  private static final Map<String, String> SEARCH = Map.of("event_type", "search");

  /** The only value that is defined. */
  private static int only(Columns table) {
    return ClickFields.of(table).defined().get(0).text();
  }

  // ------------------------------------------------------------------------------- readings

  static Stream<Arguments> values() {
    List<Arguments> all = new ArrayList<>();
    String largest = "9223372036854775808";
    String digits38 = "12345678901234567890123456789012345678";
    add(all, "'pro'", "pro", "pro", "pro", PROBLEM, PROBLEM, PROBLEM);
    add(all, "' pro '", "pro", "pro", "pro", PROBLEM, PROBLEM, PROBLEM);
    add(all, "'ü 漢'", "ü 漢", "ü 漢", "ü 漢", PROBLEM, PROBLEM, PROBLEM);
    add(all, "7", "7", "7", "7", "7", PROBLEM, "7");
    add(all, "'7'", "7", "7", "7", "7", PROBLEM, "7");
    add(all, "7.0", "7.0", "7.0", "7", "7", PROBLEM, "7");
    add(all, "'7.00'", "7.00", "7.00", "7", "7", PROBLEM, "7");
    add(all, "007", null, null, null, null, null, null); // no JSON
    add(all, "'007'", "007", "007", "007", "7", PROBLEM, "7");
    add(all, "'-007.50'", "-007.50", "-007.50", "-007.50", "-7.5", PROBLEM, PROBLEM);
    add(all, "-0", "-0", "-0", "-0", "0", PROBLEM, "0");
    add(all, "-0.0", "-0.0", "-0.0", "-0.0", "0", PROBLEM, "0");
    add(all, "0.50", "0.50", "0.50", "0.50", "0.5", PROBLEM, PROBLEM);
    add(all, "'.5'", ".5", ".5", ".5", "0.5", PROBLEM, PROBLEM);
    add(all, "-3", "-3", "-3", "-3", "-3", PROBLEM, PROBLEM);
    add(all, "1e3", "1e3", "1e3", "1e3", "1000", PROBLEM, "1000");
    add(all, "'1E+3'", "1E+3", "1E+3", "1E+3", "1000", PROBLEM, "1000");
    add(all, "1.5e-3", "1.5e-3", "1.5e-3", "1.5e-3", "0.0015", PROBLEM, PROBLEM);
    add(all, "1e999999999", "1e999999999", "1e999999999", "1e999999999", PROBLEM, PROBLEM, PROBLEM);
    add(all, largest, largest, largest, largest, largest, PROBLEM, PROBLEM);
    add(
        all,
        "9007199254740992",
        "9007199254740992",
        "9007199254740992",
        "9007199254740992",
        "9007199254740992",
        PROBLEM,
        "9007199254740992");
    add(
        all,
        "9007199254740993",
        "9007199254740993",
        "9007199254740993",
        "9007199254740993",
        "9007199254740993",
        PROBLEM,
        PROBLEM);
    add(all, digits38, digits38, digits38, digits38, digits38, PROBLEM, PROBLEM);
    add(
        all,
        digits38 + "9",
        digits38 + "9",
        digits38 + "9",
        digits38 + "9",
        PROBLEM,
        PROBLEM,
        PROBLEM);
    String places = "0.123456789012345678";
    add(all, places, places, places, places, places, PROBLEM, PROBLEM);
    add(all, places + "0", places + "0", places + "0", places + "0", places, PROBLEM, PROBLEM);
    add(all, places + "9", places + "9", places + "9", places + "9", PROBLEM, PROBLEM, PROBLEM);
    add(all, "'1,5'", "1,5", "1,5", "1,5", PROBLEM, PROBLEM, PROBLEM);
    add(all, "'1 000'", "1 000", "1 000", "1 000", PROBLEM, PROBLEM, PROBLEM);
    add(all, "true", PROBLEM, PROBLEM, PROBLEM, PROBLEM, "true", PROBLEM);
    add(all, "false", NOTHING, NOTHING, NOTHING, PROBLEM, "false", PROBLEM);
    add(all, "'true'", "true", "true", "true", PROBLEM, "true", PROBLEM);
    add(all, "' false '", "false", "false", "false", PROBLEM, "false", PROBLEM);
    add(all, "'True'", "True", "True", "True", PROBLEM, PROBLEM, PROBLEM);
    for (String nothing :
        List.of("null", "''", "' '", "'null'", "' - '", "'undefined'", "[]", "{}", "[ ]")) {
      add(all, nothing, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING);
    }
    for (String other : List.of("[1]", "['a']", "{'a':1}", "[[]]", "[null]")) {
      add(all, other, PROBLEM, PROBLEM, PROBLEM, PROBLEM, PROBLEM, PROBLEM);
    }
    return all.stream();
  }

  private static void add(
      List<Arguments> all,
      String value,
      @Nullable String text,
      @Nullable String code,
      @Nullable String id,
      @Nullable String decimal,
      @Nullable String flag,
      @Nullable String milliseconds) {
    if (value.equals("007")) {
      return;
    }
    all.add(Arguments.of(value, Reading.TEXT, text));
    all.add(Arguments.of(value, Reading.CODE, code));
    all.add(Arguments.of(value, Reading.ID, id));
    all.add(Arguments.of(value, Reading.DECIMAL, decimal));
    all.add(Arguments.of(value, Reading.FLAG, flag));
    all.add(Arguments.of(value, Reading.MILLISECONDS, milliseconds));
  }

  @ParameterizedTest
  @MethodSource("values")
  void shouldReadValues(String value, Reading reading, @Nullable String expected) {
    // Given the value alone, in an object, in an element of an array, and as the second path
    Map<String, Object> places = new HashMap<>();
    places.put("'v':%s", "v");
    places.put("'a':{'v':%s}", "a.v");
    places.put("'a':[{'k':'x','v':%s},{'k':'y','v':'no'}]", "a[k=x].v");
    places.put("'v':null,'a':{'v':%s}", List.of("v", "a.v"));
    places.put("'v':%s,'a':1", List.of("b", "v"));
    for (Map.Entry<String, Object> place : places.entrySet()) {
      Columns table = tableOf(reading, place.getValue());
      JsonClickFormat format = new JsonClickFormat(settings(), table);
      // When
      Ingested ingested = read(format, click(place.getKey().formatted(value)));
      // Then
      boolean isProblem = PROBLEM.equals(expected);
      assertThat(Objects.requireNonNull(ingested.click()).texts().get(only(table)))
          .as(place.getKey())
          .isEqualTo(isProblem ? null : expected);
      assertThat(ingested.problems())
          .as(place.getKey())
          .isEqualTo(
              isProblem ? List.of(ClickFields.of(table).defined().get(0).index()) : List.of());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'v':'pro'", "'v':7", "'v':'7.50'", "'v':7.50", "'v':true", "'v':false", "'v':null",
        "'v':[]", "'v':'007'", "'v':'1e3'", "'v':'-00.5'", "'w':1", "'v':' 5 '", "'v':'true'"
      })
  void shouldReadAtFirstSight(String member) {
    List<Reading> readings = new ArrayList<>();
    for (Reading reading :
        List.of(Reading.TEXT, Reading.ID, Reading.DECIMAL, Reading.FLAG, Reading.MILLISECONDS)) {
      JsonClickFormat format = new JsonClickFormat(settings(), tableOf(reading, "v"));
      Ingested plain = format.parsePlain(click(member), NOW, NOW);
      Ingested all = format.parseAny(click(member), NOW, NOW);
      // Whatever is no problem is read at first sight.
      assertThat(plain != null).as(reading + " " + member).isEqualTo(all.problems().isEmpty());
      if (plain != null) {
        readings.add(reading);
      }
    }
    assertThat(readings).isNotEmpty();
  }

  @Test
  void shouldNotCopyValuesThatStandInTheRecord() {
    // Given
    Columns table =
        new DefinitionSamples()
            .last("plan", Type.TEXT, "p.plan")
            .last("depth", Type.NUMBER, "p.depth")
            .last("member", Type.BOOLEAN, "p.member")
            .field("total", How.SUM, Type.NUMBER, "price", SEARCH)
            .milliseconds("p.ms")
            .table();
    JsonClickFormat format = new JsonClickFormat(settings(), table);
    // When
    Ingested plain =
        format.parsePlain(
            click(
                "'price':'09.50','p':{'plan':' pro ','depth':007.500,'member':true,'ms':40}"
                    .replace("007", "7")),
            NOW,
            NOW);
    // Then
    ClickTexts texts = Objects.requireNonNull(Objects.requireNonNull(plain).click()).texts();
    assertThat(texts.extra()).isNull();
    assertThat(texts.get(DefinitionSamples.text(table, "fields.plan"))).isEqualTo("pro");
    assertThat(texts.get(DefinitionSamples.text(table, "fields.depth"))).isEqualTo("7.5");
    assertThat(texts.get(DefinitionSamples.text(table, "fields.member"))).isEqualTo("true");
    assertThat(texts.get(DefinitionSamples.text(table, "fields.total"))).isEqualTo("9.5");
    assertThat(texts.get(DefinitionSamples.text(table, "engaged_ms"))).isEqualTo("40");
  }

  @Test
  void shouldCutTextsAndLeaveOutLongIds() {
    String longest = "ü".repeat(1_024);
    for (String text : List.of(longest, longest + "x", "x".repeat(1_024), "x".repeat(5_000))) {
      boolean isLonger = text.length() > 1_024;
      for (Reading reading : List.of(Reading.TEXT, Reading.CODE, Reading.ID)) {
        Columns table = tableOf(reading, "v");
        Ingested ingested =
            read(new JsonClickFormat(settings(), table), click("'v':'%s'".formatted(text)));
        boolean isCut = isLonger && reading == Reading.TEXT;
        assertThat(Objects.requireNonNull(ingested.click()).texts().get(only(table)))
            .isEqualTo(isCut ? text.substring(0, 1_024) : isLonger ? null : text);
        assertThat(ingested.problems()).hasSize(isLonger && !isCut ? 1 : 0);
      }
    }
    // So does a text of ours that only some clicks count with.
    Columns ours =
        new DefinitionSamples().field("x", How.LAST, Type.TEXT, "page_url", SEARCH).table();
    for (String text : List.of("x".repeat(1_024), "x".repeat(1_025), "ü".repeat(1_025))) {
      Click click =
          clickOf(new JsonClickFormat(settings(), ours), "'page_url':'%s'".formatted(text));
      assertThat(click.texts().get(only(ours))).isEqualTo(text.substring(0, 1_024));
      assertThat(click.pageUrl()).isEqualTo(text);
    }
    // Half a character is none.
    Columns table = tableOf(Reading.TEXT, "v");
    Click click =
        clickOf(new JsonClickFormat(settings(), table), "'v':'%s😀'".formatted("x".repeat(1_023)));
    assertThat(click.texts().get(only(table))).isEqualTo("x".repeat(1_023));
  }

  @Test
  void shouldMendTextsAndLeaveOutIdsWithHalfACharacter() {
    for (Reading reading : List.of(Reading.TEXT, Reading.ID)) {
      Columns table = tableOf(reading, "v");
      Ingested ingested = read(new JsonClickFormat(settings(), table), click("'v':'a\\ud800'"));
      assertThat(Objects.requireNonNull(ingested.click()).texts().get(only(table)))
          .isEqualTo(reading == Reading.TEXT ? "a\uFFFD" : null);
      assertThat(ingested.problems()).hasSize(1);
    }
  }

  @Test
  void shouldSayWhatCannotBeRead() {
    // Given
    Columns table =
        new DefinitionSamples()
            .last("plan", Type.TEXT, "p.plan")
            .field("items", How.SUM, Type.NUMBER, List.of("p.n", "q.n"), SEARCH)
            .last("member", Type.BOOLEAN, "p.member")
            .goal("won", SEARCH, "price", null, null)
            .milliseconds("p.ms")
            .table();
    JsonClickFormat format = new JsonClickFormat(settings(), table);
    // When
    Ingested ingested =
        format.parse(
            click("'price':[7],'p':{'plan':true,'n':'1,5','member':1,'ms':-1},'q':{'n':'x'}"),
            NOW,
            NOW);
    // Then the field of ours is one of its own
    assertThat(format.problems())
        .extracting(FieldProblem::toString)
        .containsExactly(
            "price: expected a number of at most 15 digits before and 18 after the point, found an"
                + " array",
            "engagement.milliseconds (p.ms): expected a whole number from 0 to 9007199254740992,"
                + " found another number",
            "fields.plan (p.plan): expected text or a number, found a boolean",
            "fields.items ([p.n, q.n]): expected a number of at most 38 digits, 18 of them after"
                + " the point, found text with a comma",
            "fields.member (p.member): expected true or false, found another number",
            "goals.won.value (price): expected a number of at most 38 digits, 18 of them after the"
                + " point, found an array");
    assertThat(ingested.problems()).hasSize(6);
    assertThat(ingested.click()).isNotNull();
  }

  @Test
  void shouldHaveNoValueWhenSomethingElseIsOnThePath() {
    // Given
    Columns table = tableOf(Reading.TEXT, "a.b.c");
    JsonClickFormat format = new JsonClickFormat(settings(), table);
    for (String nothing : List.of("", "'a':null", "'a':{}", "'a':[]", "'a':{'b':'null'}")) {
      assertThat(read(format, click(nothing)).problems()).as(nothing).isEmpty();
    }
    for (String other : List.of("'a':7", "'a':'x'", "'a':{'b':[1]}", "'a':{'b':false}")) {
      assertThat(read(format, click(other)).problems()).as(other).hasSize(1);
    }
  }

  // --------------------------------------------------------------------------- fields of ours

  @Test
  void shouldReadFieldsOfOursWhereTheyAreMapped() {
    // Given
    Columns table =
        new DefinitionSamples()
            .field("spent", How.SUM, Type.NUMBER, "revenue", null)
            .field("pieces", How.SUM, Type.NUMBER, "quantity", null)
            .field("highest", How.MAX, Type.NUMBER, "price", null)
            .last("title", Type.TEXT, "page_title")
            .last("order", Type.NUMBER, "order_id")
            .table();
    IngestSettings settings =
        settings()
            .with(
                IngestSettings.FIELDS,
                sources(
                    Map.of(
                        "revenue",
                        List.of("o.total", "total"),
                        "quantity",
                        "o.n",
                        "page_title",
                        "page.title",
                        "order_id",
                        "o.id")));
    // When
    Click click =
        clickOf(
            new JsonClickFormat(settings, table),
            "'o':{'n':'02','id':7.0},'total':'19.90','price':5,'page':{'title':'Ü'},'quantity':9,"
                + "'page_title':'no'");
    Click none = clickOf(new JsonClickFormat(settings, table), "'quantity':1");
    // Then
    assertThat(text(table, "fields.spent", click)).isEqualTo("19.9");
    assertThat(text(table, "fields.pieces", click)).isEqualTo("2");
    assertThat(text(table, "fields.highest", click)).isEqualTo("5");
    assertThat(text(table, "fields.title", click)).isEqualTo("Ü");
    assertThat(text(table, "fields.order", click)).isEqualTo("7");
    assertThat(click.orderId()).isEqualTo("7");
    assertThat(text(table, "fields.pieces", none)).isNull();
  }

  @Test
  void shouldReadMoreOfANumberThanOurFieldsDo() {
    // Given a price that is too long for one
    Columns table = tableOf(Reading.DECIMAL, "price");
    // When
    Ingested ingested =
        read(new JsonClickFormat(settings(), table), click("'price':1234567890123456"));
    // Then
    Click click = Objects.requireNonNull(ingested.click());
    assertThat(click.price()).isNull();
    assertThat(click.texts().get(only(table))).isEqualTo("1234567890123456");
    assertThat(ingested.problems()).containsExactly(12);
  }

  @Test
  void shouldTakeTheTextThatTheClickHas() {
    // Given texts of ours that only some clicks count with
    Columns table =
        new DefinitionSamples()
            .field("source", How.LAST, Type.TEXT, "utm_source", SEARCH)
            .field("user", How.LAST, Type.TEXT, "user_id", SEARCH)
            .field("type", How.LAST, Type.TEXT, "event_type", Map.of("v", "exists"))
            .last("country", Type.TEXT, "country")
            .table();
    IngestSettings settings =
        settings()
            .with(IngestSettings.NOBODY, List.of("guest"))
            .with(IngestSettings.EVENT_TYPES, rules(Map.of("purchase", Map.of("v", "won"))));
    JsonClickFormat format = new JsonClickFormat(settings, table);
    // When
    Click click =
        clickOf(
            format, "'page_url':'/?utm_source=a%20b','user_id':' guest ','country':'DE','v':'1'");
    Click made =
        Objects.requireNonNull(
            read(
                    format,
                    json(
                        "{'timestamp':%d,'anonymous_id':'d','v':'won','utm_source':'s'}"
                            .formatted(TIME)))
                .click());
    // Then
    assertThat(text(table, "fields.source", click)).isEqualTo("a b");
    assertThat(text(table, "fields.user", click)).isNull();
    assertThat(text(table, "fields.type", click)).isEqualTo("search");
    assertThat(text(table, "fields.country", click)).isEqualTo("DE");
    assertThat(text(table, "fields.type", made)).isEqualTo("purchase");
    assertThat(text(table, "fields.source", made)).isNull();
  }

  @Test
  void shouldHaveNoValueOfAUserWhoIsNobody() {
    // Given
    Columns table =
        new DefinitionSamples()
            .last("number", Type.NUMBER, "user_id")
            .last("path", Type.NUMBER, "uid")
            .table();
    IngestSettings settings =
        settings(Identity.DEVICE, Map.of("user_id", "uid"), Map.of())
            .with(IngestSettings.NOBODY, List.of("7"));
    JsonClickFormat format = new JsonClickFormat(settings, table);
    for (String user : List.of("7", "'7'", "' 7.0 '")) {
      // When
      Click click = clickOf(format, "'uid':" + user);
      // Then a path is what stands there
      assertThat(text(table, "fields.number", click)).as(user).isNull();
      assertThat(text(table, "fields.path", click)).as(user).isEqualTo("7");
    }
    assertThat(text(table, "fields.number", clickOf(format, "'uid':8"))).isEqualTo("8");
  }

  @Test
  void shouldReadConstants() {
    // Given
    Columns table =
        new DefinitionSamples()
            .field("shop", How.MAX, Type.NUMBER, "app_id", null)
            .last("country", Type.BOOLEAN, "country")
            .goal("won", SEARCH, null, "currency", "device_type")
            .table();
    IngestSettings settings =
        settings()
            .with(
                IngestSettings.CONSTANTS,
                Map.of(
                    "app_id", "07.50", "country", "true", "currency", "eur", "device_type", "9.0"));
    JsonClickFormat format = new JsonClickFormat(settings, table);
    // When
    Click plain = Objects.requireNonNull(format.parsePlain(click("'app_id':3"), NOW, NOW).click());
    Click click = clickOf(format, "'app_id':3");
    // Then
    assertThat(plain.withOrigin(click.origin())).isEqualTo(click);
    assertThat(text(table, "fields.shop", click)).isEqualTo("7.5");
    assertThat(text(table, "fields.country", click)).isEqualTo("true");
    var goal = DefinitionSamples.goal(table, "goals.won");
    assertThat(click.texts().get(Objects.requireNonNull(goal.currency()).index())).isEqualTo("eur");
    assertThat(click.texts().get(Objects.requireNonNull(goal.oncePer()).index())).isEqualTo("9");
    assertThat(click.country()).isEqualTo("true");
  }

  @Test
  void shouldCountConstantThatIsNoNumber() {
    Columns table = tableOf(Reading.DECIMAL, "country");
    IngestSettings settings = settings().with(IngestSettings.CONSTANTS, Map.of("country", "DE"));
    Ingested ingested = read(new JsonClickFormat(settings, table), click(""));
    assertThat(ingested.problems()).hasSize(1);
  }

  @Test
  void shouldRefuseWhatIsInNoRecord() {
    Columns revenue = tableOf(Reading.DECIMAL, "revenue");
    assertThatThrownBy(() -> new JsonClickFormat(settings(), revenue))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "session.fields.x: revenue is in no record, as no setting maps it; set"
                + " ingest.fields.revenue, or name a path");
    Columns time = tableOf(Reading.DECIMAL, "timestamp");
    IngestSettings ofKafka = settings(Identity.DEVICE, Map.of("timestamp", "@kafka"), Map.of());
    assertThatThrownBy(() -> new JsonClickFormat(ofKafka, time))
        .hasMessage(
            "session.fields.x: timestamp is Kafka's time, which is no value of a record; name a"
                + " path");
    Columns marked = new DefinitionSamples().count("x", Map.of("timestamp", "exists")).table();
    assertThatThrownBy(() -> new JsonClickFormat(ofKafka, marked))
        .hasMessage(
            "session, where {timestamp: exists}: timestamp is Kafka's time, which cannot be tested");
    Columns kafka = tableOf(Reading.TEXT, List.of("a", "@kafka"));
    assertThatThrownBy(() -> new JsonClickFormat(settings(), kafka))
        .hasMessageStartingWith("session.fields.x: expected paths in the record, found a, else");
  }

  @Test
  void shouldNotBeNamesThatSettingsCanMap() {
    Columns table = tableOf(Reading.TEXT, "v");
    IngestSettings settings =
        settings().with(IngestSettings.FIELDS, sources(Map.of("fields.x", "y")));
    assertThatThrownBy(() -> new JsonClickFormat(settings, table))
        .hasMessageContaining("ingest.fields.fields.x: not a field of a click");
  }

  // ------------------------------------------------------------------------------------ where

  @Test
  void shouldHaveValueOnlyWhereTheClickFulfilsTheCondition() {
    // Given
    Columns table =
        new DefinitionSamples()
            .field("items", How.SUM, Type.NUMBER, "n", Map.of("event_type", "search", "k", "a"))
            .field("others", How.SUM, Type.NUMBER, "n", Map.of("event_type", "purchase"))
            .table();
    JsonClickFormat format = new JsonClickFormat(settings(), table);
    // When
    Click fulfils = clickOf(format, "'n':3,'k':'a'");
    Click not = clickOf(format, "'n':3,'k':'b'");
    // Then
    assertThat(text(table, "fields.items", fulfils)).isEqualTo("3");
    assertThat(text(table, "fields.others", fulfils)).isNull();
    assertThat(text(table, "fields.items", not)).isNull();
    // Conditions of values alone mark nothing.
    assertThat(fulfils.marks()).isSameAs(ClickMarks.NONE);
    // What does not count is no problem either, and nothing keeps it from being read at once.
    assertThat(format.parsePlain(click("'n':'x','k':'b'"), NOW, NOW)).isNotNull();
    assertThat(read(format, click("'n':'x','k':'b'")).problems()).isEmpty();
    assertThat(read(format, click("'n':'x','k':'a'")).problems()).hasSize(1);
  }

  @Test
  void shouldShareSlotOfOnePlace() {
    // Given many definitions that read the same place, one of ours among them
    DefinitionSamples samples = new DefinitionSamples();
    for (int i = 0; i < 10; i++) {
      samples
          .field("a" + i, How.LAST, Type.TEXT, "p.v", Map.of("p.k", "k" + i))
          .field("b" + i, How.SUM, Type.NUMBER, List.of("p.w", "p.v"), Map.of("p.k", "k" + i))
          .count("c" + i, Map.of("p.v", "" + i))
          .field("d" + i, How.MAX, Type.NUMBER, "country", Map.of("country", "" + i));
    }
    IngestSettings settings = settings(Identity.DEVICE, Map.of("country", "p.c"), Map.of());
    Columns table = samples.table();
    int before = slots(settings, Columns.BUILT_IN);
    int fields = ClickFields.of(table).count() - ClickFields.of(Columns.BUILT_IN).count();
    // When, Then the places are p.v, p.w and p.k
    assertThat(slots(settings, table)).isEqualTo(before + fields + 3);
    Click click = clickOf(new JsonClickFormat(settings, table), "'p':{'v':'3','k':'k3','c':3}");
    assertThat(text(table, "fields.a3", click)).isEqualTo("3");
    assertThat(text(table, "fields.b3", click)).isEqualTo("3");
    assertThat(text(table, "fields.b4", click)).isNull();
    assertThat(text(table, "fields.d3", click)).isEqualTo("3");
  }

  private static int slots(IngestSettings settings, Columns table) {
    return io.clickstream.ingest.RecordShape.of(settings, table).mapping().slots();
  }

  @Test
  void shouldNotChangeWhatIsReadOfOurFields() {
    // Given definitions and conditions at places that paths of our fields lead through
    Map<String, String> fields = Map.of("user_id", "who.id", "product_id", "item.sku");
    Columns table =
        new DefinitionSamples()
            .last("who", Type.TEXT, "who")
            .count("item", Map.of("item", "exists"))
            .table();
    JsonClickFormat plain = new JsonClickFormat(settings(Identity.USER, fields, Map.of()));
    JsonClickFormat defined = new JsonClickFormat(settings(Identity.USER, fields, Map.of()), table);
    for (String members :
        List.of(
            "'who':'u1'", "'who':{'id':7},'item':'p1'", "'item':[7]", "'who':null", "'item':{}")) {
      // When
      Ingested expected = read(plain, click(members));
      Ingested found = read(defined, click(members));
      // Then
      assertThat(found.what()).isEqualTo(expected.what());
      assertThat(
              found.problems().stream()
                  .filter(field -> field < ClickFields.of(Columns.BUILT_IN).count()))
          .as(members)
          .isEqualTo(expected.problems());
    }
    assertThat(read(defined, click("'who':'u1'")).rejection()).isNotNull();
  }

  // ------------------------------------------------------------------------------------ marks

  private static ClickMarks marks(JsonClickFormat format, String json) {
    return Objects.requireNonNull(read(format, json(json)).click()).marks();
  }

  @Test
  void shouldMarkClicksByOurNameAndByTheirs() {
    // Given
    Columns table =
        new DefinitionSamples()
            .count("ours", Map.of("event_type", "purchase"))
            .count("theirs", Map.of("event_type", "Order Completed"))
            .count("both", Map.of("event_type", List.of("purchase", "Order Completed")))
            .count("other", Map.of("event_type", "Refund"))
            .count("starts", Map.of("event_type", Map.of("starts-with", "Order")))
            .count("begins", Map.of("event_type", Map.of("starts-with", "purch")))
            .count("there", Map.of("event_type", "exists"))
            .count("seven", Map.of("event_type", "7"))
            .count("more", Map.of("event_type", "purchase", "n", Map.of("above", "1")))
            .table();
    IngestSettings settings =
        settings(Identity.DEVICE, Map.of(), Map.of("purchase", "Order Completed"));
    JsonClickFormat format = new JsonClickFormat(settings, table);
    String click = "{'event_type':%s,'timestamp':" + TIME + ",'anonymous_id':'d','n':%s}";
    // When, Then
    assertThat(bits(marks(format, click.formatted("'Order Completed'", "2"))))
        .containsExactly(0, 1, 2, 4, 5, 6, 8);
    assertThat(bits(marks(format, click.formatted("' Order Completed '", "1"))))
        .containsExactly(0, 1, 2, 4, 5, 6);
    // Our name in the record is no purchase there, and still the record's own text.
    assertThat(bits(marks(format, click.formatted("'purchase'", "null"))))
        .containsExactly(0, 2, 5, 6);
    assertThat(bits(marks(format, click.formatted("'Refund'", "2")))).containsExactly(3, 6);
    assertThat(bits(marks(format, click.formatted("7", "2")))).containsExactly(6, 7);
    assertThat(bits(marks(format, click.formatted("'7.0'", "2")))).containsExactly(6, 7);
  }

  private static List<Integer> bits(ClickMarks marks) {
    return IntStream.range(0, ClickMarks.MAX).filter(marks::has).boxed().toList();
  }

  @Test
  void shouldMarkClicksOfTypesThatConditionsMake() {
    // Given
    Columns table =
        new DefinitionSamples()
            .count("ours", Map.of("event_type", "purchase"))
            .count("theirs", Map.of("event_type", "track"))
            .table();
    IngestSettings settings =
        settings()
            .with(IngestSettings.EVENT_TYPES, rules(Map.of("purchase", Map.of("name", "won"))));
    JsonClickFormat format = new JsonClickFormat(settings, table);
    String rest = "'timestamp':%d,'anonymous_id':'d'".formatted(TIME);
    // When, Then
    assertThat(bits(marks(format, "{'name':'won','event_type':'track',%s}".formatted(rest))))
        .containsExactly(0, 1);
    assertThat(bits(marks(format, "{'name':'won',%s}".formatted(rest)))).containsExactly(0);
    assertThat(bits(marks(format, "{'name':'x','event_type':'track',%s}".formatted(rest))))
        .containsExactly(1);
    assertThat(bits(marks(format, "{'name':'won','event_type':true,%s}".formatted(rest))))
        .containsExactly(0);
  }

  @Test
  void shouldMarkClicksOfAConstantType() {
    // Given
    Columns table =
        new DefinitionSamples()
            .count("page", Map.of("event_type", "page"))
            .count("view", Map.of("event_type", "page_view"))
            .count("other", Map.of("event_type", "x"))
            .table();
    IngestSettings settings =
        settings(Identity.DEVICE, Map.of(), Map.of("page_view", "page"))
            .with(IngestSettings.CONSTANTS, Map.of("event_type", "page"));
    // When, Then
    assertThat(bits(clickOf(new JsonClickFormat(settings, table), "").marks()))
        .containsExactly(0, 1);
  }

  @Test
  void shouldMarkByWordsForNothingAndNobody() {
    // Given
    Columns table =
        new DefinitionSamples()
            .count("a", Map.of("user_id", "exists"))
            .count("b", Map.of("user_id", "absent"))
            .count("c", Map.of("v", "absent"))
            .count("d", Map.of("v", "null"))
            .count("e", Map.of("v", Map.of("starts-with", "nu")))
            .count("f", Map.of("v", "exists"))
            .count("g", Map.of("user_id", Map.of("starts-with", "g")))
            .count("h", Map.of("page_title", Map.of("starts-with", "Ü")))
            .table();
    IngestSettings settings = settings().with(IngestSettings.NOBODY, List.of("guest"));
    JsonClickFormat format = new JsonClickFormat(settings, table);
    // When, Then
    assertThat(bits(clickOf(format, "'user_id':'guest','v':'null'").marks())).containsExactly(1, 2);
    assertThat(bits(clickOf(format, "'user_id':'guests','v':'nutella'").marks()))
        .containsExactly(0, 4, 5, 6);
    assertThat(bits(clickOf(format, "'v':{'a':1},'page_title':'Über'").marks()))
        .containsExactly(1, 5, 7);
    assertThat(bits(clickOf(format, "'v':[],'page_title':'U'").marks())).containsExactly(1, 2);
  }

  @Test
  void shouldMarkByMoreThanSixtyFourConditions() {
    // Given all that there can be, and values that count by others besides
    DefinitionSamples samples = new DefinitionSamples();
    for (int i = 0; i < ClickMarks.MAX; i++) {
      samples.count("f" + i, Map.of("v", "v" + i / 2, "w", i % 2 == 0 ? "a" : "b"));
    }
    for (int i = 0; i < 50; i++) {
      samples.field("s" + i, How.SUM, Type.NUMBER, "n", Map.of("v", "v" + i));
    }
    Columns table = samples.table();
    JsonClickFormat format = new JsonClickFormat(settings(), table);
    for (int i = 0; i < ClickMarks.MAX; i++) {
      // When
      String members = "'v':'v%d','w':'%s','n':%d".formatted(i / 2, i % 2 == 0 ? "a" : "b", i);
      Click click = clickOf(format, members);
      // Then
      assertThat(bits(click.marks())).containsExactly(i);
      for (int j = 0; j < 50; j++) {
        assertThat(text(table, "fields.s" + j, click)).isEqualTo(i / 2 == j ? "" + i : null);
      }
    }
    assertThat(clickOf(format, "'v':'v0'").marks()).isSameAs(ClickMarks.NONE);
  }

  /** What leaves clicks out by a condition marks them by the same. */
  @Test
  void shouldMarkWhatAnotherSettingWouldSkip() {
    Random random = new Random(7);
    List<String> types = List.of("'page'", "'purchase'", "'Won'", "7", "'7.0'", "' page '", "'-'");
    int fulfilled = 0;
    for (int i = 0; i < 1_000; i++) {
      // Given
      Map<String, Object> condition = new HashMap<>();
      condition.put("event_type", test(random));
      if (random.nextBoolean()) {
        condition.put("v", test(random));
      }
      IngestSettings settings =
          settings(Identity.DEVICE, Map.of(), Map.of("purchase", "Won"))
              .with(
                  IngestSettings.CONSTANTS,
                  random.nextInt(5) == 0 ? Map.of("event_type", "page") : Map.of());
      JsonClickFormat skipping =
          new JsonClickFormat(settings.with(IngestSettings.SKIP, Condition.parse(condition)));
      JsonClickFormat marking =
          new JsonClickFormat(settings, new DefinitionSamples().count("x", condition).table());
      for (int j = 0; j < 10; j++) {
        String record =
            "{'timestamp':%d,'anonymous_id':'d','event_type':%s,'v':%s}"
                .formatted(
                    TIME,
                    types.get(random.nextInt(types.size())),
                    types.get(random.nextInt(types.size())));
        // When
        boolean isSkipped = read(skipping, json(record)).what() == Ingested.What.SKIPPED;
        Click click = read(marking, json(record)).click();
        // Then
        if (click != null) {
          assertThat(click.marks().has(0)).as(condition + " " + record).isEqualTo(isSkipped);
          fulfilled += isSkipped ? 1 : 0;
        }
      }
    }
    assertThat(fulfilled).isGreaterThan(1_000);
  }

  private static Object test(Random random) {
    List<String> names = List.of("page", "purchase", "Won", "7", "-", "page_view");
    return switch (random.nextInt(6)) {
      case 0 -> "exists";
      case 1 -> Map.of("starts-with", "p");
      case 2 -> Map.of("above", "6");
      case 3 -> "absent";
      case 4 -> List.of(names.get(random.nextInt(6)), names.get(random.nextInt(6)), "x");
      default -> names.get(random.nextInt(6));
    };
  }

  // ---------------------------------------------------------------------------------- batches

  @Test
  void shouldReadDefinitionsInTheElementsOfBatches() {
    // Given
    Columns table =
        new DefinitionSamples()
            .last("plan", Type.TEXT, "p.plan")
            .last("sent", Type.NUMBER, "/sent")
            .count("pro", Map.of("p.plan", "pro"))
            .table();
    IngestSettings settings = settings().with(IngestSettings.CLICKS_AT, FieldPath.ofNames("batch"));
    JsonClickFormat format = new JsonClickFormat(settings, table);
    List<Ingested> all = new ArrayList<>();
    // When
    format.parse(
        json(
            "{'sent':5.0,'p':{'plan':'no'},'batch':[{%s,'p':{'plan':'pro'}},{%s},{%s,'p':{'plan':[1]}}]}"
                .formatted(REST, REST, REST)),
        NOW,
        NOW,
        all::add);
    // Then
    List<Click> clicks =
        all.stream().map(ingested -> Objects.requireNonNull(ingested.click())).toList();
    assertThat(clicks)
        .extracting(click -> text(table, "fields.plan", click))
        .containsExactly("pro", null, null);
    assertThat(clicks)
        .extracting(click -> text(table, "fields.sent", click))
        .containsExactly("5", "5", "5");
    assertThat(clicks)
        .extracting(click -> bits(click.marks()))
        .containsExactly(List.of(0), List.of(), List.of());
    assertThat(all).extracting(ingested -> ingested.problems().size()).containsExactly(0, 0, 1);
  }

  // --------------------------------------------------------------------------------- no more

  @Test
  void shouldReadNothingMoreWithoutDefinitions() {
    // Given
    Columns none = Columns.of(io.clickstream.columns.Definitions.NONE);
    // When, Then
    assertThat(slots(settings(), none)).isEqualTo(slots(settings(), Columns.BUILT_IN));
    assertThat(io.clickstream.ingest.RecordShape.of(settings(), none).definitions()).isNull();
    assertThat(clickOf(new JsonClickFormat(settings(), none), "").marks())
        .isSameAs(ClickMarks.NONE);
  }

  @ParameterizedTest
  @CsvSource({"1", "40", "64"})
  void shouldReadAnyNumberOfValues(int count) {
    DefinitionSamples samples = new DefinitionSamples();
    StringBuilder members = new StringBuilder("'p':{'x':0");
    for (int i = 0; i < count; i++) {
      samples.last("f" + i, i % 2 == 0 ? Type.TEXT : Type.NUMBER, "p.v" + i);
      members.append(",'v%d':%d".formatted(i, i));
    }
    Columns table = samples.table();
    Click click = clickOf(new JsonClickFormat(settings(), table), members + "}");
    for (int i = 0; i < count; i++) {
      assertThat(text(table, "fields.f" + i, click)).isEqualTo("" + i);
    }
  }

  @Test
  void shouldLeaveToTheParserWhatIsTooLongWithItsValues() {
    // Given a record that is plain, and behind which there is no room for another text
    Columns table = tableOf(Reading.DECIMAL, "v");
    JsonClickFormat format = new JsonClickFormat(settings(), table);
    String start = "{%s,'v':'1e3','x':'".formatted(REST);
    for (int room : new int[] {4, 3}) {
      String filler = "x".repeat(0xFFFF - room - start.length() - 2);
      Origin origin = json(start + filler + "'}");
      assertThat(Objects.requireNonNull(origin.value())).hasSize(0xFFFF - room);
      // When, Then
      assertThat(format.parsePlain(origin, NOW, NOW) != null).isEqualTo(room == 4);
      assertThat(Objects.requireNonNull(read(format, origin).click()).texts().get(only(table)))
          .isEqualTo("1000");
    }
  }
}
