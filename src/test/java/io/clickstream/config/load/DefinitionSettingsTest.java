package io.clickstream.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Definitions.Bounce;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.GoalDefinition;
import io.clickstream.columns.ValueSource;
import io.clickstream.config.Kind;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fields, goals and measures of engagement, from the settings to the table of columns. */
class DefinitionSettingsTest {

  @TempDir private Path directory;

  private static Definitions definitions(String... args) {
    return definitions(Map.of(), args);
  }

  private static Definitions definitions(Map<String, String> environment, String... args) {
    return Reading.read(environment, args).settings().session().definitions();
  }

  private static ValueSource path(String path) {
    return ValueSource.parse(path);
  }

  private static Condition ofType(String type) {
    return Condition.parse(Map.of("event_type", type));
  }

  @Test
  void shouldDefineNothingWhenNothingIsGiven() {
    assertThat(definitions()).isEqualTo(Definitions.NONE);
  }

  @Test
  void shouldReadFileInOrderOfNames() throws IOException {
    String file =
        Reading.config(
            directory,
            """
            session:
              fields:
                plan:        {last: properties.plan}
                items:       {sum: properties.quantity, where: {event_type: add_to_cart}}
                errors:
                  count:
                    event_type: error
                logged_in:   {first: [context.login, login], type: boolean}
              goals:
                signup: {where: {event_type: signup_completed}}
                order:  {where: {event_type: purchase}, value: properties.total, currency: currency, once-per: order_id}
              engagement: {pings: page_ping, heartbeat: 15s}
              engaged: snowplow
              bounce: posthog
            """);

    assertThat(definitions(file))
        .isEqualTo(
            new Definitions(
                List.of(
                    new FieldDefinition(
                        "errors", How.COUNT, null, FieldDefinition.Type.TEXT, ofType("error")),
                    new FieldDefinition(
                        "items",
                        How.SUM,
                        path("properties.quantity"),
                        FieldDefinition.Type.NUMBER,
                        ofType("add_to_cart")),
                    new FieldDefinition(
                        "logged_in",
                        How.FIRST,
                        ValueSource.parse(List.of("context.login", "login")),
                        FieldDefinition.Type.BOOLEAN,
                        null),
                    new FieldDefinition(
                        "plan",
                        How.LAST,
                        path("properties.plan"),
                        FieldDefinition.Type.TEXT,
                        null)),
                List.of(
                    new GoalDefinition(
                        "order",
                        ofType("purchase"),
                        path("properties.total"),
                        path("currency"),
                        path("order_id")),
                    new GoalDefinition("signup", ofType("signup_completed"), null, null, null)),
                new Engagement.Pings(
                    ofType("page_ping"), Duration.ofSeconds(15), Duration.ofSeconds(5)),
                Engaged.SNOWPLOW,
                Bounce.POSTHOG));
  }

  @Test
  void shouldTakeArgumentsBeforeVariablesBeforeTheFile() throws IOException {
    String file =
        Reading.config(
            directory,
            """
            session.fields.plan: {last: of.file}
            session.fields.saw_pricing: {last: of.file}
            session.fields: '{theme: {last: of.file}}'
            session.bounce: ga4
            """);
    Map<String, String> environment =
        Map.of(
            "CLICKSTREAM_SESSION_FIELDS_PLAN", "{last: of.variable}",
            "CLICKSTREAM_SESSION_FIELDS_SAW_PRICING", "{last: of.variable}",
            "CLICKSTREAM_SESSION_GOALS", "{order: {where: {event_type: purchase}}}",
            "CLICKSTREAM_SESSION_ENGAGEMENT", "{milliseconds: of.variable}");

    assertThat(
            definitions(
                environment,
                file,
                "--session.fields.plan={last: of.argument}",
                "--session.goals",
                "{signup: {where: {event_type: signup}}}",
                "--session.bounce=single-view"))
        .isEqualTo(
            new Definitions(
                List.of(
                    last("plan", "of.argument"),
                    last("saw_pricing", "of.variable"),
                    last("theme", "of.file")),
                List.of(
                    new GoalDefinition("order", ofType("purchase"), null, null, null),
                    new GoalDefinition("signup", ofType("signup"), null, null, null)),
                new Engagement.Milliseconds(path("of.variable")),
                Engaged.GA4,
                Bounce.SINGLE_VIEW));
  }

  private static FieldDefinition last(String name, String path) {
    return new FieldDefinition(name, How.LAST, path(path), FieldDefinition.Type.TEXT, null);
  }

