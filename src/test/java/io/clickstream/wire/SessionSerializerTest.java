package io.clickstream.wire;

import static io.clickstream.columns.ValuesBuilder.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.Aggregate.Max;
import io.clickstream.columns.Aggregate.Min;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.Aggregate.Reached;
import io.clickstream.columns.Aggregate.Sum;
import io.clickstream.columns.Aggregate.Texts;
import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import io.clickstream.columns.Mark;
import io.clickstream.columns.Source;
import io.clickstream.columns.ValuesBuilder;
import io.clickstream.enrich.EnrichSamples;
import io.clickstream.model.EndReason;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.EventKind;
import io.clickstream.model.Goal;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionLayout;
import io.clickstream.model.SessionValues;
import io.clickstream.model.TextSet;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionSerializerTest {

  /** A small table, as version 1 wrote its snapshot and a session into savepoints. */
  private static final String SNAPSHOT_OF_VERSION_1 =
      "AAAAAgAuaW8uY2xpY2tzdHJlYW0ud2lyZS5TZXNzaW9uU2VyaWFsaXplciRTbmFwc2hvdAAAAAECDGV2"
          + "ZW50X2NvdW50C3BhZ2Vfdmlld3MBCHVzZXJfaWQ=";

  private static final String SESSION_OF_VERSION_1 =
      "AYzCUfQAAAAAAAAAAAAAAQEAAAECdoDQj6WYYwEKAgPIAQJ1AQRFVVIEAwCWAQJwAQKsAg==";

  private static final Columns SMALL = small();

  private static final SessionSerializer SERIALIZER =
      new SessionSerializer(Columns.BUILT_IN.layout());

  private static Columns small() {
    ColumnsBuilder table = new ColumnsBuilder();
    table.last("user_id", "A text.");
    table.number("event_count", Own.EVENTS, "A number.");
    table.count("page_views", EventKind.PAGE_VIEW, "Another number.");
    return table.build();
  }

  private static Session small(ValuesBuilder values) {
    Session session = EnrichSamples.session(1, "v", null);
    return with(
        session,
        values
            .end(EnrichSamples.START + 5)
            .endReason(EndReason.MAX_EVENTS)
            .revenue(List.of(new Money("EUR", new BigDecimal("1.50"))))
            .products(List.of(new ProductActivity("p", 1, 2, 300)))
            .build());
  }

  private static Session with(Session session, SessionValues values) {
    return new Session(session.id(), 1, null, session.visitor(), session.start(), values);
  }

  static Stream<Session> sessions() {
    SessionValues extreme =
        values()
            .end(EnrichSamples.START)
            .endReason(EndReason.MAX_DURATION)
            .number("event_count", Long.MAX_VALUE)
            .number("unique_pages", 1_000)
            .number("orders_truncated", 1)
            .text("entry_page", "")
            .revenue(
                List.of(
                    new Money("", new BigDecimal("-0.000000000000000001")),
                    new Money("XXX", BigDecimal.ZERO),
                    new Money("YYY", new BigDecimal("1E+3"))))
            .build();
    return Stream.of(
        EnrichSamples.fullSession(),
        EnrichSamples.session(1, "v", null),
        EnrichSamples.retraction(1, "v", 2),
        new Session(
            EnrichSamples.id(3),
            Integer.MAX_VALUE,
            null,
            EnrichSamples.device("ä\uD83D\uDE00"),
            EnrichSamples.START,
            extreme));
  }

  @ParameterizedTest
  @MethodSource("sessions")
  void shouldReadWhatItWrote(Session session) throws IOException {
    // When
    byte[] bytes = write(session, SERIALIZER);

    // Then
    assertThat(read(bytes, SERIALIZER)).isEqualTo(session);
    assertThat(write(read(bytes, SERIALIZER), SERIALIZER)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @MethodSource("sessions")
  void shouldReadWhatItWroteWhenEnriched(Session session) throws IOException {
    // Given
    EnrichedSessionSerializer serializer = new EnrichedSessionSerializer(Columns.BUILT_IN.layout());
    Enrichment enrichment =
        new Enrichment(
            "loyal",
            null,
            List.of(new Enrichment.Count("bags", 6), new Enrichment.Count("", Long.MAX_VALUE)),
            null,
            "Acme",
            EnrichmentStatus.PARTIAL);
    EnrichedSession enriched =
        new EnrichedSession(
            session, session.isDeleted() ? null : enrichment, 4_000_000_001L, -1, Long.MIN_VALUE);

    // When
    byte[] bytes = write(enriched, serializer);

    // Then
    assertThat(read(bytes, serializer)).isEqualTo(enriched);
    assertThat(serializer.snapshotConfiguration().restoreSerializer()).isEqualTo(serializer);
  }

  @ParameterizedTest
  @MethodSource("sessions")
  void shouldCopyBytesOfOneValueOnly(Session session) throws IOException {
    // Given
    byte[] one = write(session, SERIALIZER);
    byte[] two = new byte[one.length * 2];
    System.arraycopy(one, 0, two, 0, one.length);
    System.arraycopy(one, 0, two, one.length, one.length);
    DataInputDeserializer in = new DataInputDeserializer(two);
    DataOutputSerializer out = new DataOutputSerializer(16);

    // When
    SERIALIZER.copy(in, out);

    // Then
    assertThat(out.getCopyOfBuffer()).isEqualTo(one);
    assertThat(in.available()).isEqualTo(one.length);
  }

  @Test
  void shouldReadVersion1() throws IOException {
    // Given
    Session session =
        small(
            values(SMALL).text("user_id", "u").number("event_count", 3).number("page_views", 200));
    SessionSerializer serializer = new SessionSerializer(SMALL.layout());

    // When
    TypeSerializerSnapshot<Session> snapshot =
        readSnapshot(Base64.getDecoder().decode(SNAPSHOT_OF_VERSION_1));

    // Then
    assertThat(snapshot.restoreSerializer()).isEqualTo(serializer);
    assertThat(read(Base64.getDecoder().decode(SESSION_OF_VERSION_1), snapshot.restoreSerializer()))
        .isEqualTo(session);
    assertThat(serializer.snapshotConfiguration().resolveSchemaCompatibility(snapshot))
        .matches(TypeSerializerSchemaCompatibility::isCompatibleAsIs);
    // Without definitions a session is written as it was.
    assertThat(Base64.getEncoder().encodeToString(write(session, serializer)))
        .isEqualTo(SESSION_OF_VERSION_1);
  }

  @Test
  void shouldHaveNoValuesOfDefinitionsWhenReadFromVersion1() throws IOException {
    // Given a table that has the same columns, and definitions
    ColumnsBuilder table = new ColumnsBuilder();
    table.last("user_id", "A text.");
    table.number("event_count", Own.EVENTS, "A number.");
    table.count("page_views", EventKind.PAGE_VIEW, "Another number.");
    Columns defined = withDefinitions(table);
    TypeSerializerSnapshot<Session> snapshot =
        readSnapshot(Base64.getDecoder().decode(SNAPSHOT_OF_VERSION_1));
    SessionSerializer newer = new SessionSerializer(defined.layout());

    // When
    Session read =
        read(Base64.getDecoder().decode(SESSION_OF_VERSION_1), snapshot.restoreSerializer());

    // Then
    Session expected =
        small(
            values(defined)
                .text("user_id", "u")
                .number("event_count", 3)
                .number("page_views", 200));
    assertThat(newer.snapshotConfiguration().resolveSchemaCompatibility(snapshot))
        .matches(TypeSerializerSchemaCompatibility::isCompatibleAfterMigration);
    assertThat(read.under(defined.layout())).isEqualTo(expected);
    assertThat(read(write(read, newer), newer)).isEqualTo(expected);
  }

  private static Columns withDefinitions(ColumnsBuilder table) {
    Source source = new Source("any", 30);
    Mark mark = new Mark("{a: exists}", 0);
    table.decimal("fields.sum", new Sum(source), "A decimal.");
    table.decimal("fields.min", new Min(source), "Another decimal.");
    table.set("fields.set", new Texts(source, 100), "A set.");
    table.goal("goals.order", new Reached(mark, source, null, null), "A goal.");
    table.goal("goals.signup", new Reached(mark, null, null, null), "Another goal.");
    return table.build();
  }

  static Stream<SessionValues> valuesOfDefinitions() {
    Columns columns = withDefinitions(new ColumnsBuilder());
    return Stream.of(
        values(columns).end(EnrichSamples.START).build(),
        values(columns)
            .end(EnrichSamples.START + 5)
            .decimal("fields.sum", new BigDecimal("1" + "0".repeat(60) + ".000000000000000001"))
            .decimal("fields.min", new BigDecimal("-0.5"))
            .set("fields.set", new TextSet(List.of("", "a", "\u00e4", "\uD83D\uDE00"), true))
            .goal("goals.order", new Goal(7, new BigDecimal("-3.14"), "EUR", EnrichSamples.START))
            .goal("goals.signup", new Goal(1, null, null, EnrichSamples.START + 5))
            .build(),
        values(columns)
            .end(EnrichSamples.START + 5)
            .decimal("fields.min", BigDecimal.ZERO)
            .set("fields.set", new TextSet(List.of("a"), false))
            .goal("goals.order", new Goal(Long.MAX_VALUE, BigDecimal.ONE, null, 0))
            .build());
  }

  @ParameterizedTest
  @MethodSource("valuesOfDefinitions")
  void shouldReadWhatItWroteOfDefinitions(SessionValues values) throws IOException {
    // Given
    SessionSerializer serializer = new SessionSerializer(values.layout());
    Session session = with(EnrichSamples.session(1, "v", null), values);

    // When
    byte[] bytes = write(session, serializer);
    TypeSerializer<Session> restored = readSnapshot(writeSnapshot(serializer)).restoreSerializer();

    // Then
    assertThat(restored).isEqualTo(serializer);
    assertThat(read(bytes, restored)).isEqualTo(session);
    assertThat(write(read(bytes, restored), serializer)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @MethodSource("valuesOfDefinitions")
  void shouldMoveValuesOfDefinitionsByName(SessionValues values) throws IOException {
    // Given a table that has some of them, in another order, and others
    ColumnsBuilder table = new ColumnsBuilder();
    Source source = new Source("any", 30);
    table.decimal("fields.max", new Max(source), "Is new.");
    table.decimal("fields.min", new Min(source), "Has another slot.");
    table.set("fields.texts", new Texts(source, 100), "Is new.");
    table.set("fields.set", new Texts(source, 100), "Has another slot.");
    table.goal(
        "goals.signup", new Reached(new Mark("{a: exists}", 0), null, null, null), "The same.");
    Columns newer = table.build();
    SessionLayout before = values.layout();
    Session session = with(EnrichSamples.session(1, "v", null), values);

    // When
    Session moved =
        read(
                write(session, new SessionSerializer(before)),
                readSnapshot(writeSnapshot(new SessionSerializer(before))).restoreSerializer())
            .under(newer.layout());

    // Then
    assertThat(moved.values())
        .isEqualTo(
            values(newer)
                .end(values.end())
                .decimal("fields.min", values.decimal(before.decimalSlot("fields.min")))
                .set("fields.set", values.set(before.setSlot("fields.set")))
                .goal("goals.signup", values.goal(before.goalSlot("goals.signup")))
                .build());
  }

  @Test
  void shouldRefuseVersionWhenItIsNewer() throws IOException {
    // Given
    SessionSerializer.Snapshot snapshot = new SessionSerializer.Snapshot();
    DataOutputSerializer out = new DataOutputSerializer(64);
    SERIALIZER.snapshotConfiguration().writeSnapshot(out);

    // When, Then
    assertThatThrownBy(
            () ->
                snapshot.readSnapshot(
                    snapshot.getCurrentVersion() + 1,
                    new DataInputDeserializer(out.getCopyOfBuffer()),
                    getClass().getClassLoader()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a session of layout version=3")
        .hasMessageContaining("newer release");
  }

  @Test
  void shouldReadAsItIsWhenTheTableIsTheSame() throws IOException {
    // Given
    TypeSerializerSnapshot<Session> before = readSnapshot(writeSnapshot(SERIALIZER));

    // When
    TypeSerializerSchemaCompatibility<Session> compatibility =
        SERIALIZER.snapshotConfiguration().resolveSchemaCompatibility(before);

    // Then
    assertThat(compatibility.isCompatibleAsIs()).isTrue();
    assertThat(before.restoreSerializer()).isEqualTo(SERIALIZER);
  }

  @Test
  void shouldMoveValuesByNameWhenTheTableIsAnother() throws IOException {
    // Given: columns in another order, one that is gone since, and none of those that are new
    ColumnsBuilder table = new ColumnsBuilder();
    table.number("page_views", Own.EVENTS, "Has another slot.");
    table.number("gone", Own.EVENTS, "Is dropped.");
    table.first("gone_too", "Is dropped.");
    table.last("user_id", "Has another slot.");
    Columns older = table.build();
    Session stored =
        small(
            values(older)
                .number("page_views", 200)
                .number("gone", 1)
                .text("gone_too", "x")
                .text("user_id", "u"));
    byte[] bytes = write(stored, new SessionSerializer(older.layout()));
    SessionSerializer newer = new SessionSerializer(SMALL.layout());

    // When
    TypeSerializerSnapshot<Session> before =
        readSnapshot(writeSnapshot(new SessionSerializer(older.layout())));
    Session read = read(bytes, before.restoreSerializer());

    // Then
    Session expected = small(values(SMALL).number("page_views", 200).text("user_id", "u"));
    assertThat(
            newer
                .snapshotConfiguration()
                .resolveSchemaCompatibility(before)
                .isCompatibleAfterMigration())
        .isTrue();
    assertThat(read.under(SMALL.layout())).isEqualTo(expected);
    assertThat(read(write(read, newer), newer)).isEqualTo(expected);
  }

  private static byte[] writeSnapshot(TypeSerializer<Session> serializer) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(
        out, serializer.snapshotConfiguration());
    return out.getCopyOfBuffer();
  }

  private static TypeSerializerSnapshot<Session> readSnapshot(byte[] bytes) throws IOException {
    return TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
        new DataInputDeserializer(bytes), SessionSerializerTest.class.getClassLoader());
  }

  private static <T> byte[] write(T value, TypeSerializer<T> serializer) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }

  private static <T> T read(byte[] bytes, TypeSerializer<T> serializer) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    T value = serializer.deserialize(in);
    assertThat(in.available()).isZero();
    return value;
  }
}
