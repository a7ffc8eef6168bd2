package io.clickstream.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.groups.Tuple.tuple;

import io.clickstream.columns.Columns;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import io.clickstream.ingest.RecordShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Definitions and conditions against what records have")
class SourceChecksTest {

  private static final String NO_SETTING =
      "fields that are in the records; no setting says where revenue is";
  private static final String MAP_IT = "set ingest.fields.revenue, or name a path instead";

  @Test
  void shouldNameTheFieldWhenNoSettingSaysWhereItIs() {
    assertThat(Reading.problems("--session.fields.spent={sum: revenue}"))
        .containsExactly(
            new Problem(
                "session.fields.spent",
                "{sum: revenue}",
                "argument --session.fields.spent",
                NO_SETTING,
                MAP_IT));
  }

  @Test
  void shouldReportEveryPlaceAtOnceWhenSeveralNeedTheField() {
    assertThat(
            Reading.problems(
                "--session.fields.a={max: revenue}",
                "--session.fields.b={count: {revenue: {above: 100}}}",
                "--session.fields.c={last: x, where: {revenue: exists}}",
                "--session.fields.d={sum: revenue, where: {revenue: {above: 1}}}",
                "--session.goals.e={where: {event_type: purchase}, value: revenue}",
                "--session.goals.f={where: {revenue: exists}}",
                "--session.engagement={pings: {revenue: absent}}",
                "--ingest.skip={revenue: {below: 0}}",
                "--ingest.event-types.purchase={revenue: exists}"))
        .extracting(Problem::key, Problem::expected, Problem::remedy)
        .containsExactlyInAnyOrder(
            tuple("session.fields.a", NO_SETTING, MAP_IT),
            tuple("session.fields.b", NO_SETTING, MAP_IT),
            tuple("session.fields.c", NO_SETTING, MAP_IT),
            tuple("session.fields.d", NO_SETTING, MAP_IT),
            tuple("session.goals.e", NO_SETTING, MAP_IT),
            tuple("session.goals.f", NO_SETTING, MAP_IT),
            tuple("session.engagement", NO_SETTING, MAP_IT),
            tuple("ingest.skip", NO_SETTING, MAP_IT),
            tuple("ingest.event-types.purchase", NO_SETTING, MAP_IT));
    assertThat(Reading.problems("--session.engagement={milliseconds: revenue}"))
        .extracting(Problem::key)
        .containsExactly("session.engagement");
  }

  @ParameterizedTest
  @CsvSource({"sent_at", "received_at", "revenue"})
  void shouldRefuseConditionOnFieldThatIsOnlyMapped(String field) {
    String condition = "--session.fields.a={any: {%s: exists}}".formatted(field);

    assertThat(Reading.problems(condition)).hasSize(1);
    assertThat(Reading.read(condition, "--ingest.fields.%s=a.b".formatted(field))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--ingest.fields.revenue=properties.total", "--ingest.format=segment"})
  void shouldTakeTheFieldWhenASettingOrAFormatSaysWhereItIs(String mapping) {
    assertThat(
            Reading.read(
                mapping,
                "--session.fields.spent={sum: revenue, where: {revenue: {above: 1}}}",
                "--ingest.skip={revenue: {below: 0}}"))
        .isNotNull();
  }

  @Test
  void shouldNotReportTheFieldTwiceWhenItsMappingIsWrong() {
    assertThat(
            Reading.problems("--session.fields.a={sum: revenue}", "--ingest.fields.revenue=a..b"))
        .extracting(Problem::key)
        .containsExactly("ingest.fields.revenue");
    assertThat(Reading.problems("--session.fields.a={sum: revenue}", "--ingest.format=segmant"))
        .extracting(Problem::key)
        .containsExactly("ingest.format");
  }

  @Test
  void shouldRefuseConditionOnKafkasTime() {
    String[] args = {
      "--ingest.fields.timestamp=@kafka",
      "--session.fields.a={count: {timestamp: {above: 5}}}",
      "--ingest.skip={timestamp: exists}"
    };

    assertThat(Reading.problems(args))
        .extracting(Problem::key, Problem::expected, Problem::remedy)
        .containsExactlyInAnyOrder(
            tuple(
                "session.fields.a",
                "conditions on what is in the records; by ingest.fields.timestamp timestamp is"
                    + " Kafka's time",
                "test another field, or name a path instead"),
            tuple(
                "ingest.skip",
                "conditions on what is in the records; by ingest.fields.timestamp timestamp is"
                    + " Kafka's time",
                "test another field, or name a path instead"));
    args[0] = "--ingest.fields.timestamp=[time, '@kafka']";
    assertThat(Reading.read(args)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "session.fields.a|{sum: 'cart.items[sku=a].price'}|cart.items",
        "session.fields.a|{sum: ['x', 'cart.items[sku=a]']}|[other, cart.items]",
        "session.fields.a|{any: {'cart.items[sku=a].price': exists}}|cart.items",
        "session.goals.a|{where: {x: y}, value: 'cart.items[sku=a].price'}|cart.items",
        "session.fields.a|{sum: '/hits[sku=a].price'}|/hits",
        "ingest.fields.price|cart.items[sku=a].price|cart.items",
        "ingest.skip|{'cart.items[sku=a].price': exists}|cart.items"
      })
  void shouldRefusePathToOneOfTheProducts(String key, String definition, String array) {
    String definitionArgument = "--%s=%s".formatted(key, definition);

    assertThat(Reading.problems(definitionArgument, "--ingest.products-at=" + array))
        .extracting(Problem::key, Problem::remedy)
        .containsExactly(
            tuple(key, "name a path that does not, or remove that array from ingest.products-at"));
    assertThat(Reading.read(definitionArgument, "--ingest.products-at=cart.others")).isNotNull();
  }

  @Test
  void shouldRefusePathFromTheRecordIntoTheProductsOfAnElement() {
    assertThat(
            Reading.problems(
                "--ingest.clicks-at=batch",
                "--ingest.products-at=/batch",
                "--session.fields.a={sum: '/batch[sku=a].price'}"))
        .extracting(Problem::key)
        .containsExactly("session.fields.a");
  }

  /** Without the check they fail where the job is put together. */
  @Test
  void shouldRefuseWhatReadersCannotStartWith() {
    for (String[] args :
        new String[][] {
          {"--session.fields.a={sum: revenue}"},
          {"--ingest.fields.timestamp=@kafka", "--session.fields.a={any: {timestamp: exists}}"},
          {"--ingest.products-at=items", "--session.fields.a={sum: 'items[sku=a].price'}"}
        }) {
      ClickstreamSettings settings = unchecked(args);
      assertThatIllegalArgumentException()
          .as(Arrays.toString(args))
          .isThrownBy(
              () ->
                  RecordShape.of(settings.ingest(), Columns.of(settings.session().definitions())));
      assertThat(Reading.problems(args)).isNotEmpty();
    }
  }

  private static ClickstreamSettings unchecked(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--kafka.bootstrap-servers=broker:9092");
    all.add("--sink.transactional-id-prefix=shop");
    return ClickstreamSettings.of(
        SettingsReader.values(
            SettingCatalog.OURS, Invocation.of(all.toArray(String[]::new)), Map.of()));
  }
}
