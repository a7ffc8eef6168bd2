package io.clickstream.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.EnrichmentSettings;
import io.clickstream.config.MissingWords;
import io.clickstream.model.Origin;
import io.clickstream.model.Product;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.UserProfile;
import io.clickstream.reference.ReferenceUpdate.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceFormatTest {

  private static final String LONGEST = "x".repeat(PathReader.MAX_TEXT);

  private final ReferenceFormat format =
      new ReferenceFormat(EnrichmentSettings.defaults(), MissingWords.DEFAULT, 4_096);

  static Stream<Arguments> profiles() {
    return Stream.of(
        Arguments.of("u1", "{\"user_id\":\"u1\",\"segment\":\"s\",\"tier\":\"t\"}", "u1", "s", "t"),
        Arguments.of("u1", "{\"segment\":\"s\"}", "u1", "s", null),
        Arguments.of(null, "{\"user_id\":\"u1\",\"tier\":\"t\"}", "u1", null, "t"),
        Arguments.of("42", "{\"user_id\":42,\"tier\":3}", "42", null, "3"),
        Arguments.of("42", "{\"user_id\":42.0,\"tier\":3.0}", "42", null, "3.0"),
        Arguments.of("42.00", "{\"user_id\":\"42.0\",\"tier\":3}", "42", null, "3"),
        Arguments.of("42.0", "{\"tier\":3}", "42", null, "3"),
        Arguments.of("4.50", "{\"user_id\":4.50,\"tier\":3}", "4.50", null, "3"),
        Arguments.of(" u1 ", "{\"user_id\":\"u1\\n\",\"segment\":\" s \"}", "u1", "s", null),
        // a column that says nothing says so
        Arguments.of("u1", "{\"user_id\":null,\"segment\":null}", "u1", null, null),
        Arguments.of("u1", "{\"user_id\":\"\",\"segment\":\"  \"}", "u1", null, null),
        Arguments.of("u1", "{\"user_id\":\"undefined\",\"tier\":\"-\"}", "u1", null, null),
        Arguments.of("u1", "{\"user_id\":[],\"tier\":{}}", "u1", null, null),
        Arguments.of("u1", "{\"user_id\":false,\"tier\":false}", "u1", null, null),
        Arguments.of("u1", "{\"segment\":\"None\",\"tier\":\"t\"}", "u1", null, "t"),
        Arguments.of("(null)", "{\"user_id\":\"u1\",\"tier\":\"t\"}", "u1", null, "t"),
        Arguments.of("", "{\"user_id\":\"u1\",\"tier\":\"t\"}", "u1", null, "t"),
        Arguments.of("NULL", "{\"user_id\":\"u1\",\"tier\":\"t\"}", "u1", null, "t"),
        Arguments.of("{u1", "{\"tier\":\"t\"}", "{u1", null, "t"),
        Arguments.of("{} {}", "{\"tier\":\"t\"}", "{} {}", null, "t"),
        Arguments.of("[u1]", "{\"tier\":\"t\"}", "[u1]", null, "t"),
        Arguments.of("\"u1", "{\"tier\":\"t\"}", "\"u1", null, "t"),
        Arguments.of("u1", "{\"op\":\"c\",\"after\":{},\"tier\":\"t\"}", "u1", null, "t"),
        Arguments.of("u1", "{\"tier\":[1],\"tier\":null}", "u1", null, null),
        Arguments.of(
            "u1", "{\"x\":{\"tier\":[1,{}]},\"updated_at\":1,\"tier\":\"t\"}", "u1", null, "t"),
        Arguments.of("u1", "{\"tier\":\"a\",\"tier\":\"b\"}", "u1", null, "b"),
        Arguments.of("u1", "{\"tier\":\"a\",\"tier\":null}", "u1", null, null),
        Arguments.of(
            "ü", "{\"user_id\":\"\\u00fc\",\"tier\":\"\uD83D\uDE00\"}", "ü", null, "\uD83D\uDE00"),
        Arguments.of("u1", "\uFEFF{\"tier\":\"t\"} \n", "u1", null, "t"),
        Arguments.of(LONGEST, "{\"tier\":\"" + LONGEST + "\"}", LONGEST, null, LONGEST));
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void shouldReadProfile(
      @Nullable String key,
      String value,
      String id,
      @Nullable String segment,
      @Nullable String tier) {
    // When
    ReferenceRecord record = read(Kind.PROFILE, key, value);

    // Then
    assertThat(record)
        .isEqualTo(
            ReferenceRecord.of(
                ReferenceUpdate.ofProfile(id, new UserProfile(segment, tier), 3, 77, true)));
  }

  static Stream<Arguments> partly() {
    return Stream.of(
        Arguments.of("{\"segment\":[[]],\"tier\":1}", null, "1", "segment"),
        Arguments.of("{\"segment\":true,\"tier\":\"t\"}", null, "t", "segment"),
        Arguments.of("{\"segment\":\"s\",\"tier\":{\"a\":[1]}}", "s", null, "tier"),
        Arguments.of("{\"segment\":\"" + LONGEST + "x\",\"tier\":\"t\"}", null, "t", "segment"),
        Arguments.of("{\"tier\":\"\\ud83d\"}", null, "\uFFFD", "tier"),
        Arguments.of("{\"segment\":\"a\\ude00b\",\"tier\":\"t\"}", "a\uFFFDb", "t", "segment"));
  }

  @ParameterizedTest
  @MethodSource("partly")
  void shouldLeaveOutOrMendColumnWhenAnotherOneHasAValue(
      String value, @Nullable String segment, @Nullable String tier, String problem) {
    assertThat(read(Kind.PROFILE, "u1", value))
        .isEqualTo(
            ReferenceRecord.of(
                ReferenceUpdate.ofProfile("u1", new UserProfile(segment, tier), 3, 77, true),
                Set.of(problem)));
  }

  @Test
  void shouldReadProduct() {
    // When
    ReferenceRecord record =
        read(
            Kind.PRODUCT,
            "p1",
            "{\"product_id\":\"p1\",\"category\":\"c\",\"brand\":\"b\",\"price\":\"1.00\","
                + "\"user_id\":\"other\",\"name\":\"n\"}");

    // Then
    assertThat(record)
        .isEqualTo(
            ReferenceRecord.of(
                ReferenceUpdate.ofProduct("p1", new Product("c", "b"), 3, 77, true)));
  }

  @Test
  void shouldReadDeletionByKeyWhenThereIsNoValue() {
    assertThat(read(Kind.PROFILE, "u1", null))
        .isEqualTo(ReferenceRecord.of(ReferenceUpdate.ofProfile("u1", null, 3, 77, true)));
    assertThat(read(Kind.PRODUCT, "p1", null))
        .isEqualTo(ReferenceRecord.of(ReferenceUpdate.ofProduct("p1", null, 3, 77, true)));
  }

  @Test
  void shouldReadProductByTheSameIdWhenItIsWrittenAsADecimal() {
    assertThat(read(Kind.PRODUCT, "77", "{\"product_id\":77.0,\"brand\":\"b\"}").update())
        .isEqualTo(ReferenceUpdate.ofProduct("77", new Product(null, "b"), 3, 77, true));
    assertThat(read(Kind.PRODUCT, "77.0", null).update())
        .isEqualTo(ReferenceUpdate.ofProduct("77", null, 3, 77, true));
  }

  @Test
  void shouldSayWhichReadDeliveredIt() {
    Origin origin = origin(bytes("u1"), bytes("{\"tier\":1}"));
    assertThat(format.read(Kind.PROFILE, origin, false).update().snapshot()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "u1 ~ `` ~ NOT_AN_OBJECT ~ value: empty",
        "u1 ~ `  ` ~ NOT_AN_OBJECT ~ value: empty",
        "u1 ~ [] ~ NOT_AN_OBJECT ~ value: not a JSON object",
        "u1 ~ null ~ NOT_AN_OBJECT ~ value: not a JSON object",
        "u1 ~ \"{}\" ~ NOT_AN_OBJECT ~ value: not a JSON object",
        "u1 ~ secret ~ MALFORMED_JSON ~ value: not JSON at char 0",
        "u1 ~ {\"tier\":\"t\" ~ MALFORMED_JSON ~ value: not JSON at char 11",
        "u1 ~ {} {} ~ MALFORMED_JSON ~ value: more follows the object",
        "u1 ~ {}x ~ MALFORMED_JSON ~ value: not JSON at char 2",
        "u1 ~ {\"tier\":[1],\"x\":y} ~ MALFORMED_JSON ~ value: not JSON at char 16",
        "u1 ~ {\"user_id\":\"u2\"} ~ FIELD_INVALID ~ user_id: differs from the key of the record",
        "u1 ~ {\"user_id\":true} ~ FIELD_INVALID ~ user_id: expected a text or a number",
        "u1 ~ {\"tier\":{\"a\":[1]}} ~ FIELD_INVALID ~ tier: expected a text or a number",
        "u1 ~ {\"segment\":[[]],\"tier\":true} ~ FIELD_INVALID ~ segment: expected a text or a number",
        "u1 ~ {\"segment\":null,\"tier\":true} ~ FIELD_INVALID ~ tier: expected a text or a number",
        "u1 ~ {\"user_id\":[1],\"tier\":1} ~ FIELD_INVALID ~ user_id: expected a text or a number",
        "u1 ~ {\"user_id\":\"\\ud83d\",\"tier\":1} ~ FIELD_INVALID ~ user_id: half a surrogate pair",
        "12345 ~ {\"user_id\":12346.0,\"tier\":1} ~ FIELD_INVALID ~ user_id: differs from the key of the record",
        "   ~ {} ~ FIELD_MISSING ~ user_id: missing, and no key either",
        "null ~ {\"user_id\":\" \"} ~ FIELD_MISSING ~ user_id: missing, and no key either",
        "- ~ {\"user_id\":\"NULL\",\"tier\":1} ~ FIELD_MISSING ~ user_id: missing, and no key either",
        // of another shape
        "u1 ~ {} ~ FIELD_MISSING ~ value: expected segment or tier, found none of them",
        "7 ~ {\"user_id\":\"7\",\"plan\":\"gold\"} ~ FIELD_MISSING ~ value: expected segment or tier, found none of them",
        "{\"user_id\":7} ~ {\"before\":null,\"after\":{\"user_id\":\"7\",\"segment\":\"gold\"},\"op\":\"c\"} ~ FIELD_MISSING ~ value: looks like a Debezium envelope: before, after, op; set enrichment.profiles.format to debezium, or unwrap it with the ExtractNewRecordState transform",
        "7 ~ {\"after\":null,\"op\":\"d\"} ~ FIELD_MISSING ~ value: looks like a Debezium envelope: before, after, op; set enrichment.profiles.format to debezium, or unwrap it with the ExtractNewRecordState transform",
        "7 ~ {\"schema\":{},\"payload\":{\"user_id\":\"7\"}} ~ FIELD_MISSING ~ value: looks like an envelope of Kafka Connect: schema, payload; map enrichment.profiles.fields to paths such as payload.user_id, or set value.converter.schemas.enable to false",
        "{\"user_id\":7} ~ {\"user_id\":7,\"tier\":1} ~ FIELD_INVALID ~ key: a JSON object; expected the user_id alone, as ExtractField$Key and StringConverter of Kafka Connect write it, or enrichment.profiles.key with the path to it in the object",
        "[7] ~ {\"tier\":1} ~ FIELD_INVALID ~ key: a JSON array; expected the user_id alone, as ExtractField$Key and StringConverter of Kafka Connect write it",
        "\"7\" ~ {\"user_id\":7,\"tier\":1} ~ FIELD_INVALID ~ key: a text in quotes; expected the user_id alone, as ExtractField$Key and StringConverter of Kafka Connect write it",
      })
  void shouldRejectWhenValueIsBroken(
      @Nullable String key, String value, RejectionReason reason, String detail) {
    // Given
    Origin origin = origin(key == null ? null : bytes(key), bytes(value));

    // When, Then: the rejection carries the very arrays that were read
    assertThat(format.read(Kind.PROFILE, origin, true))
        .isEqualTo(ReferenceRecord.of(new Rejection(reason, detail, origin)));
  }

  static Stream<Arguments> broken() {
    byte[] notUtf8 = {'"', (byte) 0xc3, '"'};
    return Stream.of(
        Arguments.of(
            null,
            null,
            RejectionReason.FIELD_MISSING,
            "key: a record without value deletes what its key names"),
        Arguments.of(
            bytes(" "),
            null,
            RejectionReason.FIELD_MISSING,
            "key: a record without value deletes what its key names"),
        Arguments.of(
            bytes("-"),
            null,
            RejectionReason.FIELD_MISSING,
            "key: a record without value deletes what its key names"),
        Arguments.of(
            bytes("{\"user_id\":7}"),
            null,
            RejectionReason.FIELD_INVALID,
            "key: a JSON object, so the record deletes nothing; expected the user_id alone, as"
                + " ExtractField$Key and StringConverter of Kafka Connect write it, or"
                + " enrichment.profiles.key with the path to it in the object"),
        Arguments.of(notUtf8, null, RejectionReason.FIELD_INVALID, "key: not UTF-8"),
        Arguments.of(
            bytes(LONGEST + "x"),
            null,
            RejectionReason.FIELD_INVALID,
            "key: longer than 1024 characters"),
        Arguments.of(bytes("u1"), notUtf8, RejectionReason.MALFORMED_JSON, "value: not UTF-8"),
        Arguments.of(
            bytes("u1"),
            bytes("{\"tier\":\"" + LONGEST + "x\"}"),
            RejectionReason.FIELD_INVALID,
            "tier: longer than 1024 characters"),
        Arguments.of(
            bytes("u1"),
            bytes("{" + " ".repeat(4_095) + "}"),
            RejectionReason.TOO_LARGE,
            "value: 4097 bytes, at most 4096 are read"),
        Arguments.of(
            bytes("u1"),
            bytes("{\"x\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}"),
            RejectionReason.MALFORMED_JSON,
            "value: nested too deep, or a name or number too long"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void shouldRejectWhenBytesAreBroken(
      byte @Nullable [] key, byte @Nullable [] value, RejectionReason reason, String detail) {
    // Given
    Origin origin = origin(key, value);

    // When, Then
    assertThat(format.read(Kind.PROFILE, origin, true))
        .isEqualTo(ReferenceRecord.of(new Rejection(reason, detail, origin)));
  }

  @Test
  void shouldReadValueOfExactlyTheMaximum() {
    String value = "{\"tier\":1" + " ".repeat(4_096 - 10) + "}";
    assertThat(value).hasSize(4_096);
    assertThat(read(Kind.PROFILE, "u1", value).update()).isNotNull();
  }

  @Property(tries = 500)
  void shouldAnswerWhateverTheBytes(@ForAll byte[] key, @ForAll byte[] value) {
    Origin origin = origin(key, value);

    ReferenceRecord record = format.read(Kind.PRODUCT, origin, false);

    assertThat(record.rejection() == null || record.rejection().origin() == origin).isTrue();
  }

  @Property(tries = 2_000)
  void shouldAnswerWhateverHappensToGoodRecord(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] value =
        bytes("{\"product_id\":\"p1\",\"category\":\"c\\u00e4\",\"x\":[1.5e3,{\"y\":null}]}");
    for (int i = random.nextInt(4); i >= 0; i--) {
      value[random.nextInt(value.length)] = (byte) random.nextInt(256);
    }
    Origin origin = origin(bytes("p1"), value);

    ReferenceRecord record = format.read(Kind.PRODUCT, origin, false);

    assertThat(record.rejection() == null || record.rejection().origin() == origin).isTrue();
  }

  private ReferenceRecord read(Kind kind, @Nullable String key, @Nullable String value) {
    return format.read(
        kind, origin(key == null ? null : bytes(key), value == null ? null : bytes(value)), true);
  }

  private static Origin origin(byte @Nullable [] key, byte @Nullable [] value) {
    return new Origin("user-profiles", 3, 77, key, value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
