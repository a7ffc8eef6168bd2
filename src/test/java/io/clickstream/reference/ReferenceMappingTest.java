package io.clickstream.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.FieldPath;
import io.clickstream.config.EnrichmentSettings;
import io.clickstream.config.MissingWords;
import io.clickstream.config.ReferenceEncoding;
import io.clickstream.model.Origin;
import io.clickstream.model.Product;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.UserProfile;
import io.clickstream.reference.ReferenceUpdate.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reference data of others: other names, keys that are JSON, and the envelope of Debezium. */
class ReferenceMappingTest {

  private static final EnrichmentSettings JSON =
      EnrichmentSettings.defaults()
          .with(
              EnrichmentSettings.PROFILES_FIELDS,
              Map.of("user_id", paths("id"), "segment", paths("traits.plan", "plan")));

  private static final EnrichmentSettings DEBEZIUM =
      JSON.with(EnrichmentSettings.PROFILES_FORMAT, ReferenceEncoding.DEBEZIUM);

  private static final String ROW = "{\"id\":7,\"plan\":\"gold\",\"tier\":\"t\"}";

  private static final String SCHEMA =
      "{\"type\":\"struct\",\"fields\":[{\"field\":\"op\"}],\"name\":\"db.users.Envelope\",\"version\":2}";

