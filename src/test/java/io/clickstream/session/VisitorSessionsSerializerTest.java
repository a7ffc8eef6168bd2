package io.clickstream.session;

import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.model.EventKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

class VisitorSessionsSerializerTest {

  /** One visitor with an emitted, a cut, a reopened and a merging session, in format 1. */
  private static final String FORMAT_1 = "/state/visitor-sessions-1.bin";

  private static VisitorSessions sample() {
    SessionRules rules = new SessionRules(SessionSemantics.settings(30, 20, 60, 10_000, 3));
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
    for (Clicks.Builder click : clicks) {
      rules.accept(visitor, click.click(), Long.MIN_VALUE, horizon);
    }
    long watermark = Clicks.EPOCH + 182;
    rules.advance(Clicks.VISITOR, visitor, watermark, horizon, session -> {});
    // An earlier start for the last session, whose emitted id is to be retracted.
    rules.accept(visitor, at(140).id("f").click(), watermark, horizon);
    rules.accept(visitor, at(10).id("a").click(), watermark, horizon);
    visitor.timer = Clicks.EPOCH + 106;
    return visitor;
  }

  private static byte[] written(VisitorSessions visitor, VisitorSessionsSerializer serializer)
      throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(visitor, out);
    return out.getCopyOfBuffer();
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    VisitorSessions sample = sample();
    byte[] bytes = written(sample, VisitorSessionsSerializer.INSTANCE);

    VisitorSessions read =
        VisitorSessionsSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes));

    assertThat(read).usingRecursiveComparison().isEqualTo(sample);
    assertThat(sample.sessions).hasSizeGreaterThan(1);
    assertThat(sample.sessions).anyMatch(session -> session.cut != null);
    assertThat(sample.sessions).anyMatch(session -> !session.replaced.isEmpty());
    assertThat(sample.sessions).anyMatch(session -> session.revision > 0);
  }

  @Test
  void shouldReadFormat1() throws IOException {
    VisitorSessions read;
    try (InputStream file = VisitorSessionsSerializerTest.class.getResourceAsStream(FORMAT_1)) {
      assertThat(file).as("the checked-in state of format 1").isNotNull();
      read =
          VisitorSessionsSerializer.INSTANCE.deserialize(
              new DataInputDeserializer(file.readAllBytes()));
    }

    assertThat(read).usingRecursiveComparison().isEqualTo(sample());
  }

  /** Writes the file for a new format: run it once with the path, then check the file in. */
  public static void main(String[] args) throws IOException {
    Files.write(Path.of(args[0]), written(sample(), VisitorSessionsSerializer.INSTANCE));
  }

  @Test
  void shouldRefuseNewerFormatWhenReadingValue() throws IOException {
    byte[] bytes = written(sample(), new NextSerializer());

    assertThatThrownBy(
            () -> VisitorSessionsSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format version 2, this release reads 1 to 1");
  }

  @Test
  void shouldRefuseNewerFormatWhenRestoring() {
    TypeSerializerSnapshot<VisitorSessions> next = new NextSerializer().snapshotConfiguration();
    TypeSerializerSnapshot<VisitorSessions> current =
        VisitorSessionsSerializer.INSTANCE.snapshotConfiguration();

    assertThat(current.resolveSchemaCompatibility(next).isIncompatible()).isTrue();
    assertThat(next.resolveSchemaCompatibility(current).isCompatibleAsIs()).isTrue();
    assertThat(current.resolveSchemaCompatibility(current).isCompatibleAsIs()).isTrue();
  }

  @Test
  void shouldRestoreStateOfTodayWhenLaterVersionHasOneMoreField() throws Exception {
    OperatorSubtaskState today;
    try (KeyedOneInputStreamOperatorTestHarness<String, String, String> harness =
        harness(new Keep(VisitorSessionsSerializer.INSTANCE))) {
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

      assertThat(harness.extractOutputValues()).containsExactly("n=7 added=[]");
      harness.close();

      try (KeyedOneInputStreamOperatorTestHarness<String, String, String> again =
          harness(new Keep(new NextSerializer()))) {
        again.initializeState(later);
        again.open();
        again.processElement("add one", 1);
        again.processElement("add two", 1);

        assertThat(again.extractOutputValues())
            .containsExactly("n=7 added=[1, 1, 1]", "n=7 added=[]");
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

    private final VisitorSessionsSerializer serializer;
    private transient ValueState<VisitorSessions> state;

    Keep(VisitorSessionsSerializer serializer) {
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
      VisitorSessions visitor = state.value();
      long events = visitor.sessions.stream().mapToLong(session -> session.events).sum();
      output.collect(
          new StreamRecord<>("n=" + (events - 1) + " added=" + NextSerializer.added(visitor)));
      NextSerializer.add(visitor, 1);
      state.update(visitor);
    }
  }

  /** What the serializer of a later version would be: one more number at the end of a session. */
  private static final class NextSerializer extends VisitorSessionsSerializer {
    private static final long serialVersionUID = 1L;

    /** Stands for the field that sessions would have. */
    private static final class NextSession extends SessionState {
      private final long added;

      NextSession(SessionState from, long added) {
        super(from.start, from.ordinal);
        this.added = added;
        end = from.end;
        events = from.events;
        revision = from.revision;
        changed = from.changed;
        cut = from.cut;
        replaced.addAll(from.replaced);
        eventIds.addAll(from.eventIds, Integer.MAX_VALUE);
        contents.addAll(from.contents);
      }
    }

    static List<Long> added(VisitorSessions visitor) {
      List<Long> all = new ArrayList<>();
      for (SessionState session : visitor.sessions) {
        if (session instanceof NextSession next && next.added > 0) {
          all.add(next.added);
        }
      }
      return all;
    }

    static void add(VisitorSessions visitor, long value) {
      visitor.sessions.replaceAll(session -> new NextSession(session, value));
    }

    @Override
    int version() {
      return 2;
    }

    @Override
    void writeSession(SessionState session, DataOutputView out) throws IOException {
      super.writeSession(session, out);
      out.writeLong(session instanceof NextSession next ? next.added : 0);
    }

    @Override
    SessionState readSession(long start, int version, DataInputView in) throws IOException {
      SessionState session = super.readSession(start, version, in);
      return new NextSession(session, version >= 2 ? in.readLong() : 0);
    }
  }
}
