package io.clickstream.session;

import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.EventKind;
import io.clickstream.model.SessionValues;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class VisitorSessionsSerializerTest {

  /** One visitor with an emitted, a cut, a reopened and a merging session, and two orders. */
  private static final String FORMAT_1 = "/state/sessions-1.bin";

  private static final SessionSettings RULES = SessionSemantics.settings(30, 20, 60, 10_000, 3);

  private static VisitorSessions sample(Columns columns) {
    SessionRules rules = new SessionRules(columns, RULES, null);
    VisitorSessions sessions = new VisitorSessions();
    long horizon = Long.MIN_VALUE;
    for (Clicks.Builder click :
        List.of(
            at(0).id("a").page("/ä").anonymous("d").user("u").referrer("r").userAgent("ua"),
            at(20).id("b").kind(EventKind.PRODUCT_VIEW).product("p1").device("phone"),
            at(45).purchase("p2", 3, "12.345", "EUR").country("DE").campaign("s", null, "c"),
            // Beyond the longest duration: a cut.
            at(75).id("c").page("/x"),
            at(75).id("c2").page("/y"),
            at(150).purchase("p3", 1, "-1", null),
            at(151).id("o1").purchase("p4", 2, "3.50", "usd").order("o-1"),
            at(152).id("o2").purchase("p4", 2, "3.50", "usd").order("o-1"),
            at(152).purchase("p5", 1, "7", null).order("o-2"),
            at(152).id("d").page("/z"))) {
      rules.accept(sessions, Clicks.inValue(click.click()), Long.MIN_VALUE, horizon);
    }
    long watermark = Clicks.EPOCH + 182;
    rules.advance(Clicks.VISITOR, sessions, watermark, horizon, session -> {});
    // An earlier start for the last session, whose emitted id is to be retracted.
    rules.accept(sessions, at(140).id("f").click(), watermark, horizon);
    rules.accept(sessions, at(10).id("a").click(), watermark, horizon);
    sessions.timer = Clicks.EPOCH + 106;
    return sessions;
  }

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

  private static void assertEqual(VisitorSessions actual, VisitorSessions expected) {
    assertThat(Arrays.copyOf(actual.bytes, actual.size()))
        .isEqualTo(Arrays.copyOf(expected.bytes, expected.size()));
    assertThat(actual)
        .usingRecursiveComparison()
        .ignoringFields("bytes", "pool")
        .isEqualTo(expected);
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    // Given
    VisitorSessions sample = sample(Columns.BUILT_IN);
    VisitorSessionsSerializer serializer = new VisitorSessionsSerializer(Columns.BUILT_IN);

    // When
    VisitorSessions read = read(written(sample, serializer), serializer);

    // Then
    assertEqual(read, sample);
    assertThat(sample.count()).isGreaterThan(1);
    Block block = new Block(new BlockLayout(Columns.BUILT_IN, 3));
    assertThat(block.to(sample, 0).cut()).isNotNull();
    assertThat(block.revision()).isPositive();
    assertThat(block.to(sample, sample.last()).revision()).isZero();
  }

  @Test
  void shouldReadFormat1() throws IOException {
    try (InputStream file = getClass().getResourceAsStream(FORMAT_1)) {
      assertThat(file).as("the checked-in state").isNotNull();
      DataInputDeserializer in = new DataInputDeserializer(file.readAllBytes());
      VisitorSessionsSerializerSnapshot snapshot = new VisitorSessionsSerializerSnapshot();
      snapshot.readSnapshot(in.readInt(), in, getClass().getClassLoader());
      VisitorSessions sessions = reconfigured(snapshot, Columns.BUILT_IN).deserialize(in);

      assertThat(values(sessions, Columns.BUILT_IN))
          .isEqualTo(values(sample(Columns.BUILT_IN), Columns.BUILT_IN));
      assertThat(sessions.timer).isEqualTo(Clicks.EPOCH + 106);
    }
  }

  /** Writes the file for a new format: run it once with the path, then check the file in. */
  public static void main(String[] args) throws IOException {
    VisitorSessionsSerializer serializer = new VisitorSessionsSerializer(Columns.BUILT_IN);
    TypeSerializerSnapshot<VisitorSessions> snapshot = serializer.snapshotConfiguration();
    DataOutputSerializer out = new DataOutputSerializer(64);
    out.writeInt(snapshot.getCurrentVersion());
    snapshot.writeSnapshot(out);
    serializer.serialize(sample(Columns.BUILT_IN), out);
    Files.write(Path.of(args[0]), out.getCopyOfBuffer());
  }

  private static List<SessionValues> values(VisitorSessions sessions, Columns columns) {
    BlockLayout layout = new BlockLayout(columns, 3);
    Block block = new Block(layout);
    List<SessionValues> values = new java.util.ArrayList<>();
    for (int at = 0; at < sessions.size(); at = block.behind()) {
      values.add(layout.values(block.to(sessions, at)));
    }
    return values;
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
    byte[] bytes = written(sample(old), before);

    // When it is read under another one, and what it says there is written and read again
    TypeSerializer<VisitorSessions> after = reconfigured(before.snapshotConfiguration(), wanted);
    VisitorSessions read = read(bytes, after);
    VisitorSessions again = read(written(read, after), after);

    // Then common columns have their values, and new ones are empty
    List<SessionValues> then = values(sample(old), old);
    List<SessionValues> now = values(read, wanted);
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
    assertEqual(again, read);
  }

  @Test
  void shouldGoOnWithColumnsThatWereTakenOver() throws IOException {
    Columns old = table(true);
    Columns wanted = table(false);
    VisitorSessionsSerializer before = new VisitorSessionsSerializer(old);
    VisitorSessions read =
        read(written(sample(old), before), reconfigured(before.snapshotConfiguration(), wanted));

    // When clicks join
    SessionRules rules = new SessionRules(wanted, RULES, null);
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
    SessionValues last = values(read, wanted).get(read.count() - 1);
    assertThat(last.text(wanted.textSlot("user"))).isEqualTo("last");
    assertThat(last.text(wanted.textSlot("last_country"))).isEqualTo("FR");
    assertThat(last.text(wanted.textSlot("type"))).isEqualTo("desk");
    assertThat(last.text(wanted.textSlot("page"))).isEqualTo("/w");
    assertThat(last.number(wanted.numberSlot("all_views"))).isEqualTo(1);
    assertThat(last.number(wanted.numberSlot("pages"))).isEqualTo(2);
  }

  @Test
  void shouldKnowAllLayoutsThatStateHasHad() throws IOException {
    // Given values of three tables in one state
    Columns first = table(true);
    Columns second = table(false);
    VisitorSessionsSerializer one = new VisitorSessionsSerializer(first);
    byte[] ofFirst = written(sample(first), one);
    TypeSerializer<VisitorSessions> two = reconfigured(one.snapshotConfiguration(), second);
    byte[] ofSecond = written(sample(second), two);

    // When the first table comes back
    TypeSerializer<VisitorSessions> back = reconfigured(two.snapshotConfiguration(), first);

    // Then all can be read, and no layout is there twice
    assertEqual(read(ofFirst, back), sample(first));
    assertThat(values(read(ofSecond, back), first)).hasSize(sample(first).count());
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
    byte[] bytes = written(sample(Columns.BUILT_IN), serializer);
    bytes[0] = (byte) (VisitorSessionsSerializer.VERSION.newest() + 1);

    assertThatThrownBy(() -> read(bytes, serializer))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "session state of layout version=2 cannot be read, expected version=1 to 1");
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
            "session state of layout version=2 cannot be read, expected version=1 to 1");
  }
}