  // ---- names

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{'id':7,'plan':'gold','tier':'t'} ~ gold ~ t",
        "{'id':7.0,'traits':{'plan':'gold'}} ~ gold ~ ",
        "{'id':'7','traits':{'plan':'gold'},'plan':'silver'} ~ gold ~ ",
        "{'id':'7','traits':{'plan':null},'plan':'silver'} ~ silver ~ ",
        "{'id':'7','traits':{'plan':'NULL'},'plan':'silver'} ~ silver ~ ",
        "{'id':'7','traits':[],'plan':'silver'} ~ silver ~ ",
        "{'id':'7','traits':null} ~  ~ ",
        "{'id':'7','traits':{'plan':'-'}} ~  ~ ",
        "{'id':'7','user_id':'8','segment':'other','plan':'gold'} ~ gold ~ ",
        "{'id':null,'plan':'gold'} ~ gold ~ ",
        "{'id':7,'traits':'none','plan':'gold'} ~ gold ~ ",
        "{'id':7,'traits':{'plan':{'a':1}},'plan':'gold'} ~ gold ~ ",
      })
  void shouldReadColumnsWhereTheyAreMapped(
      String value, @Nullable String segment, @Nullable String tier) {
    assertThat(read(JSON, "7", value)).isEqualTo(ReferenceRecord.of(profile("7", segment, tier)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "7 ~ {'id':7} ~ FIELD_MISSING ~ value: expected segment (traits.plan, plan) or tier, found none of them",
        "7 ~ {'id':7,'segment':'gold'} ~ FIELD_MISSING ~ value: expected segment (traits.plan, plan) or tier, found none of them",
        "7 ~ {'id':7,'traits':{'email':1}} ~ FIELD_MISSING ~ value: expected segment (traits.plan, plan) or tier, found none of them",
        "7 ~ {'id':8,'plan':'gold'} ~ FIELD_INVALID ~ user_id (id): differs from the key of the record",
        "7 ~ {'id':{'a':1},'plan':'gold'} ~ FIELD_INVALID ~ user_id (id): expected a text or a number",
        "7 ~ {'id':7,'plan':['gold']} ~ FIELD_INVALID ~ segment (traits.plan, plan): expected a text or a number",
        "7 ~ {'id':7,'traits':'gold'} ~ FIELD_INVALID ~ segment (traits.plan, plan): expected an object on the path to it",
        " ~ {'plan':'gold'} ~ FIELD_MISSING ~ user_id (id): missing, and no key either",
      })
  void shouldNameThePathsWhenNothingCanBeReadThere(
      @Nullable String key, String value, RejectionReason reason, String detail) {
    assertThat(rejection(read(JSON, key, value))).isEqualTo(reason + " " + detail);
  }

  @Test
  void shouldLeaveOutAColumnThatCannotBeReadWhenAnotherOneCan() {
    assertThat(read(JSON, "7", "{'id':7,'plan':{'a':1},'tier':'t'}"))
        .isEqualTo(ReferenceRecord.of(profile("7", null, "t"), Set.of("segment")));
  }

  @Test
  void shouldReadProductsByTheirOwnMapping() {
    ReferenceFormat format =
        format(
            JSON.with(
                EnrichmentSettings.PRODUCTS_FIELDS,
                Map.of("product_id", paths("sku"), "category", paths("data{}.group"))));

    assertThat(
            format.read(
                Kind.PRODUCT,
                origin("p1", "{'sku':'p1','data':'{\\\"group\\\":\\\"shoes\\\"}','brand':'b'}"),
                true))
        .isEqualTo(
            ReferenceRecord.of(
                ReferenceUpdate.ofProduct("p1", new Product("shoes", "b"), 3, 77, true)));
  }

  @Test
  void shouldSayWhenATextOnThePathIsNoJson() {
    EnrichmentSettings settings =
        JSON.with(EnrichmentSettings.PROFILES_FIELDS, Map.of("tier", paths("data{}.tier")));

    assertThat(rejection(read(settings, "7", "{'data':'{broken'}")))
        .isEqualTo("FIELD_INVALID tier (data{}.tier): expected JSON in the text on the path to it");
  }

  // ---- keys

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'user_id':7}",
        "{'user_id':'7','tenant':1}",
        "{'user_id':7.0}",
        " {'user_id': ' 7 '}",
        "{'schema':{'type':'struct'},'payload':{'user_id':7}}",
        "{'schema':null,'payload':{'user_id':7}}"
      })
  void shouldReadAndDeleteByThePathInTheKey(String key) {
    EnrichmentSettings settings =
        EnrichmentSettings.defaults()
            .with(EnrichmentSettings.PROFILES_KEY, FieldPath.parse("user_id"));

    assertThat(read(settings, key, "{'tier':'t'}"))
        .isEqualTo(ReferenceRecord.of(profile("7", null, "t")));
    assertThat(read(settings, key, "{'user_id':7,'tier':'t'}"))
        .isEqualTo(ReferenceRecord.of(profile("7", null, "t")));
    assertThat(read(settings, key, null)).isEqualTo(ReferenceRecord.of(gone("7")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "7 ~ FIELD_INVALID key: no JSON object, so the record deletes nothing; expected a JSON object with the user_id at user_id, as enrichment.profiles.key says",
        "[7] ~ FIELD_INVALID key: a JSON array, so the record deletes nothing; expected a JSON object with the user_id at user_id, as enrichment.profiles.key says",
        "{'id':7} ~ FIELD_MISSING key: a JSON object with nothing at user_id, so the record deletes nothing; expected the user_id there, as enrichment.profiles.key says",
        "{'user_id':null} ~ FIELD_MISSING key: a JSON object with nothing at user_id, so the record deletes nothing; expected the user_id there, as enrichment.profiles.key says",
        "{'user_id':{'a':1}} ~ FIELD_INVALID key: expected a text or a number",
      })
  void shouldSayWhatTheKeyIsWhenThePathDoesNotFitIt(String key, String rejection) {
    EnrichmentSettings settings =
        EnrichmentSettings.defaults()
            .with(EnrichmentSettings.PROFILES_KEY, FieldPath.parse("user_id"));

    assertThat(rejection(read(settings, key, null))).isEqualTo(rejection);
  }

  // ---- Debezium

  @ParameterizedTest
  @ValueSource(strings = {"c", "r", "u"})
  void shouldReadTheRowOfAnEnvelopeWithAndWithoutSchema(String op) {
    String envelope =
        "{'before':null,'after':%s,'source':{'version':'3.0.0.Final','table':'users'},'op':'%s','ts_ms':1}"
            .formatted(ROW, op);

    for (String value :
        List.of(
            envelope,
            "{'schema':" + SCHEMA + ",'payload':" + envelope + "}",
            "{'payload':" + envelope + "}")) {
      assertThat(read(DEBEZIUM, "{'id':7}", value))
          .isEqualTo(ReferenceRecord.of(profile("7", "gold", "t")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':7}",
        "{'id':7,'region':'eu'}",
        "{'schema':{'type':'struct'},'payload':{'id':7}}",
        "{'schema':{'type':'int32'},'payload':7}",
        "7",
        "'7'",
        "7.0"
      })
  void shouldDeleteByOpAndByTombstoneWhateverTheKey(String key) {
    String envelope = "{'before':null,'after':null,'op':'d'}";

    assertThat(read(DEBEZIUM, key, envelope)).isEqualTo(ReferenceRecord.of(gone("7")));
    assertThat(read(DEBEZIUM, key, "{'schema':" + SCHEMA + ",'payload':" + envelope + "}"))
        .isEqualTo(ReferenceRecord.of(gone("7")));
    assertThat(read(DEBEZIUM, key, null)).isEqualTo(ReferenceRecord.of(gone("7")));
    assertThat(read(DEBEZIUM, key, "{'schema':null,'payload':null}"))
        .isEqualTo(ReferenceRecord.of(gone("7")));
  }

  @Test
  void shouldDeleteByTheRowBeforeWhenTheKeyNamesAnotherColumn() {
    String envelope = "{'before':{'id':7,'plan':'gold'},'after':null,'op':'d'}";

    for (String key : new String[] {null, "", "{'pk':1}"}) {
      assertThat(read(DEBEZIUM, key, envelope)).isEqualTo(ReferenceRecord.of(gone("7")));
    }
  }

  @Test
  void shouldReadRowsThatAreJsonInAText() {
    assertThat(
            read(DEBEZIUM, null, "{'after':'" + "{\\'id\\':7,\\'tier\\':\\'t\\'}" + "','op':'c'}"))
        .isEqualTo(ReferenceRecord.of(profile("7", null, "t")));
  }

  @Test
  void shouldReadFromTheRootOfTheEnvelopeWhenThePathSaysSo() {
    EnrichmentSettings settings =
        DEBEZIUM.with(EnrichmentSettings.PROFILES_FIELDS, Map.of("tier", paths("/source.db")));

    assertThat(
            read(
                settings,
                "{'user_id':7}",
                "{'after':{'user_id':7},'source':{'db':'shop'},'op':'c'}"))
        .isEqualTo(ReferenceRecord.of(profile("7", null, "shop")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{'id':7} ~ {'after':{'id':7},'op':'c'} ~ FIELD_MISSING value: expected segment (traits.plan, plan) or tier, found none of them",
        "{'id':7} ~ {'after':null,'op':'u'} ~ FIELD_MISSING after: missing; expected the row as it is now, as the op says",
        "{'id':7} ~ {'after':[1],'op':'u'} ~ FIELD_INVALID after: expected an object",
        "{'id':7} ~ {'after':'no','op':'u'} ~ FIELD_INVALID after: expected an object, found a text that is no JSON",
        "{'id':7} ~ {'after':{'id':7,'plan':'x'},'op':'x'} ~ FIELD_INVALID op: expected one of c, r, u and d, found another one",
        "{'id':7} ~ {'after':{'id':7,'plan':'x'},'op':1} ~ FIELD_MISSING op: expected one of c, r, u and d, found no text",
        " ~ {'op':'t','before':null,'after':null} ~ FIELD_INVALID op: t empties the table, which is not followed; delete its rows instead, each with op d, or skip it in the connector: skipped.operations=t",
        "7 ~ {'id':7,'plan':'gold'} ~ FIELD_MISSING value: expected the envelope of Debezium, found no op in it; for rows that are unwrapped set enrichment.profiles.format to json",
        "7 ~ {'schema':{},'payload':1} ~ NOT_AN_OBJECT payload: expected an object with before, after and op",
        "7 ~ {'schema':{'name':'db.Envelope','version':3},'payload':{'op':'d'}} ~ FIELD_INVALID schema: expected version 1 or 2 of the envelope, found another one",
        "8 ~ {'after':{'id':7,'plan':'x'},'op':'c'} ~ FIELD_INVALID user_id (id): differs from the key of the record",
        "[7] ~ {'op':'d'} ~ FIELD_INVALID key: a JSON array, so the record deletes nothing; expected a JSON object with the columns of the key",
        "{'pk':7} ~ {'op':'d'} ~ FIELD_MISSING user_id (id): missing in the key and in before, so the record deletes nothing",
        "{'pk':7} ~  ~ FIELD_MISSING key: names no user_id (id), so the record deletes nothing; the record with op d before it does if its row has the id; else set enrichment.profiles.key to the path to it in the key",
        " ~  ~ FIELD_MISSING key: missing, so the record deletes nothing",
        "7 ~ {'after':{'id':7,'plan':'__debezium_unavailable_value'},'op':'u'} ~ FIELD_INVALID segment (traits.plan, plan): the change does not contain it; set REPLICA IDENTITY FULL on the table",
      })
  void shouldRejectAnEnvelopeWhoseMeaningIsNotKnown(
      @Nullable String key, @Nullable String value, String rejection) {
    assertThat(rejection(read(DEBEZIUM, key, value))).isEqualTo(rejection);
  }

  /** Whatever happens to the bytes of an envelope or its key, it is an update or a rejection. */
  @Property(tries = 3_000)
  void shouldAnswerWhateverHappensToAnEnvelope(@ForAll long seed) {
    Random random = new Random(seed);
    String envelope =
        "{'before':%s,'after':%s,'source':{'version':'2'},'op':'%s','ts_ms':1}"
            .formatted(
                random.nextBoolean() ? "null" : ROW,
                random.nextInt(4) == 0 ? "null" : ROW,
                "crudtm".charAt(random.nextInt(6)));
    String value =
        random.nextBoolean() ? envelope : "{'schema':" + SCHEMA + ",'payload':" + envelope + "}";
    Origin origin =
        new Origin(
            "user-profiles",
            3,
            77,
            mutated(random.nextBoolean() ? "{'id':7}" : "{'schema':{},'payload':{'id':7}}", random),
            mutated(value, random));
    EnrichmentSettings settings =
        random.nextBoolean()
            ? DEBEZIUM
            : DEBEZIUM.with(EnrichmentSettings.PROFILES_KEY, FieldPath.parse("payload.id"));

    ReferenceRecord record = format(settings).read(Kind.PROFILE, origin, false);

    assertThat(record.rejection() == null || record.rejection().origin() == origin).isTrue();
    if (record.rejection() != null) {
      assertThat(record.rejection().detail()).doesNotContain("gold");
    }
  }

  /** The later record of an id counts, whether it sets or deletes. */
  @Property(tries = 300)
  void shouldEndWithTheLastChangeOfEachRow(@ForAll List<Boolean> changes) {
    ReferenceTable table = new ReferenceTable();
    table.apply(ReferenceUpdate.LOADED);
    ReferenceFormat format = format(DEBEZIUM);
    boolean exists = false;
    for (boolean sets : changes) {
      String value =
          sets
              ? "{'before':null,'after':" + ROW + ",'op':'c'}"
              : "{'before':" + ROW + ",'after':null,'op':'d'}";
      ReferenceUpdate update = format.read(Kind.PROFILE, origin("{'id':7}", value), false).update();
      assertThat(update).isNotNull();
      table.apply(update);
      exists = sets;
    }

    assertThat(table.profile("7")).isEqualTo(exists ? new UserProfile("gold", "t") : null);
  }

  private static byte[] mutated(String text, Random random) {
    byte[] bytes = bytes(text.replace('\'', '"'));
    for (int i = random.nextInt(4); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] =
          (byte)
              (random.nextBoolean()
                  ? "\"{}[]:,0tnd7 \\".charAt(random.nextInt(14))
                  : random.nextInt(256));
    }
    return bytes;
  }

  private static List<FieldPath> paths(String... paths) {
    return Stream.of(paths).map(FieldPath::parse).toList();
  }

  private static ReferenceUpdate profile(
      String id, @Nullable String segment, @Nullable String tier) {
    return ReferenceUpdate.ofProfile(id, new UserProfile(segment, tier), 3, 77, true);
  }

  private static ReferenceUpdate gone(String id) {
    return ReferenceUpdate.ofProfile(id, null, 3, 77, true);
  }

  private static ReferenceRecord read(
      EnrichmentSettings settings, @Nullable String key, @Nullable String value) {
    return format(settings).read(Kind.PROFILE, origin(key, value), true);
  }

  private static ReferenceFormat format(EnrichmentSettings settings) {
    return new ReferenceFormat(settings, MissingWords.DEFAULT, 1 << 16);
  }

  private static String rejection(ReferenceRecord record) {
    Rejection rejection = record.rejection();
    return rejection == null ? "none" : rejection.reason() + " " + rejection.detail();
  }

  /** Texts with ' for ". */
  private static Origin origin(@Nullable String key, @Nullable String value) {
    return new Origin(
        "user-profiles",
        3,
        77,
        key == null ? null : bytes(key.replace('\'', '"')),
        value == null ? null : bytes(value.replace('\'', '"')));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
