package io.clickstream.session.operator;

import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import io.clickstream.model.EventKind;
import io.clickstream.model.SessionValues;
import io.clickstream.session.Clicks;
import io.clickstream.session.SessionRules;
import io.clickstream.session.SessionSamples;
import io.clickstream.session.StateFormat;
import io.clickstream.session.VisitorSessions;
import io.clickstream.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class VisitorSessionsSerializerTest {

  /** The sessions of {@link SessionSamples#ofFormat1}. */
  private static final String FORMAT_1 = "/state/sessions-1.bin";

  /** The sessions of {@link SessionSamples#of}. */
  private static final String FORMAT_2 = "/state/sessions-2.bin";

  /** The sessions of {@link SessionSamples#ofDefinitions}. */
  private static final String FORMAT_3 = "/state/sessions-3.bin";

  private static byte[] written(
      VisitorSessions sessions, TypeSerializer<VisitorSessions> serializer) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(sessions, out);
    return out.getCopyOfBuffer();
  }

  private static VisitorSessions read(byte[] bytes, TypeSerializer<VisitorSessions> serializer)
      throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    VisitorSessions sessions = serializer.deserialize(in);
    assertThat(in.available()).as("bytes that were not read").isZero();
    return sessions;
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    // Given
    VisitorSessions sample = SessionSamples.of(Columns.BUILT_IN);
    VisitorSessionsSerializer serializer = new VisitorSessionsSerializer(Columns.BUILT_IN);

    // When
    VisitorSessions read = read(written(sample, serializer), serializer);

    // Then
    SessionSamples.assertEqual(read, sample);
  }

  @Test
  void shouldReadWhatItWroteOfDefinitions() throws IOException {
    // Given
    VisitorSessions sample = SessionSamples.ofDefinitions();
    VisitorSessionsSerializer serializer = new VisitorSessionsSerializer(SessionSamples.DEFINED);

    // When
    TypeSerializer<VisitorSessions> restored =
        reconfigured(serializer.snapshotConfiguration(), SessionSamples.DEFINED);
    VisitorSessions read = read(written(sample, serializer), restored);

    // Then
    SessionSamples.assertEqual(read, sample);
    assertThat(restored).isEqualTo(serializer);
  }

  @Test
  void shouldReadFormat1() throws IOException {
    shouldRead(FORMAT_1, SessionSamples.ofFormat1(Columns.BUILT_IN), Columns.BUILT_IN);
  }

  @Test
  void shouldReadFormat2() throws IOException {
    shouldRead(FORMAT_2, SessionSamples.of(Columns.BUILT_IN), Columns.BUILT_IN);
  }

  @Test
  void shouldReadFormat3() throws IOException {
    shouldRead(FORMAT_3, SessionSamples.ofDefinitions(), SessionSamples.DEFINED);
  }

  @Test
  void shouldBeginWithoutValuesWhenDefinitionsAreNewerThanTheState() throws IOException {
    shouldRead(FORMAT_1, SessionSamples.ofFormat1(SessionSamples.DEFINED), SessionSamples.DEFINED);
    shouldRead(FORMAT_2, SessionSamples.of(SessionSamples.DEFINED), SessionSamples.DEFINED);
  }

  @Test
  void shouldDropValuesWhenDefinitionsAreGone() throws IOException {
    VisitorSessions expected = SessionSamples.ofDefinitions();
    List<SessionValues> with = SessionSamples.values(expected, SessionSamples.DEFINED);

    try (InputStream file = getClass().getResourceAsStream(FORMAT_3)) {
      VisitorSessions read = restored(file.readAllBytes(), Columns.BUILT_IN);

      assertThat(SessionSamples.values(read, Columns.BUILT_IN))
          .isEqualTo(with.stream().map(v -> v.under(Columns.BUILT_IN.layout())).toList());
    }
  }

  /** Format 3 has definitions, and nothing else that is new. */
  @Test
  void shouldWriteTheBytesOfFormat2WhenNothingIsDefined() throws IOException {
    try (InputStream file = getClass().getResourceAsStream(FORMAT_2)) {
      byte[] wanted = file.readAllBytes();
      DataInputDeserializer in = new DataInputDeserializer(wanted);
      VisitorSessionsSerializerSnapshot snapshot = new VisitorSessionsSerializerSnapshot();
      snapshot.readSnapshot(in.readInt(), in, getClass().getClassLoader());

      // The version is in front of the snapshot and in front of the sessions.
      wanted[Integer.BYTES - 1]++;
      wanted[in.getPosition()]++;
      assertThat(file(SessionSamples.of(Columns.BUILT_IN), Columns.BUILT_IN)).isEqualTo(wanted);
    }
  }

  @Test
  void shouldWriteInNewestFormatWhatItReadInAnother() throws IOException {
    try (InputStream file = getClass().getResourceAsStream(FORMAT_1)) {
      assertThat(file).isNotNull();
      DataInputDeserializer in = new DataInputDeserializer(file.readAllBytes());
      VisitorSessionsSerializerSnapshot snapshot = new VisitorSessionsSerializerSnapshot();
      snapshot.readSnapshot(in.readInt(), in, getClass().getClassLoader());
      TypeSerializer<VisitorSessions> serializer = reconfigured(snapshot, Columns.BUILT_IN);

      VisitorSessions read = serializer.deserialize(in);

      SessionSamples.assertEqual(read(written(read, serializer), serializer), read);
    }
  }

  private void shouldRead(String format, VisitorSessions expected, Columns columns)
      throws IOException {
    try (InputStream file = getClass().getResourceAsStream(format)) {
      assertThat(file).as("the checked-in state").isNotNull();
      VisitorSessions sessions = restored(file.readAllBytes(), columns);

      assertThat(SessionSamples.values(sessions, columns))
          .isEqualTo(SessionSamples.values(expected, columns));
      assertThat(sessions.timer).isEqualTo(Clicks.EPOCH + 106);
    }
  }

  private static VisitorSessions restored(byte[] file, Columns columns) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(file);
    VisitorSessionsSerializerSnapshot snapshot = new VisitorSessionsSerializerSnapshot();
    snapshot.readSnapshot(in.readInt(), in, VisitorSessionsSerializerTest.class.getClassLoader());
    return reconfigured(snapshot, columns).deserialize(in);
  }

  /** Writes the file for a new format: run it once with the path, then check the file in. */
  public static void main(String[] args) throws IOException {
    Files.write(Path.of(args[0]), file(SessionSamples.ofDefinitions(), SessionSamples.DEFINED));
  }

  private static byte[] file(VisitorSessions sessions, Columns columns) throws IOException {
    VisitorSessionsSerializer serializer = new VisitorSessionsSerializer(columns);
    TypeSerializerSnapshot<VisitorSessions> snapshot = serializer.snapshotConfiguration();
    DataOutputSerializer out = new DataOutputSerializer(64);
    out.writeInt(snapshot.getCurrentVersion());
    snapshot.writeSnapshot(out);
    serializer.serialize(sessions, out);
    return out.getCopyOfBuffer();
  }

  private static Columns table(boolean old) {
    ColumnsBuilder table = new ColumnsBuilder();
    if (old) {
      table.first("agent", "user_agent", null, "Only in the old one.");
      table.count("views", EventKind.PRODUCT_VIEW, "Only in the old one.");
    } else {
      table.first("type", "device_type", null, "Only in the new one.");
      table.count("all_views", EventKind.PAGE_VIEW, "Only in the new one.");
      table.last("last_country", "country", null, "Only in the new one.");
      table.first("page", "page_url", EventKind.PAGE_VIEW, "Of another kind than the old one.");
    }
    table.first("device", "anonymous_id", null, "In both.");
    table.last("user", "user_id", null, "In both.");
    table.distinct("pages", "page_url", EventKind.PAGE_VIEW, 1_000, "In both.");
    table.count("purchased", EventKind.PURCHASE, "In both.");
    if (old) {
      table.first("page", "page_url", null, "Of all clicks.");
    }
    return table.build();
  }

  private static TypeSerializer<VisitorSessions> reconfigured(
      TypeSerializerSnapshot<VisitorSessions> old, Columns columns) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    old.writeSnapshot(out);
    VisitorSessionsSerializerSnapshot restored = new VisitorSessionsSerializerSnapshot();
    restored.readSnapshot(
        old.getCurrentVersion(),
        new DataInputDeserializer(out.getCopyOfBuffer()),
        VisitorSessionsSerializerTest.class.getClassLoader());
    VisitorSessionsSerializer wanted = new VisitorSessionsSerializer(columns);
    TypeSerializerSchemaCompatibility<VisitorSessions> compatibility =
        wanted.snapshotConfiguration().resolveSchemaCompatibility(restored);
    return compatibility.isCompatibleWithReconfiguredSerializer()
        ? compatibility.getReconfiguredSerializer()
        : wanted;
  }

  @Test
  void shouldTakeOverColumnsOfSameNameAndKindWhenTableChanges() throws IOException {
    // Given state of one table
    Columns old = table(true);
    Columns wanted = table(false);
    VisitorSessionsSerializer before = new VisitorSessionsSerializer(old);
    byte[] bytes = written(SessionSamples.of(old), before);

    // When it is read under another one, and what it says there is written and read again
    TypeSerializer<VisitorSessions> after = reconfigured(before.snapshotConfiguration(), wanted);
    VisitorSessions read = read(bytes, after);
    VisitorSessions again = read(written(read, after), after);

    // Then common columns have their values, and new ones are empty
    List<SessionValues> then = SessionSamples.values(SessionSamples.of(old), old);
    List<SessionValues> now = SessionSamples.values(read, wanted);
    assertThat(now).hasSameSizeAs(then);
    for (int i = 0; i < now.size(); i++) {
      for (String name : List.of("device", "user")) {
        assertThat(now.get(i).text(wanted.textSlot(name)))
            .isEqualTo(then.get(i).text(old.textSlot(name)));
      }
      for (String name : List.of("pages", "purchased")) {
        assertThat(now.get(i).number(wanted.numberSlot(name)))
            .isEqualTo(then.get(i).number(old.numberSlot(name)));
      }
      for (String name : List.of("type", "last_country", "page")) {
        assertThat(now.get(i).text(wanted.textSlot(name))).isNull();
      }
      assertThat(now.get(i).number(wanted.numberSlot("all_views"))).isZero();
      assertThat(now.get(i).revenue()).isEqualTo(then.get(i).revenue());
      assertThat(now.get(i).products()).isEqualTo(then.get(i).products());
    }
    assertThat(then.get(0).text(old.textSlot("page"))).isNotNull();
    SessionSamples.assertEqual(again, read);
  }

  @Test
  void shouldGoOnWithColumnsThatWereTakenOver() throws IOException {
    Columns old = table(true);
    Columns wanted = table(false);
    VisitorSessionsSerializer before = new VisitorSessionsSerializer(old);
    VisitorSessions read =
        read(
            written(SessionSamples.of(old), before),
            reconfigured(before.snapshotConfiguration(), wanted));

    // When clicks join
    SessionRules rules = new SessionRules(wanted, SessionSamples.SETTINGS, null, new ClickBytes());
    for (Clicks.Builder click :
        List.of(
            at(153).id("g").user("later").country("FR").device("desk").page("/w"),
            at(154).id("h").kind(EventKind.SEARCH).user("last"))) {
      assertThat(rules.accept(read, click.click(), Long.MIN_VALUE, Long.MIN_VALUE))
          .isEqualTo(SessionRules.Outcome.ACCEPTED);
    }
    assertThat(rules.accept(read, at(154).id("g").click(), Long.MIN_VALUE, Long.MIN_VALUE))
        .isEqualTo(SessionRules.Outcome.DUPLICATE);

    // Then
    SessionValues last = SessionSamples.values(read, wanted).get(read.count() - 1);
    assertThat(last.text(wanted.textSlot("user"))).isEqualTo("last");
    assertThat(last.text(wanted.textSlot("last_country"))).isEqualTo("FR");
    assertThat(last.text(wanted.textSlot("type"))).isEqualTo("desk");
    assertThat(last.text(wanted.textSlot("page"))).isEqualTo("/w");
    assertThat(last.number(wanted.numberSlot("all_views"))).isEqualTo(1);
    assertThat(last.number(wanted.numberSlot("pages"))).isEqualTo(2);
  }

  @Test
  void shouldRefuseAggregateOfANewerRelease() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    out.write(new byte[] {0, 1, 1});
    Wire.writeText(out, "fields.plan");
    out.writeByte(99);

    assertThatThrownBy(
            () ->
                new VisitorSessionsSerializerSnapshot()
                    .readSnapshot(
                        VisitorSessionsSerializer.VERSION.newest(),
                        new DataInputDeserializer(out.getCopyOfBuffer()),
                        getClass().getClassLoader()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "column fields.plan has an aggregate that this release does not know: start a newer"
                + " one");
  }

  @Test
  void shouldKnowAllLayoutsThatStateHasHad() throws IOException {
    // Given values of three tables in one state
    Columns first = table(true);
    Columns second = table(false);
    VisitorSessionsSerializer one = new VisitorSessionsSerializer(first);
    byte[] ofFirst = written(SessionSamples.of(first), one);
    TypeSerializer<VisitorSessions> two = reconfigured(one.snapshotConfiguration(), second);
    byte[] ofSecond = written(SessionSamples.of(second), two);

    // When the first table comes back
    TypeSerializer<VisitorSessions> back = reconfigured(two.snapshotConfiguration(), first);

    // Then all can be read, and no layout is there twice
    SessionSamples.assertEqual(read(ofFirst, back), SessionSamples.of(first));
    assertThat(SessionSamples.values(read(ofSecond, back), first))
        .hasSize(SessionSamples.of(first).count());
    assertThat(((VisitorSessionsSerializer) back).history()).hasSize(2);
    assertThat(
            back.snapshotConfiguration()
                .resolveSchemaCompatibility(back.snapshotConfiguration())
                .isCompatibleAsIs())
        .isTrue();
  }

  @Test
  void shouldRefuseNewerFormatWhenReadingValue() throws IOException {
    VisitorSessionsSerializer serializer = new VisitorSessionsSerializer(Columns.BUILT_IN);
    byte[] bytes = written(SessionSamples.of(Columns.BUILT_IN), serializer);
    bytes[0] = (byte) (StateFormat.WITH_WALLS + 1);

    assertThatThrownBy(() -> read(bytes, serializer))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "session state of layout version=5 cannot be read, expected version=1 to 4");
  }

  @Test
  void shouldWriteTheOlderFormatWhenThereAreNoWalls() throws IOException {
    VisitorSessionsSerializer serializer = new VisitorSessionsSerializer(Columns.BUILT_IN);

    assertThat(written(SessionSamples.of(Columns.BUILT_IN), serializer)[0])
        .isEqualTo((byte) StateFormat.NEWEST);
  }

  @Test
  void shouldRefuseNewerFormatWhenRestoring() {
    VisitorSessionsSerializerSnapshot snapshot = new VisitorSessionsSerializerSnapshot();

    assertThatThrownBy(
            () ->
                snapshot.readSnapshot(
                    VisitorSessionsSerializer.VERSION.newest() + 1,
                    new DataInputDeserializer(new byte[100]),
                    getClass().getClassLoader()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "session state of layout version=4 cannot be read, expected version=1 to 3");
  }
}