  @Test
  void shouldGiveTheLoaderTheSameDefinitions() {
    String[] args = {
      "--session.fields.plan={last: properties.plan}",
      "--session.goals.order={where: {event_type: purchase}}",
      "--session.engagement={milliseconds: engagement_time_msec}",
      "--kafka.bootstrap-servers=broker:9092",
      "--clickhouse.url=http://localhost:8123"
    };

    assertThat(SettingsReader.readForLoader(Invocation.of(args), Map.of()).definitions())
        .isEqualTo(definitions(List.of(args).subList(0, 3).toArray(String[]::new)));
  }

  @Test
  void shouldBeColumnsOfTheTable() {
    Definitions definitions =
        definitions(
            "--session.fields.plan={last: properties.plan}",
            "--session.fields.experiments={set: properties.experiment}",
            "--session.goals.order={where: {event_type: purchase}}",
            "--session.engagement={pings: page_ping}");

    assertThat(Columns.of(definitions).all())
        .extracting(Column::name)
        .contains(
            "engaged_ms",
            "fields.experiments",
            "fields.experiments_truncated",
            "fields.plan",
            "goals.order",
            "converted");
  }

  @TestFactory
  Stream<DynamicTest> shouldBeWrittenAsItIsRead() {
    return Stream.of(
            SessionSettings.FIELDS,
            SessionSettings.GOALS,
            SessionSettings.ENGAGEMENT,
            SessionSettings.CUT_CAMPAIGN,
            SessionSettings.CUT_ON_CHANGE,
            SessionSettings.CUT_START_AT,
            SessionSettings.CUT_MIDNIGHT)
        .flatMap(setting -> setting.kind().examples().stream().map(text -> again(setting, text)));
  }

  private static DynamicTest again(Setting<?> setting, String text) {
    return dynamicTest(
        text,
        () -> {
          @SuppressWarnings("unchecked")
          Kind<Object> kind = (Kind<Object>) setting.kind();
          Object value = kind.read(WrittenValue.of(kind, text));
          assertThat(kind.read(WrittenValue.of(kind, kind.text(value)))).isEqualTo(value);
        });
  }

  // ------------------------------------------------------------------------- mistakes

  @Test
  void shouldReportEveryDefinitionThatIsWrong() {
    assertThat(
            Reading.problems(
                "--session.fields.a={median: x}",
                "--session.fields.b={sum: page_url}",
                "--session.fields.C={last: x}",
                "--session.goals.d={value: x}",
                "--session.engagement={heartbeat: 10s}",
                "--session.bounce=never"))
        .extracting(Problem::key, Problem::remedy)
        .containsExactlyInAnyOrder(
            tuple("session.fields.a", "correct it"),
            tuple("session.fields.b", "correct it"),
            tuple("session.fields.C", "rename it"),
            tuple("session.goals.d", "correct it"),
            tuple("session.engagement", "correct it"),
            tuple("session.bounce", "correct it, or remove it for the default single-view"));
  }

  @Test
  void shouldSayWhereAndWhatIsPossibleInstead() throws IOException {
    String file =
        Reading.config(directory, "session:\n  fields:\n    price: {median: properties.price}\n");

    assertThat(Reading.problems(file))
        .containsExactly(
            new Problem(
                "session.fields.price",
                "{median=properties.price}",
                "settings.yaml, line 3",
                SessionSettings.FIELDS.kind().expected()
                    + "; median: it needs every value, so it has no bound; possible are min, max,"
                    + " sum and distinct",
                "correct it"));
  }

  @Test
  void shouldSayThatADottedKeyIsAMap() throws IOException {
    String file = Reading.config(directory, "session.fields.plan.last: properties.plan");

    assertThat(Reading.problems(file))
        .extracting(Problem::key, Problem::expected)
        .contains(
            tuple(
                "session.fields.plan.last",
                "a name of small letters, digits and _, a letter first, of at most 64 characters;"
                    + " it has a dot; write what follows the name as a map"));
  }

  @ParameterizedTest
  @CsvSource({"fields, {last: a}, 64, 65", "goals, {where: {event_type: a}}, 16, 17"})
  void shouldTakeTheMostInOrderOfNamesAndRefuseMore(
      String group, String definition, int most, int more) {
    Definitions definitions = definitions("--session." + group, all(most, definition));

    assertThat(
            Stream.concat(
                definitions.fields().stream().map(FieldDefinition::name),
                definitions.goals().stream().map(GoalDefinition::name)))
        .hasSize(most)
        .isSorted();
    assertThat(Reading.problems("--session." + group, all(more, definition)))
        .containsExactly(
            new Problem(
                "session." + group,
                more + " of them",
                null,
                "at most " + most,
                "remove those that nobody reads"));
  }

