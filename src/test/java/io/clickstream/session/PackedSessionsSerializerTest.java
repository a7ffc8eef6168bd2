package io.clickstream.session;

import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Session;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class PackedSessionsSerializerTest {

  /** One visitor with an emitted, a cut, a reopened and a merging session, in format 1. */
  private static final String FORMAT_1 = "/state/sessions-1.bin";

  /** The same with two orders, in format 2. */
  private static final String FORMAT_2 = "/state/sessions-2.bin";

  private static final SessionSettings RULES = SessionSemantics.settings(30, 20, 60, 10_000, 3);

  private static PackedSessions sample() {
    return sample(
        List.of(
            at(151).id("o1").purchase("p4", 2, "3.50", "usd").order("o-1"),
            at(152).id("o2").purchase("p4", 2, "3.50", "usd").order("o-1"),
            at(152).purchase("p5", 1, "7", null).order("o-2")));
  }

  private static PackedSessions sample(List<Clicks.Builder> others) {
    SessionRules rules = new SessionRules(RULES);
    VisitorSessions visitor = new VisitorSessions();
    long horizon = Long.MIN_VALUE;
    List<Clicks.Builder> clicks =
        List.of(
            at(0).id("a").page("/ä").anonymous("d").user("u").referrer("r").userAgent("ua"),
            at(20).id("b").kind(EventKind.PRODUCT_VIEW).product("p1").device("phone"),
            at(45).purchase("p2", 3, "12.345", "EUR").country("DE").campaign("s", null, "c"),
            // Beyond the longest duration: a cut.
            at(75).id("c").page("/x"),
            at(75).id("c2").page("/y"),
            at(150).purchase("p3", 1, "-1", null),
            at(152).id("d").page("/z"));
    Stream.concat(clicks.stream(), others.stream())
        .forEach(click -> rules.accept(visitor, click.click(), Long.MIN_VALUE, horizon));
    long watermark = Clicks.EPOCH + 182;
    rules.advance(Clicks.VISITOR, visitor, watermark, horizon, session -> {});
    // An earlier start for the last session, whose emitted id is to be retracted.
    rules.accept(visitor, at(140).id("f").click(), watermark, horizon);
    rules.accept(visitor, at(10).id("a").click(), watermark, horizon);
    PackedSessions packed = PackedSessions.of(visitor);
    packed.timer = Clicks.EPOCH + 106;
    return packed;
  }

  private static byte[] written(PackedSessions visitor, PackedSessionsSerializer serializer)
      throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(visitor, out);
    return out.getCopyOfBuffer();
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    PackedSessions sample = sample();
    byte[] bytes = written(sample, PackedSessionsSerializer.INSTANCE);

    PackedSessions read =
        PackedSessionsSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes));

    assertEqual(read, sample);
    List<SessionState> sessions = sample.unpack().sessions;
    assertThat(sessions).hasSizeGreaterThan(1);
    assertThat(sessions).anyMatch(session -> session.cut != null);
    assertThat(sessions).anyMatch(session -> !session.replaced.isEmpty());
    assertThat(sessions).anyMatch(session -> session.revision > 0);
  }

  @Test
  void shouldReadFormat2() throws IOException {
    assertEqual(read(FORMAT_2), sample());
  }

  @Test
  void shouldPublishSameWhenReadFromFormat1() throws IOException {
    // When
    PackedSessions read = read(FORMAT_1);
    PackedSessions written =
        PackedSessionsSerializer.INSTANCE.deserialize(
            new DataInputDeserializer(written(read, PackedSessionsSerializer.INSTANCE)));

    // Then
    assertThat(published(read)).isEqualTo(published(sample(List.of()))).isNotEmpty();
    assertThat(published(written)).isEqualTo(published(read));
    assertThat(read.timer).isEqualTo(Clicks.EPOCH + 106);
  }

  @Test
  void shouldKnowDuplicatesByIdAloneWhenReadFromFormat1() throws IOException {
    // Given
    PackedSessions sessions = read(FORMAT_1);
    PackedSessionRules packedRules = new PackedSessionRules(RULES);
    SessionRules rules = packedRules.rules();
    Click remembered = at(153).id("d").kind(EventKind.SEARCH).click();
    Click another = at(153).id("d2").kind(EventKind.SEARCH).click();

    // When, Then
    for (Click click : List.of(remembered, Clicks.inValue(remembered))) {
      assertThat(rules.accept(sessions.unpack(), click, Long.MIN_VALUE, Long.MIN_VALUE))
          .isEqualTo(SessionRules.Outcome.DUPLICATE);
      assertThat(packedRules.accept(sessions, click, Long.MIN_VALUE, Long.MIN_VALUE))
          .isEqualTo(SessionRules.Outcome.DUPLICATE);
    }
    assertThat(packedRules.accept(sessions, another, Long.MIN_VALUE, Long.MIN_VALUE))
        .isEqualTo(SessionRules.Outcome.ACCEPTED);
    // What is accepted from now on is remembered by its type as well.
    assertThat(
            packedRules.accept(
                sessions,
                at(154).id("d2").kind(EventKind.CHECKOUT).click(),
                Long.MIN_VALUE,
                Long.MIN_VALUE))
        .isEqualTo(SessionRules.Outcome.ACCEPTED);
  }

  private static PackedSessions read(String name) throws IOException {
    try (InputStream file = PackedSessionsSerializerTest.class.getResourceAsStream(name)) {
      assertThat(file).as("the checked-in state %s", name).isNotNull();
      return PackedSessionsSerializer.INSTANCE.deserialize(
          new DataInputDeserializer(file.readAllBytes()));
    }
  }

  private static List<Session> published(PackedSessions sessions) {
    List<Session> output = new ArrayList<>();
    new PackedSessionRules(RULES)
        .advance(Clicks.VISITOR, sessions.copy(), Long.MAX_VALUE, Long.MAX_VALUE / 2, output::add);
    return output;
  }

  private static void assertEqual(PackedSessions actual, PackedSessions expected) {
    assertThat(Arrays.copyOf(actual.bytes, actual.size))
        .isEqualTo(Arrays.copyOf(expected.bytes, expected.size));
    assertThat(actual).usingRecursiveComparison().ignoringFields("bytes").isEqualTo(expected);
  }

  /** Writes the file for a new format: run it once with the path, then check the file in. */
  public static void main(String[] args) throws IOException {
    Files.write(Path.of(args[0]), written(sample(), PackedSessionsSerializer.INSTANCE));
  }

  @Test
  void shouldRefuseNewerFormatWhenReadingValue() throws IOException {
    byte[] bytes = written(sample(), new NextSerializer());

    assertThatThrownBy(
            () -> PackedSessionsSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format version 3, this release reads 1 to 2");
  }

  @Test
  void shouldRefuseNewerFormatWhenRestoring() {
    TypeSerializerSnapshot<PackedSessions> next = new NextSerializer().snapshotConfiguration();
    TypeSerializerSnapshot<PackedSessions> current =
        PackedSessionsSerializer.INSTANCE.snapshotConfiguration();

    assertThat(current.resolveSchemaCompatibility(next).isIncompatible()).isTrue();
    assertThat(next.resolveSchemaCompatibility(current).isCompatibleAsIs()).isTrue();
    assertThat(current.resolveSchemaCompatibility(current).isCompatibleAsIs()).isTrue();
  }

  @Test
  void shouldRestoreStateOfTodayWhenLaterVersionHasOneMoreField() throws Exception {
    OperatorSubtaskState today;
    try (KeyedOneInputStreamOperatorTestHarness<String, String, String> harness =
        harness(new Keep(PackedSessionsSerializer.INSTANCE))) {
      harness.open();
      harness.processElement("put one", 0);
      harness.processElement("put two", 0);
      today = harness.snapshot(1, 1);
    }

    try (KeyedOneInputStreamOperatorTestHarness<String, String, String> harness =
        harness(new Keep(new NextSerializer()))) {
      harness.initializeState(today);
      harness.open();
      harness.processElement("add one", 1);
      OperatorSubtaskState later = harness.snapshot(2, 2);

      assertThat(harness.extractOutputValues()).containsExactly("n=10 added=[0, 0, 0]");
      harness.close();

      try (KeyedOneInputStreamOperatorTestHarness<String, String, String> again =
          harness(new Keep(new NextSerializer()))) {
        again.initializeState(later);
        again.open();
        again.processElement("add one", 1);
        again.processElement("add two", 1);

        assertThat(again.extractOutputValues())
            .containsExactly("n=10 added=[1, 1, 1]", "n=10 added=[0, 0, 0]");
      }
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, String, String> harness(
      Keep operator) throws Exception {
    KeyedOneInputStreamOperatorTestHarness<String, String, String> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            operator, text -> text.substring(4), BasicTypeInfo.STRING_TYPE_INFO);
    harness.setStateBackend(new EmbeddedRocksDBStateBackend(false));
    return harness;
  }

  /** Puts a sample, or shows what is there and changes it. */
  private static final class Keep extends AbstractStreamOperator<String>
      implements OneInputStreamOperator<String, String> {
    private static final long serialVersionUID = 1L;

    private final PackedSessionsSerializer serializer;
    private transient ValueState<PackedSessions> state;

    Keep(PackedSessionsSerializer serializer) {
      this.serializer = serializer;
    }

    @Override
    public void open() throws Exception {
      super.open();
      state = getRuntimeContext().getState(new ValueStateDescriptor<>("sessions", serializer));
    }

    @Override
    public void processElement(StreamRecord<String> element) throws Exception {
      if (element.getValue().startsWith("put")) {
        state.update(sample());
        return;
      }
      PackedSessions visitor = state.value();
      long events = visitor.unpack().sessions.stream().mapToLong(session -> session.events).sum();
      NextSessions next = (NextSessions) visitor;
      output.collect(new StreamRecord<>("n=" + (events - 1) + " added=" + next.added));
      next.added.replaceAll(before -> 1L);
      state.update(visitor);
    }
  }

  /** What sessions of a later version would be: each has one more number. */
  private static final class NextSessions extends PackedSessions {
    private final List<Long> added = new ArrayList<>();
  }

  /** What the serializer of that version would be: it writes the number at a session's end. */
  private static final class NextSerializer extends PackedSessionsSerializer {
    private static final long serialVersionUID = 1L;

    @Override
    int version() {
      return 3;
    }

    @Override
    public PackedSessions createInstance() {
      return new NextSessions();
    }

    @Override
    void writeSession(PackedSessions sessions, int block, DataOutputView out) throws IOException {
      super.writeSession(sessions, block, out);
      int index = 0;
      for (int at = 0; at < block; at += sessions.intAt(at + PackedSessions.SIZE)) {
        index++;
      }
      out.writeLong(sessions instanceof NextSessions next ? next.added.get(index) : 0);
    }

    @Override
    void readSession(PackedSessions sessions, int version, DataInputView in) throws IOException {
      super.readSession(sessions, version, in);
      ((NextSessions) sessions).added.add(version >= 3 ? in.readLong() : 0);
    }
  }
}