  private static String all(int count, String definition) {
    return IntStream.range(0, count)
        .mapToObj(i -> "n%d: %s".formatted(i, definition))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  @Test
  void shouldRefuseTheNameThatASetPublishesBesideIt() {
    assertThat(
            Reading.problems(
                "--session.fields.a={set: x}", "--session.fields.a_truncated={last: y}"))
        .containsExactly(
            new Problem(
                "session.fields.a_truncated",
                "{last: y}",
                "argument --session.fields.a_truncated",
                "a name of its own; session.fields.a is a set, which has a_truncated beside it",
                "rename one of them"));
    assertThat(
            definitions("--session.fields.a={last: x}", "--session.fields.a_truncated={last: y}")
                .fields())
        .hasSize(2);
  }

  private static String sets(int count) {
    return "--session.fields=" + all(count, "{set: x}");
  }

  @Test
  void shouldRefuseSessionsThatAreLargerThanAnyRecord() {
    String remedy =
        "define fewer sets (distinct takes no more than a number), or set %s to 33975924, and no"
            + " less for the topic's limits";

    assertThat(definitions(sets(51)).fields()).hasSize(51);
    assertThat(Reading.problems(sets(52)))
        .containsExactly(
            new Problem(
                "session.fields",
                "a session of up to 33975924 bytes",
                null,
                "at most 33554432, by kafka.properties.max.request.size, since a larger one would"
                    + " fail the job after every restart; a set can have 100 texts of 1024"
                    + " characters, which JSON may write with 6 bytes each",
                remedy.formatted("kafka.properties.max.request.size")));
    assertThat(Reading.problems(sets(52), "--kafka.properties.max.request.size=33975923"))
        .extracting(Problem::expected)
        .singleElement()
        .asString()
        .startsWith("at most 33975923, by kafka.properties.max.request.size");
    assertThat(Reading.problems(sets(51), "--kafka.properties.buffer.memory=3000000"))
        .extracting(Problem::expected)
        .singleElement()
        .asString()
        .startsWith("at most 3000000, by kafka.properties.buffer.memory");
    assertThat(definitions(sets(52), "--kafka.properties.max.request.size=33975924").fields())
        .hasSize(52);
    assertThat(definitions("--kafka.properties.max.request.size=1000000").fields()).isEmpty();
    assertThat(Reading.problems(sets(65)))
        .extracting(Problem::expected)
        .containsExactly("at most 64");
  }

  @Test
  void shouldNeedPingsWhenEngagedAsInSnowplow() {
    Problem problem =
        new Problem(
            "session.engaged",
            "snowplow",
            "argument --session.engaged",
            "ga4, or pings in session.engagement, with whose heartbeat snowplow compares",
            "set session.engagement: {pings: page_ping}, or this to ga4");

    assertThat(Reading.problems("--session.engaged=snowplow")).containsExactly(problem);
    assertThat(
            Reading.problems(
                "--session.engaged=snowplow", "--session.engagement={milliseconds: a}"))
        .containsExactly(problem);
    assertThat(
            definitions("--session.engaged=snowplow", "--session.engagement={pings: a}").engaged())
        .isEqualTo(Engaged.SNOWPLOW);
    assertThat(Reading.problems("--session.engaged=snowplow", "--session.engagement={pings: []}"))
        .extracting(Problem::key)
        .containsExactly("session.engagement");
  }

  @ParameterizedTest
  @CsvSource({
    "1ms, 0, true",
    "1h, 1h, true",
    "0, 5s, false",
    "61min, 5s, false",
    "10s, 61min, false",
    "10, 5s, false",
    "10s, soon, false"
  })
  void shouldReadDurationsAsOtherSettingsDo(String heartbeat, String minVisit, boolean right) {
    String[] args = {
      "--session.engagement={pings: a, heartbeat: %s, min-visit: %s}".formatted(heartbeat, minVisit)
    };

    if (right) {
      assertThat(definitions(args).engagement()).isInstanceOf(Engagement.Pings.class);
    } else {
      assertThat(Reading.problems(args))
          .extracting(Problem::key)
          .containsExactly("session.engagement");
    }
  }

  @Test
  void shouldReportWhatTheLoaderCannotUseAsWell() {
    InvalidSettingsException failure =
        catchThrowableOfType(
            InvalidSettingsException.class,
            () ->
                SettingsReader.readForLoader(
                    Invocation.of(
                        "--kafka.bootstrap-servers=broker:9092",
                        "--clickhouse.url=http://localhost:8123",
                        "--session.fields.a={list: x}"),
                    Map.of()));

    assertThat(failure.problems()).extracting(Problem::key).containsExactly("session.fields.a");
  }
}
